"""Packages are installed by version and hash, and by nothing else."""

import re
import tomllib

import pytest
from checkout import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ROOT / "infra" / "requirements"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)( ; .*)?$")
HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _entries(name: str) -> list[list[str]]:
    """Each requirement of a lock as its logical line's parts: the pin, then its hashes."""
    text = (LOCKS / name).read_text("utf-8").replace("\\\n", "\n\\")
    lines = [line for line in text.splitlines() if line.lstrip("\\ ") and "#" not in line[:5]]
    entries: list[list[str]] = []
    for line in lines:
        if line.startswith("\\"):
            entries[-1].append(line.strip("\\ "))
        elif not line.startswith(" "):
            entries.append([line.strip()])
    return entries


def _pins(name: str) -> dict[str, str]:
    found = (PIN.match(entry[0]) for entry in _entries(name))
    return {canonicalize_name(m["name"]): m["version"] for m in found if m}


@pytest.mark.parametrize("lock", ["boot.txt", "core.txt", "data.txt", "dev.txt"])
def test_every_requirement_is_pinned_and_hashed(lock):
    """Name, exact version, one or more SHA-256; no other kind of line."""
    entries = _entries(lock)

    assert entries
    assert [e[0] for e in entries if not PIN.match(e[0]) or len(e) < 2] == []
    assert [h for e in entries for h in e[1:] if not HASH.match(h)] == []


@pytest.mark.parametrize("lock", sorted(path.name for path in LOCKS.iterdir()))
def test_locks_name_no_address(lock):
    """Where packages come from is the installer's setting, never the repository's."""
    text = (LOCKS / lock).read_text("utf-8")

    assert not re.search(r"://|--(extra-)?index-url|--find-links|^-[fi] | @ ", text, re.MULTILINE)


def _agrees(requirement: str, pins: dict[str, str]) -> bool:
    wanted = Requirement(requirement)
    pinned = pins.get(canonicalize_name(wanted.name))
    return pinned is not None and wanted.specifier.contains(pinned, prereleases=True)


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_dependencies_stand_in_the_lock(requirement):
    """A dependency without a pin that satisfies it means that `make lock` was forgotten."""
    assert _agrees(requirement, _pins("core.txt"))


@pytest.mark.parametrize(
    "requirement",
    [
        requirement
        for extra in PROJECT["optional-dependencies"].values()
        for requirement in extra
        if not requirement.startswith(PROJECT["name"])
    ],
)
def test_extras_stand_in_the_development_lock(requirement):
    """The same for development tools and optional stores."""
    assert _agrees(requirement, _pins("dev.txt"))


def test_the_two_locks_agree():
    """What both pin has the same version in both."""
    core, dev = _pins("core.txt"), _pins("dev.txt")

    assert {name for name in core.keys() & dev.keys() if core[name] != dev[name]} == set()
    assert core.keys() <= dev.keys()


def test_the_set_up_installs_by_hash_only():
    """Every installation of a lock in the Makefile asks for hashes."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    installing = [line for line in makefile.splitlines() if re.search(r" -r \$\(LOCKS\)", line)]

    assert len(installing) == 4
    assert all("--require-hashes" in line for line in installing)

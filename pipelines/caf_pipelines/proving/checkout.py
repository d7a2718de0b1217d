"""The clone that the platform runs from: its files, their digest, its tests and pages."""

import re
import subprocess
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
"""Where the clone lies when its own environment is used."""

_NOT_SOURCE: Final = frozenset({"build", "dist", "__pycache__"})
_TEST = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def tree(root: Path = ROOT) -> str:
    """A digest of every source file's name and content: what git knows or would add.

    Without git: every file that is neither hidden nor made.
    """
    whole = sha256()
    for name in sorted(names(root)):
        path = root / name
        if path.is_file():
            whole.update(f"{name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def names(root: Path) -> set[str]:
    """Every source file, as a path from the root."""
    listed = _known_to_git(root) if (root / ".git").exists() else None
    if listed is not None:
        return listed
    found = (path.relative_to(root) for path in root.rglob("*"))
    return {
        path.as_posix()
        for path in found
        if not any(part.startswith(".") or part in _NOT_SOURCE for part in path.parts)
    }


def _known_to_git(root: Path) -> set[str] | None:
    """What git lists or would add; None where git cannot say."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(  # nosec B603 # noqa: S603 - fixed words, no shell
            words, cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return {name for name in listed.stdout.split("\0") if name}


def written_tests(wanted: Iterable[str], root: Path = ROOT) -> frozenset[str]:
    """Those of some tests, by node id without parameters, that are written in their files."""
    return frozenset(
        test
        for test in wanted
        if test.partition("::")[2] in _tests_of(root / test.partition("::")[0])
    )


def written_pages(wanted: Iterable[str], root: Path = ROOT) -> frozenset[str]:
    """Those of some pages, `docs/page.md` or `docs/page.md#anchor`, that can be opened there."""
    return frozenset(
        page
        for page in wanted
        if (path := root / page.partition("#")[0]).is_file()
        and (not page.partition("#")[2] or page.partition("#")[2] in _anchors(path))
    )


@cache
def _tests_of(path: Path) -> frozenset[str]:
    return frozenset(_TEST.findall(path.read_text("utf-8"))) if path.is_file() else frozenset()


@cache
def _anchors(path: Path) -> frozenset[str]:
    """A Markdown file's headings as links name them."""
    headings = _HEADING.findall(path.read_text("utf-8"))
    return frozenset(re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings)

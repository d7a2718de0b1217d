"""This checkout as files: what is committed or about to be, and the packages' modules."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

PACKAGES = {
    "platform": "caf_platform",
    "monitoring": "caf_monitoring",
    "governance": "caf_governance",
    "pipelines": "caf_pipelines",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file that git knows or would add, as absolute paths."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = (ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return tuple(path for path in found if path.is_file())


def documents() -> list[Path]:
    """Every Markdown file."""
    return [path for path in files() if path.suffix == ".md"]


def modules() -> list[Path]:
    """Every Python module of the four packages."""
    roots = [ROOT / folder / package for folder, package in PACKAGES.items()]
    return [path for root in roots for path in sorted(root.rglob("*.py"))]


def name_of(path: Path) -> str:
    """The path from the root, as messages and test names show it."""
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """The import name of a package's module."""
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(part for part in parts if part != "__init__")


def targets() -> dict[str, str]:
    """The Makefile's targets that people type, with the rest of the line that names each."""
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    found = (re.match(r"([a-z][a-z-]*):(?!=)(.*)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}

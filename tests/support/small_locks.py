"""Locks and waivers of a few lines, and the audit run on them."""

import subprocess
import sys
from pathlib import Path

from checkout import ROOT

AUDIT = [sys.executable, str(ROOT / "infra" / "audit.py")]
HASH = f"    --hash=sha256:{'a' * 64}"


def lock(folder: Path, *pins: str) -> Path:
    """A lock of these pins, each with a hash."""
    path = folder / "lock.txt"
    path.write_text("".join(f"{pin} \\\n{HASH}\n" for pin in pins), "utf-8")
    return path


def waived(folder: Path, *, package: str, id_: str, until: str) -> Path:
    """A file with one waiver."""
    path = folder / "waivers.toml"
    path.write_text(
        f'[[waiver]]\nid = "{id_}"\npackage = "{package}"\n'
        f'reason = "We never call what is vulnerable."\nuntil = {until}\n',
        "utf-8",
    )
    return path


def audit(*words: str | Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """The audit as people start it; `before` is a program that starts it."""
    return subprocess.run(
        [*before, *AUDIT, *map(str, words)], capture_output=True, text=True, check=False
    )

"""Writes the bill of materials: every package that is installed, with its version and licence.

`python infra/sbom.py` asks CycloneDX's generator about this environment, writes `build/sbom.json`
(CycloneDX 1.6, reproducible: the same environment gives the same bytes), and compares it with what
Python itself says is installed. Ends with 0 only if nothing is missing.
"""

import argparse
import json
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "build" / "sbom.json"
Packages = set[tuple[str, str]]
"""Names in their canonical form, each with its version."""


def write(target: Path) -> dict[str, Any]:
    """Write the bill of this environment and read it; `SystemExit` if there is none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    generator = [str(Path(sys.executable).with_name("cyclonedx-py")), "environment"]
    words = ["--output-reproducible", "--no-validate", "--pyproject", str(ROOT / "pyproject.toml")]
    done = subprocess.run(  # nosec B603 # noqa: S603 - our own words, no shell
        [*generator, *words, "-o", str(target), sys.executable],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"no bill of materials: {done.stderr}")
    bill: dict[str, Any] = json.loads(target.read_text("utf-8"))
    return bill


def _components(bill: dict[str, Any]) -> list[dict[str, Any]]:
    """The packages, and the platform itself, which is what they are for."""
    return [bill["metadata"]["component"], *bill["components"]]


def listed(bill: dict[str, Any]) -> Packages:
    """What stands in the bill."""
    return {(canonicalize_name(part["name"]), part["version"]) for part in _components(bill)}


def installed() -> Packages:
    """What Python finds installed."""
    return {(canonicalize_name(found.metadata["Name"]), found.version) for found in distributions()}


def missing(bill: dict[str, Any], there: Packages) -> list[tuple[str, str]]:
    """What is installed and does not stand in the bill, or in another version."""
    return sorted(there - listed(bill))


def without_licence(bill: dict[str, Any]) -> list[str]:
    """The packages whose metadata name no licence."""
    return sorted(part["name"] for part in _components(bill) if not part.get("licenses"))


def main(words: list[str]) -> int:
    """Write, compare, say; 0 when nothing is missing, 1 otherwise."""
    parser = argparse.ArgumentParser(description="Write the bill of materials.")
    parser.add_argument("target", type=Path, nargs="?", default=TARGET)
    target = parser.parse_args(words).target
    bill, there = write(target), installed()
    lost, silent = missing(bill, there), without_licence(bill)
    print(f"{target}: {len(there) - len(lost)} of {len(there)} installed packages")
    print(
        f"licence named by {len(listed(bill)) - len(silent)}; not by {', '.join(silent) or 'none'}"
    )
    for name, version in lost:
        print(f"missing: {name} {version}")
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

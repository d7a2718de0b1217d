"""Are the pinned packages free of published vulnerabilities? Says so, or which and why not.

`pip-audit` asks about every package of the locks, strict: one that it has to skip is a failure. It
asks the repository's dated copy of advisories (`advisories.json`) through a server on loopback, or
with `--live` the package index's own service. The copy covers a part of what is pinned; the rest is
called *not judged*, never good. What is found must be waived in `waivers.toml`: with a reason, and
until a day.

Ends with 0 when every finding is waived, with 1 when one is not, and with 2 when there is no
verdict: a package was skipped or not asked about, the service did not answer, a waiver is none.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from advisories import COPY, Copy, answering
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from waivers import Finding, NoVerdict, Waiver, unwaived, waivers

HERE = Path(__file__).parent
LOCKS = [HERE / "requirements" / f"{name}.txt" for name in ("core", "dev", "boot", "data")]
WAIVERS = HERE / "waivers.toml"
PIN = re.compile(r"[A-Za-z0-9._-]+(\[[^]]*\])?==")


def pinned(locks: Iterable[Path]) -> dict[str, bool]:
    """Each pinned package by its canonical name, and whether this system would install it."""
    lines = [line for lock in locks for line in lock.read_text("utf-8").splitlines()]
    wanted = [Requirement(line.rstrip("\\ ")) for line in lines if PIN.match(line)]
    found: dict[str, bool] = {}
    for one in wanted:
        name = canonicalize_name(one.name)
        found[name] = found.get(name, False) or one.marker is None or one.marker.evaluate()
    return found


def findings(locks: Sequence[Path], service: Sequence[str]) -> list[Finding]:
    """What `pip-audit` finds; `NoVerdict` unless it was answered about every package."""
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(  # nosec B603 # noqa: S603 - our own words, no shell
            [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes",
             "--progress-spinner", "off", "--format", "json", "--cache-dir", cache,
             *(word for lock in locks for word in ("-r", str(lock))), *service],
            env=_quiet_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError) as error:
        raise NoVerdict(f"pip-audit gave no verdict:\n{done.stderr.strip()[-2000:]}") from error
    _all_asked(locks, {canonicalize_name(a["name"]) for a in answers if "skip_reason" not in a})
    return [
        Finding(
            canonicalize_name(answer["name"]),
            answer["version"],
            (known["id"], *sorted(known["aliases"])),
            known["description"].splitlines()[0],
        )
        for answer in answers
        for known in answer["vulns"]
    ]


def _quiet_environment() -> dict[str, str]:
    """Nothing that a developer has set changes what is asked, or sends loopback to a proxy."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_AUDIT_")}
    return kept | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def _all_asked(locks: Sequence[Path], asked: set[str]) -> None:
    left_out = sorted({name for name, here in pinned(locks).items() if here} - asked)
    if left_out:
        raise NoVerdict(
            f"Nobody was asked about {', '.join(left_out)}: a skipped package is no pass"
        )


def coverage(copy: Copy, names: set[str], *, verbose: bool) -> list[str]:
    """Lines on how much of what is pinned the copy knows."""
    part = copy.covered_in_part() & names
    unknown = sorted(names - copy.covers.keys())
    known = len(names) - len(unknown)
    shares = f"{known - len(part)} wholly, {len(part)} in part; {len(unknown)} are not judged"
    lines = [
        f"advisories: {len(copy.advisories)} records, a copy dated {copy.dated}",
        f"covers {known} of {len(names)} pinned packages: {shares}",
    ]
    if verbose:
        lines += [f"in part: {', '.join(sorted(part))}", f"not judged: {', '.join(unknown)}"]
    return lines


def report(found: Sequence[Finding], written: Sequence[Waiver], today: date) -> int:
    """Say every finding and what became of it; the exit code."""
    left = unwaived(found, written, today)
    for one in found:
        why = next((waiver for waiver in written if waiver.covers(one, today)), None)
        print(f"waived until {why.until}: {one}\n  {why.reason}" if why else f"FOUND: {one}")
    for waiver in written:
        if not any(waiver.covers(one, today) for one in found):
            print(f"the waiver of {waiver.id} ({waiver.package}) waives nothing: gone, or expired")
    print(f"{len(found)} findings, {len(found) - len(left)} waived, {len(left)} not")
    return int(bool(left))


def main(words: Sequence[str]) -> int:
    """Ask, compare, say; the exit code as above."""
    parser = argparse.ArgumentParser(description="Audit the locks against published advisories.")
    parser.add_argument("locks", type=Path, nargs="*", default=LOCKS)
    parser.add_argument("--live", action="store_true", help="ask the package index's service")
    parser.add_argument("--copy", type=Path, default=COPY)
    parser.add_argument("--waivers", type=Path, default=WAIVERS)
    parser.add_argument("-v", "--verbose", action="store_true", help="name what is not judged")
    given = parser.parse_args(words)
    try:
        with ExitStack() as stack:
            service, lines = ["-s", "pypi"], ["advisories: what the package index knows now"]
            if not given.live:
                copy = Copy.read(given.copy)
                service = ["-s", "osv", "--osv-url", stack.enter_context(answering(copy))]
                lines = coverage(copy, set(pinned(given.locks)), verbose=given.verbose)
            print("\n".join(lines), flush=True)
            found = findings(given.locks, service)
        return report(found, waivers(given.waivers), datetime.now(UTC).date())
    except (NoVerdict, OSError, json.JSONDecodeError) as reason:
        print(f"no verdict: {reason}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

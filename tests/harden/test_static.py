"""What can be seen without running anything: unsafe code, secrets, known vulnerabilities, the bill.

Short and full form are the same, and nothing is a sample: a trial is a file, a waiver, a pinned
package that the copy of advisories covers, or a package that is installed.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from advisories import Copy, answering
from audit import LOCKS, WAIVERS, coverage, findings, pinned
from checkout import files, name_of
from sbom import installed, missing, without_licence, write
from secret_kinds import NAMES, SMALL, found
from static_checks import bandit, has_reason, product
from static_checks import waivers as waived_lines
from tally import Tally
from waivers import unwaived, waivers

pytestmark = pytest.mark.harden


@pytest.fixture(autouse=True)
def _no_sample(tally: Tally) -> None:
    tally.whole = True


def test_bandit(tally: Tally) -> None:
    """No finding in any file that is no test, but what its own line waives."""
    paths = product()

    told = bandit(paths)

    for path in paths:
        mine = [line for line in told if line.startswith(f"{path}:")]
        tally.trial("; ".join(mine), good=not mine)
    assert told == []
    tally.held(len(paths))


def test_reasons_of_waived_rules(tally: Tally) -> None:
    """Each line that waives a security rule says which and why."""
    for path in product():
        for line in waived_lines(path.read_text("utf-8")):
            tally.trial(f"{name_of(path)}: {line}", good=has_reason(line))

    tally.held(1)


def test_secrets(tally: Tally) -> None:
    """No file of the repository holds one, or is one by its name."""
    for path in files():
        small = path.stat().st_size <= SMALL
        kinds = found(path.read_bytes().decode("latin-1")) if small else []
        tally.trial(f"{name_of(path)}: {kinds}", good=not kinds and not NAMES.search(name_of(path)))

    tally.held(1)


def test_dependency_audit(tally: Tally) -> None:
    """No known vulnerability without a waiver of today; what is not covered is no trial."""
    copy, names = Copy.read(), set(pinned(LOCKS))

    with answering(copy) as url:
        told = findings(LOCKS, ["-s", "osv", "--osv-url", url])

    left = unwaived(told, waivers(WAIVERS), datetime.now(UTC).date())
    for name in sorted(names & copy.covers.keys()):
        mine = [str(one) for one in left if one.package == name]
        tally.trial("; ".join(mine), good=not mine)
    for line in coverage(copy, names, verbose=False):
        tally.say(f"dependency audit: {line}")
    tally.say(f"dependency audit: {len(told)} findings, {len(told) - len(left)} waived in writing")
    tally.held(1)
    assert left == []


def test_bill_of_materials(tally: Tally, tmp_path: Path) -> None:
    """Every installed package stands in it, with its version."""
    there = installed()

    bill = write(tmp_path / "sbom.json")

    lost = missing(bill, there)
    for one in sorted(there):
        tally.trial(" ".join(one), good=one not in lost)
    silent = without_licence(bill)
    tally.say(f"bill of materials: {len(there) - len(silent)} of {len(there)} name a licence")
    tally.held(1)

"""`infra/audit.py`: a vulnerable pin stops it, a skipped one is no pass."""

from datetime import date
from pathlib import Path

import pytest
from advisories import Copy
from audit import LOCKS, WAIVERS, findings, pinned
from network_watch import OFFLINE, cut_or_skip
from small_locks import audit, lock, waived
from waivers import Finding, NoVerdict, Waiver, unwaived, waivers

BAD, BAD_ID = "jinja2==3.1.5", "PYSEC-2026-1471"
GOOD = "jinja2==3.1.6"
FOUND = Finding("jinja2", "3.1.5", (BAD_ID, "CVE-2025-27516"), "a way out of the sandbox")


def test_a_vulnerable_pin_stops_it(tmp_path: Path) -> None:
    """It is named with its version and ids."""
    done = audit(lock(tmp_path, BAD))

    assert done.returncode == 1
    assert f"FOUND: jinja2 3.1.5: {BAD_ID}, CVE-2025-27516" in done.stdout
    assert "1 findings, 0 waived, 1 not" in done.stdout


def test_a_mended_pin_passes_and_what_nobody_looked_up_is_not_called_good(tmp_path: Path) -> None:
    """A package that the copy does not know is counted, and named when asked for."""
    done = audit("-v", lock(tmp_path, GOOD, "nobody-looked-me-up==1.0"))

    assert done.returncode == 0, done.stderr
    assert "covers 1 of 2 pinned packages: 0 wholly, 1 in part; 1 are not judged" in done.stdout
    assert "not judged: nobody-looked-me-up" in done.stdout
    assert "a copy dated 20" in done.stdout


def test_a_written_waiver_lets_a_finding_pass(tmp_path: Path) -> None:
    """Its reason and its last day are shown."""
    given = waived(tmp_path, package="jinja2", id_=BAD_ID, until="2999-01-01")

    done = audit(lock(tmp_path, BAD), "--waivers", given)

    assert done.returncode == 0, done.stderr
    assert "waived until 2999-01-01: jinja2 3.1.5" in done.stdout
    assert "We never call what is vulnerable." in done.stdout


def test_an_expired_waiver_is_none(tmp_path: Path) -> None:
    """And it is said that it waives nothing."""
    given = waived(tmp_path, package="jinja2", id_=BAD_ID, until="2026-01-01")

    done = audit(lock(tmp_path, BAD), "--waivers", given)

    assert done.returncode == 1
    assert "FOUND: jinja2" in done.stdout
    assert f"the waiver of {BAD_ID} (jinja2) waives nothing" in done.stdout


@pytest.mark.parametrize(
    ("package", "known", "until", "left"),
    [
        ("jinja2", BAD_ID, date(2026, 5, 2), 0),
        ("jinja2", "CVE-2025-27516", date(2026, 5, 2), 0),
        ("jinja2", BAD_ID, date(2026, 5, 1), 1),
        ("flask", BAD_ID, date(2026, 5, 2), 1),
        ("jinja2", "CVE-2025-1", date(2026, 5, 2), 1),
    ],
    ids=["today is its last day", "by an alias", "yesterday", "another package", "another id"],
)
def test_whom_a_waiver_covers(package: str, known: str, until: date, left: int) -> None:
    """The same package and one of its ids, up to and with the day."""
    written = [Waiver(known, package, "a reason that is long enough", until)]

    assert len(unwaived([FOUND], written, date(2026, 5, 2))) == left


@pytest.mark.parametrize(
    "text",
    [
        "until = 2027-01-01",
        'reason = "because"\nuntil = 2027-01-01',
        'reason = "long enough to be a reason"',
        'reason = "long enough to be a reason"\nuntil = "some day"',
        'reason = "long enough to be a reason"\nuntil = 2027-01-01T00:00:00',
        "id = ",
    ],
    ids=["no reason", "a word", "no day", "words for a day", "an hour", "no TOML"],
)
def test_a_waiver_without_reason_or_day_is_refused(tmp_path: Path, text: str) -> None:
    """Not passed over: the audit gives no verdict."""
    path = tmp_path / "waivers.toml"
    path.write_text(f'[[waiver]]\nid = "X"\npackage = "y"\n{text}\n', "utf-8")

    with pytest.raises(NoVerdict):
        waivers(path)


@pytest.mark.parametrize(
    "pin",
    ["https://example.invalid/thing-1.0.tar.gz", "thing @ https://example.invalid/t-1.0.tar.gz"],
)
def test_a_package_that_is_skipped_is_no_pass(tmp_path: Path, pin: str) -> None:
    """What has no version that anybody could look up."""
    done = audit(lock(tmp_path, GOOD, pin))

    assert done.returncode == 2
    assert "no verdict" in done.stderr


def test_a_pin_without_a_hash_is_no_pass(tmp_path: Path) -> None:
    """The version alone does not say what is installed."""
    path = tmp_path / "lock.txt"
    path.write_text("jinja2==3.1.6\n", "utf-8")

    done = audit(path)

    assert done.returncode == 2
    assert "does not contain a hash" in done.stderr


def test_a_service_that_does_not_answer_is_no_pass(tmp_path: Path) -> None:
    """Nobody listens on port 9 of loopback."""
    nobody = ["-s", "osv", "--osv-url", "http://127.0.0.1:9/v1/query"]

    with pytest.raises(NoVerdict, match="gave no verdict"):
        findings([lock(tmp_path, GOOD)], nobody)


def test_without_a_network_the_live_audit_is_no_pass(tmp_path: Path) -> None:
    """It fails closed, with its reason."""
    cut_or_skip()

    done = audit("--live", lock(tmp_path, GOOD), before=OFFLINE)

    assert done.returncode == 2
    assert "no verdict" in done.stderr


def test_a_copy_that_is_not_there_is_no_pass(tmp_path: Path) -> None:
    """Bad input, not a clean bill of health."""
    assert audit(lock(tmp_path, GOOD), "--copy", tmp_path / "none.json").returncode == 2


def test_pins_for_other_systems_are_not_asked_about(tmp_path: Path) -> None:
    """A marker says whether this system would install it; extras do not hide a name."""
    given = lock(tmp_path, "A_b[c]==1 ; python_version >= '3'", "d==2 ; sys_platform == 'amiga'")

    assert pinned([given]) == {"a-b": True, "d": False}


def test_each_waiver_of_ours_is_needed() -> None:
    """It names an advisory of the copy that holds the version which is pinned."""
    copy = Copy.read()
    lines = [line for path in LOCKS for line in path.read_text("utf-8").splitlines()]
    versions = {
        line.split("==")[0]: line.split("==")[1].split()[0] for line in lines if "==" in line
    }

    for waiver in waivers(WAIVERS):
        known = copy.affecting(waiver.package, versions[waiver.package])
        assert waiver.id in {advisory["id"] for advisory in known}

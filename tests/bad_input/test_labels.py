"""A label file with something wrong in it, each case with a day of its own in one play."""

import pytest
from bad_input.case import Outcome
from bad_input.labels import ALL
from bad_input.seen import folded
from inbox_play import Delivered
from micro.data import labels

from caf_platform.digest import digest
from caf_platform.ledger.events import LabelsReceived
from caf_platform.ports.lake import Zone

CASES = dict(enumerate(ALL, 1))
every_case = pytest.mark.parametrize("day", CASES, ids=[case.name for case in ALL])


def plain(day: int):
    """A day's labels before any correction by a later file."""
    return labels(day).head(40).assign(revision="0")


def file(day: int) -> str:
    """The name of a day's label file."""
    return f"labels-{day:02d}"


def taken(played: Delivered) -> dict[str, tuple[int, int, int]]:
    """What the ledger counts of each label file that was used; of several the last."""
    events = [record.event for record in played.records(LabelsReceived)]
    return {event.name: (event.joined, event.unknown, event.unusable) for event in events}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Delivered, int, str, str]:
    """Every case, taken in by one command."""
    played = Delivered.begun(tmp_path_factory.mktemp("spoilt"))
    played.deliver(range(1, len(CASES) + 2))
    for day, case in CASES.items():
        (played.inbox / f"{file(day)}.csv").write_bytes(case.made(plain(day)))
    return played, *played.seen("run")


@pytest.fixture(scope="module")
def mended(
    spoilt: tuple[Delivered, int, str, str], tmp_path_factory: pytest.TempPathFactory
) -> Delivered:
    """Each file that could not be used, delivered again."""
    played = spoilt[0].copy(tmp_path_factory.mktemp("mended"))
    played.deliver(range(1, len(CASES) + 2))
    assert played.seen("run")[0] == 0
    return played


@every_case
def test_it_is_told(spoilt: tuple[Delivered, int, str, str], day: int) -> None:
    """An incident in one line with the next step, where a file is of little use."""
    _, code, out, err = spoilt
    incident = f" labels-{file(day)}-"

    line = next((one for one in out.splitlines() if incident in one), "")

    found = folded(line.rpartition(" · ")[0].partition(" labels ")[2])
    assert (code, err) == (0, "")
    assert f"labels {found}".replace(file(day), "FILE") == (CASES[day].told or "labels ")


@every_case
def test_what_can_be_used_is_counted(spoilt: tuple[Delivered, int, str, str], day: int) -> None:
    """Joined, unknown and unusable add up to the rows of the file; its bytes are kept."""
    played, case = spoilt[0], CASES[day]
    lake, raw = played.platform().lake, case.made(plain(day))

    (kept,) = lake.keys(f"{Zone.RAW.value}/micro/{file(day)}/")

    assert lake.read(kept, expected=digest(raw)) == raw
    if any(case.counts):
        assert taken(played)[file(day)] == case.counts
    else:
        assert file(day) not in taken(played)


@every_case
def test_a_mended_file_is_used(mended: Delivered, day: int) -> None:
    """Where nothing was used, all is used now; elsewhere the labels are there already."""
    if CASES[day].outcome is Outcome.TOLD and not any(CASES[day].counts):
        assert taken(mended)[file(day)] == (40, 0, 0)

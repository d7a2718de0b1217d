"""What a home has been through is read from its ledger and from the game days held in it."""

import json
from pathlib import Path

import pytest
from played import Played, document

from caf_pipelines.proving.experience import MATRICES, drills, practice
from caf_platform.capabilities import Capability


def test_practice_is_counted_by_events_and_plays(whole_life: Played) -> None:
    """One play so far; the newest event's real time is the last."""
    records = list(whole_life.platform().ledger.read())

    found = practice(records)

    one = found[Capability.DATA_ENGINEERING]
    carrying = [r for r in records if Capability.DATA_ENGINEERING in r.envelope.capabilities]
    assert (one.events, one.plays) == (len(carrying), 1)
    assert one.last == max(record.real_time for record in carrying)
    assert Capability.GENERATIVE_AI not in found


def test_game_days_are_read_with_who_objected(tmp_path: Path) -> None:
    """From the matrix of all and from that of chosen ones; each objector of a day counts."""
    for number, name in enumerate(MATRICES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        day = {"name": f"day-{number}", "right": True, "objected": {"skew": "objects", "fair": ""}}
        (tmp_path / name).write_text(json.dumps({"scenarios": [day]}), "utf-8")

    found = drills(tmp_path)

    assert {(one.name, one.objector, one.right) for one in found} == {
        (f"day-{number}", by, True) for number in (0, 1) for by in ("skew", "fair")
    }


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"scenarios": [{"name": "x"}]}'])
def test_what_cannot_be_read_is_no_game_day(tmp_path: Path, text: str | None) -> None:
    """Nobody is called rehearsed for a file that is torn."""
    if text is not None:
        (tmp_path / MATRICES[0]).parent.mkdir(parents=True)
        (tmp_path / MATRICES[0]).write_text(text, "utf-8")

    assert drills(tmp_path) == ()


def test_the_verb_tells_each_level_and_the_next_step(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is out of scope is left out; what nobody built is absent."""
    assert whole_life.caf("maturity", "--json") == 0

    found = {one["id"]: one for one in document(capsys.readouterr().out)["capabilities"]}
    assert len(found) == 44
    assert found["business.generative-ai"]["name"] == "absent"
    assert found["platform.data-engineering"]["level"] >= 2
    assert found["platform.data-engineering"]["events"] > 0
    assert all(one["next_step"] or one["level"] == 5 for one in found.values())


def test_the_verb_tells_people_too(whole_life: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, and how many have come how far."""
    assert whole_life.caf("maturity") == 0

    told = capsys.readouterr().out
    assert "44 capabilities in scope: " in told
    assert "make scenarios" in told or "make test" in told

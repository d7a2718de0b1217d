"""The kill switch and retirement, played: who answers, what monitors see, and who may say so."""

import io
from pathlib import Path

import pandas as pd
import pytest
from played import Played, document

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Silent
from caf_platform.decision import Action, Verdict
from caf_platform.errors import Refused, Tampered, Unavailable
from caf_platform.ledger.events import (
    BatchScored,
    ScoringResumed,
    ScoringStopped,
    VersionRetired,
    WindowMonitored,
)
from caf_platform.ledger.signing import signatory
from caf_platform.ledger.values import ScoredBy

HARM = ("--reason", "odd answers", "--as", "ops")


@pytest.fixture(scope="session")
def first_champion(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Two windows, at whose end v1 was promoted: days 13 to 18 come next, 15 is refused."""
    played = Played.begun(tmp_path_factory.mktemp("champion"))
    played.play(windows=2)
    return played


@pytest.fixture
def serving(first_champion: Played, tmp_path: Path) -> Played:
    """A champion of the test's own."""
    return first_champion.copy(tmp_path / "serving").with_people()


def answers(played: Played) -> dict[str, tuple[ScoredBy, ...]]:
    """Who scored each batch."""
    events = [record.event for record in played.records(BatchScored)]
    return {event.batch: event.by for event in events if isinstance(event, BatchScored)}


def looks(played: Played) -> list[WindowMonitored]:
    """What each window's look recorded."""
    found = [record.event for record in played.records(WindowMonitored)]
    return [event for event in found if isinstance(event, WindowMonitored)]


def opened(played: Played) -> Play:
    """The play, in a fresh process."""
    return Play.open(played.platform(), played.project(), Silent())


def test_while_stopped_the_fallback_answers(serving: Played) -> None:
    """One constant for every row, named as such; the champion is not even asked unseen."""
    code = serving.caf("stop", *HARM)
    serving.play(windows=1)

    found = answers(serving)
    manifest = serving.state().models["v1"].manifest
    assert code == 0
    assert list(found) == ["day-13", "day-14", "day-16", "day-17", "day-18"]
    for [by] in found.values():
        assert (by.role, by.version, by.belongs_to) == ("fallback", "v1/dummy", "v1")
        assert by.artifact_digest == manifest.digests["fallback"]
        rows = pd.read_parquet(io.BytesIO(serving.platform().lake.read(by.predictions_key)))
        assert rows["score"].nunique() == 1
        assert set(rows["version"]) == {"v1/dummy"}


def test_monitors_do_not_take_the_fallback_for_the_champion(serving: Played) -> None:
    """Nothing of the model was in service: nobody judges it, and nothing is done to it."""
    serving.caf("stop", *HARM)
    serving.play(windows=1)

    look = looks(serving)[-1]
    decided = serving.state().actions[-1][1]
    verdicts = {name: one.verdict for name, one in look.readings.items()}
    assert look.estimation is None
    assert {verdicts[name] for name in ("skill", "calibration", "data_drift", "skew")} == {
        Verdict.CANNOT_JUDGE
    }
    assert decided.action is not Action.RETRAIN
    assert decided.action is not Action.ROLL_BACK


def test_a_window_that_was_stopped_halfway_is_judged_on_the_champion_s_rows(
    serving: Played,
) -> None:
    """Days 13 and 14 by v1, the others by its fallback: 80 rows are looked at."""
    play = opened(serving)
    window = next(iter(play.windows()))
    for delivery in window.deliveries:
        if delivery.name in ("day-13", "day-14", "labels-12"):
            play.data.take(delivery)
    serving.caf("stop", *HARM)
    opened(serving).take(window)

    roles = {name: [by.role for by in found] for name, found in answers(serving).items()}
    key = looks(serving)[-1].evidence_key
    assert key is not None
    evidence = document(serving.platform().lake.read(key).decode())["evidence"]
    assert roles == {
        "day-13": ["champion"],
        "day-14": ["champion"],
        "day-16": ["fallback"],
        "day-17": ["fallback"],
        "day-18": ["fallback"],
    }
    assert (evidence["champion"], evidence["served_rows"]) == ("v1", 80)


def test_a_play_that_goes_on_sees_the_stop_before_its_next_batch(serving: Played) -> None:
    """One process plays while another one stops: from the next batch on the fallback answers."""
    play = opened(serving)
    batches = [d for d in next(iter(play.windows())).deliveries if d.name.startswith("day-")]
    play.data.take(batches[0])
    serving.caf("stop", *HARM)
    play.data.take(batches[1])

    assert [by[0].role for by in answers(serving).values()] == ["champion", "fallback"]


def test_resuming_lets_the_champion_answer_again(serving: Played) -> None:
    """Both orders are signed by the operator, with reason; what was answered stays as it was."""
    serving.caf("stop", *HARM)
    serving.play(windows=1)
    code = serving.caf("resume", "--reason", "mended", "--as", "ops")
    serving.play(windows=1)

    orders = [*serving.records(ScoringStopped), *serving.records(ScoringResumed)]
    signer = serving.platform().signer
    by = [signatory(signer, record) for record in orders]
    roles = [found[0].role for found in answers(serving).values()]
    assert code == 0
    assert roles == ["fallback"] * 5 + ["champion"] * 6
    assert [one.name for one in by if one] == ["ops", "ops"]
    assert [record.payload["reason"] for record in orders] == ["odd answers", "mended"]
    assert serving.caf("audit", "verify") == 0


def test_who_asks_is_told_that_scoring_is_stopped(
    serving: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `caf champion`, `caf history` and an alert; stopping twice is stopping once."""
    codes = serving.caf("stop", *HARM), serving.caf("stop", *HARM, "--json")
    told = capsys.readouterr().out
    serving.caf("champion", "--json")
    champion = document(capsys.readouterr().out)
    serving.caf("history")

    assert codes == (0, 0)
    assert "the fallback of v1 answers from the next batch on" in told
    assert document(told[told.index("{") :])["changed"] is False
    assert (champion["version"], champion["stopped"]) == ("v1", "odd answers")
    assert "stopped" in capsys.readouterr().out
    assert [alert.title for alert in serving.alerts.sent][-1:] == ["scoring of micro was stopped"]
    assert len(serving.records(ScoringStopped)) == 1


@pytest.mark.parametrize("order", [["stop"], ["resume"], ["retire", "v1"]])
@pytest.mark.parametrize("name", ["ada", "pat"])
def test_only_an_operator_gives_these_orders(serving: Played, order: list[str], name: str) -> None:
    """Approver and publisher are refused, on record; the champion answers as before."""
    code = serving.caf(*order, "--reason", "because", "--as", name)

    assert code == 1
    assert "no_role" in serving.refusal_codes()
    assert serving.state().stopped is None


@pytest.mark.parametrize("order", [["stop"], ["resume"], ["retire", "v1"]])
def test_an_order_without_a_reason_is_wrong_usage(serving: Played, order: list[str]) -> None:
    """It is asked for before anything happens."""
    assert serving.caf(*order, "--as", "ops") == 2
    assert serving.records(ScoringStopped) == []


def test_no_new_play_begins_while_scoring_is_stopped(lived: Played) -> None:
    """It would let go of the kill switch in silence; after `caf resume` it begins."""
    lived.caf("stop", *HARM)

    with pytest.raises(Refused, match="caf resume"):
        Play.open(lived.platform(), lived.project(), Silent(), anew=True)
    lived.caf("resume", "--reason", "mended", "--as", "ops")
    again = Play.open(lived.platform(), lived.project(), Silent(), anew=True)

    assert again.session.state.play == 2


def test_a_fallback_whose_bytes_changed_does_not_answer(serving: Played) -> None:
    """Nobody does: the play stops and names the file, rather than ask the champion."""
    serving.caf("stop", *HARM)
    serving.tamper(serving.state().models["v1"].manifest.keys["fallback"])

    with pytest.raises(Tampered):
        serving.play(windows=1)

    assert answers(serving) == {}


def test_a_version_older_than_fallbacks_has_none(serving: Played) -> None:
    """Its manifest names none: nobody answers, and it is said what to do."""
    serving.caf("stop", *HARM)
    play = opened(serving)
    model = play.session.state.models["v1"]
    digests = {name: one for name, one in model.manifest.digests.items() if name != "fallback"}
    model.manifest = model.manifest.model_copy(update={"digests": digests})

    with pytest.raises(Unavailable, match="v1 has no fallback"):
        play.models.fallback("v1")


def test_a_fallback_s_answer_has_a_lineage(
    serving: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """From its prediction id to the version in whose place it answered, and to the raw bytes."""
    serving.caf("stop", *HARM)
    serving.play(windows=1)
    [by] = answers(serving)["day-13"]
    rows = pd.read_parquet(io.BytesIO(serving.platform().lake.read(by.predictions_key)))
    capsys.readouterr()

    code = serving.caf("lineage", rows["prediction_id"][0], "--json")

    found = document(capsys.readouterr().out)
    assert code == 0
    assert (found["prediction"]["role"], found["prediction"]["version"]) == ("fallback", "v1/dummy")
    assert (found["model"]["version"], found["verified"]) == ("v1", True)


def test_a_report_of_a_stopped_play_is_written(serving: Played) -> None:
    """A window that only the fallback answered measures nobody, and breaks nothing."""
    serving.caf("stop", *HARM)
    serving.play(windows=1)

    assert serving.caf("report") == 0
    assert serving.caf("performance") == 0


def test_a_retired_version_is_never_put_back(
    two_champions: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """v1 is retired: there is nothing to go back to, and asking for it by name is refused."""
    code = two_champions.caf("retire", "v1", "--reason", "its licence is over", "--as", "ops")

    back = two_champions.caf("rollback", "--as", "ops")
    named = two_champions.caf("rollback", "--to", "v1", "--as", "ops")
    told = capsys.readouterr()
    assert (code, back, named) == (0, 1, 1)
    assert "v1 is retired: it is never promoted nor put back." in told.out
    assert two_champions.refusal_codes() == {"retired"}
    assert two_champions.state().champion == "v2"
    assert len(two_champions.records(VersionRetired)) == 1


def test_the_champion_is_not_retired(
    two_champions: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """v2 serves: refused with what to do first."""
    code = two_champions.caf("retire", "v2", "--reason", "old", "--as", "ops")

    assert code == 1
    assert "it serves: promote another version, or roll back, first" in capsys.readouterr().err
    assert two_champions.records(VersionRetired) == []


def test_a_retired_version_is_no_shadow(two_champions: Played) -> None:
    """From then on v2 answers alone, and is compared with nobody."""
    two_champions.caf("retire", "v1", "--reason", "old", "--as", "ops")
    two_champions.play(windows=1)

    newest = list(answers(two_champions).values())[-1]
    assert [(by.role, by.version) for by in newest] == [("champion", "v2")]

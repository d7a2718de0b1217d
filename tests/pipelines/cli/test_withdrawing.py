"""`caf withdraw`: data is rolled back, and everything that rests on it is marked."""

import pytest
from played import MICRO, Played, document

from caf_platform.decision import Action
from caf_platform.ledger.events import ActionDecided, BatchWithdrawn, RolledBack

WRONG = ("--reason", "another machine's", "--as", "ops")
Capture = pytest.CaptureFixture[str]


def only_of(played: Played, version: str, *others: str) -> str:
    """A batch that a version learnt from, and no other one did."""
    models = played.state().models
    known = {name for other in others for name in models[other].learnt}
    return next(name for name in models[version].learnt if name not in known)


def test_what_rests_on_a_batch_is_told_before_anything_is_recorded(
    two_champions: Played, capsys: Capture
) -> None:
    """A dry run needs no key, and changes nothing."""
    batch = only_of(two_champions, "v2", "v1")

    code = two_champions.caf("withdraw", batch, "--dry-run", "--json", "--reason", "-")

    found = document(capsys.readouterr().out)
    assert code == 0
    assert (found["changed"], found["actor"], found["revision"]) == (False, None, 1)
    assert (found["trained"], found["champion"]) == (["v2"], "v2")
    assert found["promoted"] == ["v2"]
    assert len(found["windows"]) == 1
    assert sum(found["predicted"].values()) >= found["rows"] > 0
    assert two_champions.records(BatchWithdrawn) == []


def test_a_champion_that_learnt_from_it_goes_back_at_the_next_decision(
    two_champions: Played, capsys: Capture
) -> None:
    """The former one, which did not, serves again; everybody who is alerted hears of it."""
    batch = only_of(two_champions, "v2", "v1")

    code = two_champions.caf("withdraw", batch, *WRONG)
    said = capsys.readouterr().out
    two_champions.play(windows=1)

    state = two_champions.state()
    assert code == 0
    assert "v2 serves and learnt from it" in said
    assert [one.key for one in two_champions.alerts.sent][:1] == [f"withdrawn-{batch}-1"]
    assert two_champions.records(ActionDecided)[-1].payload["cause"] == "data_withdrawn"
    assert len(two_champions.records(RolledBack)) == 1
    assert (state.champion, state.former_champions) == ("v1", ())


def test_where_all_learnt_from_it_the_next_one_is_trained_without(two_champions: Played) -> None:
    """No version that rests on it is put back; it is no part of what the next one learns from."""
    batches = only_of(two_champions, "v1"), only_of(two_champions, "v2", "v1")

    for batch in batches:
        two_champions.caf("withdraw", batch, *WRONG)
    refused = two_champions.caf("rollback", "--as", "ops", "--reason", "back")
    two_champions.play(windows=1)

    state = two_champions.state()
    decided = two_champions.records(ActionDecided)[-1].payload
    assert refused != 0
    assert (decided["cause"], decided["action"]) == ("data_withdrawn", Action.RETRAIN)
    assert not set(batches) & set(state.models["v3"].learnt)
    assert state.champion in {"v2", "v3"}


def test_a_version_that_waits_is_not_promoted_on_it(waiting: Played) -> None:
    """A yes from before does not help."""
    batch = next(iter(waiting.state().models["v1"].learnt))
    assert waiting.caf("approve", "v1", "--as", "ada") == 0

    waiting.caf("withdraw", batch, *WRONG)
    code = waiting.caf("promote", "v1", "--as", "pat")

    assert code == 1
    assert waiting.refusal_codes() == {"data_withdrawn"}
    assert waiting.state().champion is None


def test_nor_is_one_that_was_judged_on_it(waiting: Played) -> None:
    """Its numbers are those of rows that count no more."""
    model = waiting.state().models["v1"]
    batch = next(name for name in model.judged_on if name not in model.learnt)
    waiting.caf("approve", "v1", "--as", "ada")

    waiting.caf("withdraw", batch, *WRONG)
    waiting.caf("promote", "v1", "--as", "pat")

    assert waiting.refusal_codes() == {"data_withdrawn"}


def test_withdrawing_twice_changes_nothing(lived: Played, capsys: Capture) -> None:
    """One record; the second answer says so."""
    lived.caf("withdraw", "day-12", *WRONG)
    capsys.readouterr()

    code = lived.caf("withdraw", "day-12", *WRONG)

    assert code == 0
    assert "is withdrawn already" in capsys.readouterr().out
    assert len(lived.records(BatchWithdrawn)) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("day-99", *WRONG), "No batch 'day-99' of micro"),
        (("day-15", *WRONG), "Nothing of batch 'day-15' is in use"),
        (("day-12", "--reason", " ", "--as", "ops"), "Say why"),
        (("day-12", "--reason", "wrong", "--as", "pat"), "no role of operator"),
        (("day-12", "--reason", "wrong", "--as", "nobody-known"), "nobody-known"),
    ],
)
def test_what_cannot_be_withdrawn_is_answered(
    lived: Played, capsys: Capture, words: tuple[str, ...], told: str
) -> None:
    """Unknown, refused already, without a reason, or by somebody who may not."""
    code = lived.caf("withdraw", *words)

    assert code != 0
    assert told in capsys.readouterr().err
    assert lived.records(BatchWithdrawn) == []


def test_lineage_and_report_tell_it(lived: Played, capsys: Capture) -> None:
    """Whoever walks back from a version meets the batch with why it counts no more."""
    batch = next(iter(lived.state().models["v1"].learnt))
    lived.caf("withdraw", batch, *WRONG)
    capsys.readouterr()

    lived.caf("lineage", "v1")
    tree = capsys.readouterr().out
    lived.caf("lineage", "v1", "--json")
    found = document(capsys.readouterr().out)
    lived.caf("champion", "--json")
    champion = document(capsys.readouterr().out)
    page = lived.root / "report.html"
    lived.caf("report", "--out", str(page))

    reasons = {one["batch"]: one["withdrawn"] for one in found["batches"]}
    assert f"WITHDRAWN since: {batch}, revision 1" in tree
    assert reasons.pop(batch) == "another machine's"
    assert set(reasons.values()) == {None}
    assert champion["withdrawn_batches"] == ([batch] if champion["version"] == "v1" else [])
    assert f"{batch}, revision 1" in page.read_text("utf-8")


def test_the_ledger_stays_proved(lived: Played, capsys: Capture) -> None:
    """The event is a privileged one, and its signature counts; so says the lone verifier too."""
    lived.caf("withdraw", "day-12", *WRONG)
    capsys.readouterr()

    code = lived.caf("audit", "verify", "--json")

    found = document(capsys.readouterr().out)
    assert code == 0, found
    assert lived.records(BatchWithdrawn)[0].envelope.actor == "ops"
    assert lived.state().project == MICRO

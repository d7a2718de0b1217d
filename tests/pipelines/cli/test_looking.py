"""What a person sees of a play: champion, history, incidents, projects, quarantine."""

import pytest
from played import MICRO, Played, document

from caf_platform.ledger.events import BatchRefused, IncidentClosed, PlayStarted
from caf_platform.ledger.streams import CHAMPION, INCIDENTS, first_start

CHAMPION_KEYS = {
    "withdrawn_batches",
    "project",
    "play",
    "stopped",
    "version",
    "since",
    "real_time",
    "replaces",
    "verb",
    "actor",
    "reason",
    "manifest_digest",
    "artifact_digest",
    "tracked_version",
    "former_champion",
}


def test_champion_says_who_serves_since_when_and_why(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """v1 is back since 1 February, because v2 did harm; no moment is the machine's."""
    code = whole_life.caf("champion")

    told = capsys.readouterr().out
    assert code == 0
    assert "The champion of micro" in told
    assert "2020-02-01" in told
    assert "the promotion was a mistake" in told


def test_champion_as_json_has_every_key(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The version with its digests, the tracking store's number, and what it replaced."""
    code = whole_life.caf("champion", "--json")

    found = document(capsys.readouterr().out)
    model = whole_life.state().models["v1"]
    assert code == 0
    assert set(found) == CHAMPION_KEYS
    assert (found["version"], found["replaces"], found["verb"]) == ("v1", "v2", "rolled_back")
    assert found["since"] == "2020-02-01T00:00:00+00:00"
    assert found["artifact_digest"] == model.manifest.digests["artifact"]
    assert found["tracked_version"] == "1"
    assert found["former_champion"] is None


def test_no_champion_yet_is_no_error(
    first_model: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A play in which nothing was promoted says so, and its JSON has nulls under the same keys."""
    codes = first_model.caf("champion"), first_model.caf("champion", "--json")

    told, _, value = capsys.readouterr().out.partition("\n")
    found = document(value)
    assert codes == (0, 0)
    assert "no champion yet" in told
    assert set(found) == CHAMPION_KEYS
    assert {found[name] for name in CHAMPION_KEYS - {"project", "play"}} == {None}


def test_history_tells_each_decision_in_one_short_line(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Off a terminal every decision is one line with its date, subject, verdict and reason."""
    code = whole_life.caf("history")

    lines = capsys.readouterr().out.splitlines()
    words = [line.split(maxsplit=4) for line in lines]
    assert code == 0
    assert ["2020-01-14", "v1", "gate", "pass"] in [line[:4] for line in words]
    assert ["2020-02-01", "0005", "decide", "suppressed"] in [line[:4] for line in words]
    assert ["2020-02-01", "v1", "rollback", "rolled"] in [line[:4] for line in words]
    assert max(map(len, lines)) < 260


def test_history_names_the_rule_that_stopped_a_batch(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused batch is told with the rule's code, as a quarantine is."""
    whole_life.caf("history")

    told = capsys.readouterr().out
    assert "noise:missing_column: the file has no such column" in told
    assert "3 of 40 rows set aside: at:type x1, heat:maximum x1, site:not_allowed x1" in told


def test_history_as_json_carries_the_whole_decision(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of the ledger, each with the event and every number that was looked at."""
    code = whole_life.caf("history", "--json")

    found = document(capsys.readouterr().out)
    gate = next(one for one in found["decisions"] if one["event"] == "gate_decided")
    breach = next(one for one in found["decisions"] if one["verdict"] == "breach")
    assert code == 0
    assert (found["project"], found["play"]) == (MICRO, 1)
    assert [one["seq"] for one in found["decisions"]] == sorted(
        one["seq"] for one in found["decisions"]
    )
    assert gate["detail"]["parts"]["beats_baselines"]["numbers"]
    assert breach["detail"]["monitor"] == "calibration"
    assert breach["detail"]["decision"]["numbers"]


def test_history_is_of_the_present_play_unless_asked(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second play starts afresh; `--all-plays` shows the first one too."""
    started = lived.records(PlayStarted)[0].event.model_copy(update={"play": 2})
    lived.append(CHAMPION, started, "second", signer=lived.platform().signer)
    lived.caf("history", "--json")
    present = document(capsys.readouterr().out)

    lived.caf("history", "--json", "--all-plays")

    everything = document(capsys.readouterr().out)
    assert present["play"] == everything["play"] == 2
    assert [one["what"] for one in present["decisions"]] == ["play"]
    assert len(everything["decisions"]) > 20


def test_incidents_tell_what_is_open_and_what_became_of_the_rest(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A closed incident keeps its story: what it was, what was done, what keeps it away."""
    closed = IncidentClosed(
        incident="refused-day-15",
        cause="the exporter lost a column",
        action="delivered again",
        regression_test="test_missing_column",
    )
    lived.append(INCIDENTS, closed, "closed", "refused-day-15")

    codes = lived.caf("incidents"), lived.caf("incidents", "--json")

    table, value = capsys.readouterr().out.split("{", 1)
    found = document("{" + value)
    one = found["incidents"][0]
    assert codes == (0, 0)
    assert "Incidents of micro: 2 open" in table
    assert found["open"] == 2
    assert (one["incident"], one["open"], one["action"]) == (
        "refused-day-15",
        False,
        "delivered again",
    )
    assert one["opened_at"] < one["closed_at"]


def test_projects_lists_use_cases_also_with_mistakes(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that cannot be read stands in the list with its first mistake, and stops nobody."""
    (lived.root / "projects" / "odd").mkdir()
    (lived.root / "projects" / "odd" / "project.py").write_text("project = 3\n")

    codes = lived.caf("projects"), lived.caf("projects", "--json")

    table, value = capsys.readouterr().out.split("{", 1)
    micro, odd = document("{" + value)["projects"]
    assert codes == (0, 0)
    assert "Machine failures" in table
    assert micro["owners"]["model"] in table
    assert set(micro["owners"]) == {"business", "model", "data", "steward"}
    assert odd["owners"] == {}
    assert (micro["project"], micro["plays"], micro["champion"]) == (MICRO, 1, "v1")
    assert micro["mistake"] is None
    assert "odd/project.py" in odd["mistake"]


def test_quarantine_list_shows_rows_and_refused_batches(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three rows of day 10 with their rules, and day 15 whole."""
    codes = whole_life.caf("quarantine", "list"), whole_life.caf("quarantine", "list", "--json")

    table, value = capsys.readouterr().out.split("{", 1)
    rows, whole = document("{" + value)["batches"]
    assert codes == (0, 0)
    assert "heat:maximum x1" in table
    assert (rows["batch"], rows["quarantined"], rows["still_quarantined"]) == ("day-10", 3, 3)
    assert rows["quarantine_key"].startswith("quarantine/micro/day-10/")
    assert (whole["batch"], whole["refused"]) == ("day-15", True)
    assert len(whole_life.records(BatchRefused)) == 1


@pytest.mark.parametrize("verb", ["champion", "history", "incidents", "lineage"])
def test_an_unknown_project_is_answered_with_the_nearest(
    whole_life: Played, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong input: exit code 2, a hint, and what there is."""
    code = whole_life.caf(verb, "--project", "mikro")

    told = capsys.readouterr().err
    assert code == 2
    assert "Did you mean 'micro'?" in told


def test_an_error_as_json_is_one_document(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Machines read what, why and what next from standard output."""
    code = whole_life.caf("champion", "--project", "mikro", "--json")

    found = document(capsys.readouterr().out)
    assert code == 2
    assert set(found) == {"error", "what", "why", "next_step"}
    assert found["error"] == "BadInput"


def test_two_played_projects_must_be_told_apart(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody guesses which one is meant."""
    folder = lived.root / "projects" / "other"
    folder.mkdir()
    (folder / "project.py").write_text("")
    started = lived.records(PlayStarted)[0]
    lived.platform().ledger.append(
        "other/champion", None, started.event, key=first_start("other"), envelope=started.envelope
    )

    code = lived.caf("champion")

    told = capsys.readouterr().err
    assert code == 2
    assert "Played so far: micro, other." in told


@pytest.mark.parametrize(
    "words",
    [
        ["champion"],
        ["history"],
        ["incidents"],
        ["lineage"],
        ["quarantine", "list"],
        ["audit", "verify"],
    ],
)
def test_looking_where_nothing_has_happened_makes_nothing(
    tmp_path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to run, and leaves no ledger behind."""
    nothing = Played.begun(tmp_path)

    code = nothing.caf(*words)

    assert code == 2
    assert "make demo" in capsys.readouterr().err
    assert not (nothing.home / "ledger.db").exists()


def test_a_project_that_was_never_played_says_how_to(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A use case without a history is no unknown one."""
    (lived.root / "projects" / MICRO).rename(lived.root / "projects" / "fresh")
    declared = lived.root / "projects" / "fresh" / "project.py"
    declared.write_text(declared.read_text().replace('name="micro"', 'name="fresh"'))

    code = lived.caf("champion", "--project", "fresh")

    assert code == 2
    assert "caf run --project fresh" in capsys.readouterr().err

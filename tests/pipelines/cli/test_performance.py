"""What a person sees of performance while labels are late: `caf performance`."""

import pytest
from played import Played, document

WINDOW_KEYS = {
    "window",
    "open",
    "champion",
    "rows",
    "labelled_rows",
    "labelled_share",
    "enough",
    "method",
    "method_version",
    "level",
    "learnt_rows",
    "learnt_clusters",
    "reason",
    "numbers",
}
NUMBER_KEYS = {
    "estimate",
    "low",
    "high",
    "realised",
    "realised_low",
    "realised_high",
    "difference",
    "inside",
}


def test_each_window_is_told_with_its_estimate_marked_as_one(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two lines a window: what was estimated, what came true, and the difference."""
    code = whole_life.caf("performance")

    lines = capsys.readouterr().out.splitlines()
    told = [line.split() for line in lines if line.startswith(("000", "open"))]
    assert code == 0
    assert [words[0] for words in told[::2]] == ["0003", "0004", "0005", "0006", "open"]
    assert {words[4] for words in told} == {"loss", "skill"}
    assert {words[5] for words in told} == {"est."}
    assert "too few labels" in lines[10]
    assert "no gate and no monitor goes by it" in lines[-1]


def test_the_lines_below_say_how_good_the_estimates_were(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted over the four windows that are over: the sentence and the table agree."""
    whole_life.caf("performance")

    out = capsys.readouterr().out
    rows = [line for line in out.splitlines() if line.startswith("000") and " skill " in line]
    within = sum(row.split()[-1] == "yes" for row in rows)
    assert f"over 4 windows, {within} of 4 within the interval" in out
    assert 0 < within < 4


def test_as_json_every_number_has_its_bounds_and_what_came_true(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys as promised; the difference is realised minus estimate; trust is the mean of it."""
    code = whole_life.caf("performance", "--json")

    found = document(capsys.readouterr().out)
    assert code == 0
    assert set(found) == {"project", "play", "windows", "trust"}
    assert all(set(one) == WINDOW_KEYS for one in found["windows"])
    errors = []
    for one in found["windows"]:
        assert (one["method"], one["method_version"]) == ("cbpe", 1)
        for number in one["numbers"].values():
            assert set(number) == NUMBER_KEYS
            assert number["difference"] == number["realised"] - number["estimate"]
        if not one["open"]:
            errors.append(abs(one["numbers"]["loss"]["difference"]))
    assert found["trust"]["loss"]["mean_absolute_error"] == pytest.approx(sum(errors) / 4)


def test_the_open_window_says_how_few_labels_it_has(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two days of forty rows, one of them with labels: shown as of now, and not counted."""
    whole_life.caf("performance", "--json")

    last = document(capsys.readouterr().out)["windows"][-1]
    assert (last["window"], last["open"], last["enough"]) == ("open", True, False)
    assert (last["rows"], last["labelled_rows"], last["labelled_share"]) == (80, 40, 0.5)


def test_before_a_model_serves_there_is_nothing_to_tell(
    first_model: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is no error; JSON has the same keys."""
    codes = first_model.caf("performance"), first_model.caf("performance", "--json")

    told, _, value = capsys.readouterr().out.partition("{")
    found = document("{" + value)
    assert codes == (0, 0)
    assert "none" in told
    assert (found["windows"], found["trust"]) == ([], {})


def test_looking_changes_nothing(lived: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """No record is added, and a second look says the same."""
    before = lived.platform().ledger.version("micro/decisions")
    lived.caf("performance")
    first = capsys.readouterr().out

    lived.caf("performance")

    assert capsys.readouterr().out == first
    assert lived.platform().ledger.version("micro/decisions") == before


def test_a_damaged_model_is_told_and_no_number_made_up(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The open window needs the champion to answer on its gate's rows: exit code 1, no table."""
    lived.tamper(lived.state().models["v1"].manifest.keys["artifact"])

    code = lived.caf("performance")

    out, err = capsys.readouterr()
    assert code == 1
    assert "est." not in out
    assert "Tampered" in err

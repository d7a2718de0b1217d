"""Settings and command lines that cannot be used: told at once, and nothing is touched."""

import pytest
from bad_input.seen import anywhere, error_of, folded
from bad_input.settings import ALL, USAGE, SettingCase
from inbox_play import Delivered

from caf_pipelines.cli.app import run


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_it_is_told(
    case: SettingCase,
    few_days: Delivered,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, what is wrong and what to do; the home is as it was."""
    before = few_days.left()
    monkeypatch.setenv("CAF_HOME", str(few_days.home))
    monkeypatch.setenv("CAF_PROJECTS", str(few_days.root / "projects"))
    monkeypatch.setenv("CAF_ORCHESTRATOR", "none")
    for name, value in (case.variables or {}).items():
        monkeypatch.setenv(name, value)

    code = run(list(case.words))

    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert code == case.exit_code
    if case.following == USAGE:
        assert case.told in folded(err)
    else:
        assert error_of(anywhere(err, few_days))[::2] == (case.told, case.following)
    assert few_days.left() == before

"""Something wrong around a play: it ends in words, loses nothing, and goes on once it is mended."""

import pytest
from bad_input import homes, projects
from bad_input.case import FaultCase, Outcome
from bad_input.faults import mounts
from bad_input.seen import anywhere, error_of, folded
from inbox_play import Delivered

CASES = (*projects.ALL, *homes.ALL)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault(
    case: FaultCase, played: Delivered, undisturbed: Delivered, caplog: pytest.LogCaptureFixture
) -> None:
    """Exit code, words, and the same play in the end as if nothing had happened."""
    if case.mounts and not mounts():
        pytest.skip("only root may mount")
    before = played.left()

    with case.fault(played):
        code, _, err = played.seen(*case.words)

    what, why, following = error_of(anywhere(err or (caplog.text and caplog.messages[0]), played))
    assert "Traceback" not in err
    assert (code, what) == (case.exit_code, case.told)
    if case.outcome is Outcome.STOPS:
        assert what.startswith(f"{case.code}: ")
        assert following == case.following
        assert why or case.code == "Mistakes"
    if played.left() != before:  # what was not touched goes on as it would have
        assert played.seen("run")[0] == 0
        mine, theirs = played.streams(), undisturbed.streams()
        differing = {name for name in mine | theirs if mine.get(name) != theirs.get(name)}
        assert differing == case.leaves
        assert case.leaves or played.state_hash() == undisturbed.state_hash()


def test_a_home_that_was_not_touched_goes_on(played: Delivered, undisturbed: Delivered) -> None:
    """What the cases above rest on: a copy of a play comes to the same end."""
    code, _, err = played.seen("run")

    assert (code, err) == (0, "")
    assert played.state_hash() == undisturbed.state_hash()


def test_errors_are_told_to_machines_by_their_names(played: Delivered) -> None:
    """`--json` says the same in one document."""
    case = next(one for one in CASES if one.name == "the lake is gone")

    with case.fault(played):
        code, out, _ = played.seen(*case.words, "--json")

    assert code == case.exit_code
    assert '"error": "Unavailable"' in out
    assert folded(case.following) in folded(out)

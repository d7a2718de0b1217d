"""Every objection on record is found in one common form."""

from micro_play import World

from caf_pipelines.scenarios.finding import Finding, actions, findings


def test_a_play_is_read_for_what_was_said_against_something() -> None:
    """Each finding names who, which verdict, why and about what; every window has its action."""
    play = World().played()
    records = list(play.session.platform.ledger.read(prefix="micro/"))

    found = findings(records)
    done = actions(records)

    assert found
    assert all(one.by and one.code and one.about for one in found)
    assert not [one for one in found if one.verdict in ("ok", "pass")]
    assert list(done) == [window.window for window in play.session.state.windows]


def test_wording_and_numbers_make_no_other_finding() -> None:
    """The same objection about the same thing is the same, however it is put."""
    one = Finding("skew", "breach", "skew_breached", "w1", "3 of 50 rows differ")
    other = Finding("skew", "breach", "skew_breached", "w1", "9 of 50 rows differ")

    assert one.same == other.same

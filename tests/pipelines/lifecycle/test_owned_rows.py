"""One owner of each row: who brought it, what a revision gave up, the same after a restart."""

from filled_shelf import Shelf
from hypothesis import given, settings
from hypothesis import strategies as st


def test_a_row_belongs_to_the_batch_that_brought_it(shelf):
    """For every other batch it is elsewhere; for its own it is not."""
    shelf.batch("a", ["1"])
    shelf.batch("b", ["2"])

    assert shelf.frames.owners() == {"1": "a", "2": "b"}
    assert "1" in shelf.frames.elsewhere("b")
    assert "1" not in shelf.frames.elsewhere("a")
    assert "3" not in shelf.frames.elsewhere("a")


def test_a_revision_gives_up_what_it_left_out(shelf):
    """Then another batch may bring the row."""
    shelf.batch("a", ["1", "2"])
    shelf.frames.owners()

    shelf.batch("a", ["1"], revision=2)

    assert shelf.frames.owners() == {"1": "a"}


names, rows = st.sampled_from("abc"), st.lists(st.sampled_from("123456"), unique=True, max_size=3)
deeds = st.lists(
    st.tuples(st.sampled_from(["batch", "replay"]), names, rows, st.booleans()), max_size=12
)


@settings(deadline=None)
@given(deeds)
def test_owners_are_the_same_after_a_restart(deeds):
    """Over any batches, revisions and replays: an old process sees what a new one sees."""
    shelf = Shelf()
    for deed, name, row_ids, look in deeds:
        known = shelf.state.batches.get(name)
        if deed == "replay" and known:
            shelf.replay(name, row_ids)
        else:
            shelf.batch(name, row_ids, revision=known.received.revision + 1 if known else 1)
        if look:
            shelf.frames.owners()

    assert shelf.frames.owners() == shelf.fresh().owners()

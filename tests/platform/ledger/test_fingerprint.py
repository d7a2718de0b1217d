"""The state hash changes with everything that was decided or came of it, and with nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lawful_events import MEASURED, lawful, received, record, started, validated
from memory_ledger import MemoryLedger
from micro_play import World, whole_story
from pydantic import ValidationError
from stated_fields import LEFT_OUT, STATED

from caf_platform.capabilities import Capability
from caf_platform.digest import digest_of
from caf_platform.ledger.events import EVENT_TYPES
from caf_platform.ledger.fingerprint import fingerprint, statements
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import DATA, DECISIONS
from caf_platform.ledger.values import Manifest
from caf_platform.model.manifest import manifest_digest
from caf_platform.ports.signer import Signature


@cache
def story() -> list[Record]:
    """Every record of a whole life; played when the first test asks."""
    return list(whole_story().read())


OTHER_VALUES: tuple[Any, ...] = (
    *("x", 7, 7.5, "2001-02-03T00:00:00Z", "pass", "refuse", "watch", "nothing"),
    *(["x"], [{"code": "x", "text": "x"}], [{"action": "watch", "cause": "x", "reason": "x"}]),
    *({"x": "x"}, {"x": 7}, {"key_id": "k", "algorithm": "a", "value": "v"}),
)


def digest(records: list[Record]) -> str:
    """The state hash of the micro project's records."""
    return fingerprint("micro", records).digest


def at(number: int, **changed: Any) -> list[Record]:
    """The story with one record changed in place."""
    one = story()[number].model_copy(update=changed)
    return [*story()[:number], one, *story()[number + 1 :]]


def swapped(first: int, second: int) -> list[Record]:
    """The story with two records in each other's place."""
    found = story().copy()
    found[first] = story()[second].model_copy(update={"seq": story()[first].seq})
    found[second] = story()[first].model_copy(update={"seq": story()[second].seq})
    return found


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each plain value inside a payload."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in inside:
        if isinstance(inner, dict | list) and inner:
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name)


def with_leaf(payload: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same payload with another value at the end of a way."""
    name, *rest = path
    made = payload.copy()
    made[name] = with_leaf(payload[name], tuple(rest), value) if rest else value
    return made


def leaf(payload: Any, path: tuple[Any, ...]) -> Any:
    """The value at the end of a way."""
    return leaf(payload[path[0]], path[1:]) if path else payload


def meaning(record: Record, payload: Any) -> Any:
    """What a payload says to the platform; None when it is not allowed."""
    try:
        return EVENT_TYPES[record.type].model_validate(payload)
    except ValidationError:
        return None


def otherwise(record: Record, path: tuple[Any, ...]) -> dict[str, Any] | None:
    """The record's payload with another lawful value at one place.

    None where nothing stands yet and only a whole value of its own kind would do.
    """
    for value in OTHER_VALUES:
        payload = with_leaf(record.payload, path, value)
        if meaning(record, payload) not in (None, record.event):
            return payload
    former = leaf(record.payload, path)
    if former is None:
        return None
    payload = with_leaf(record.payload, path, not former)  # a bare truth value
    assert meaning(record, payload) not in (None, record.event), path
    return payload


def is_left_out(path: tuple[Any, ...]) -> bool:
    """Whether the table says that a place is incidental."""
    return any(path[: len(way)] == way for way in LEFT_OUT)


def is_named(one: Record, path: tuple[Any, ...]) -> bool:
    """Whether a place lies in a manifest whose digest stands beside it, and would now be wrong."""
    return path[0] == "manifest" and "manifest_digest" in one.payload


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_field_of_every_event_was_chosen(kind: str) -> None:
    """Who adds a field says here whether state rests on it, or marks it as incidental."""
    fields = set(EVENT_TYPES[kind].model_fields)
    left_out = {name for name, *rest in LEFT_OUT if not rest}

    assert fields - left_out == set(STATED[kind])


def test_every_field_of_a_manifest_was_chosen() -> None:
    """The one value inside events that has incidental parts."""
    assert set(Manifest.model_fields) == {*STATED["manifest"], "run_id"}


def test_each_thing_that_a_record_states_counts_and_nothing_else_does() -> None:
    """Every plain value of every record of a whole life, changed alone."""
    for one in story():
        [(_, before)] = statements([one])
        for path in leaves(one.payload):
            payload = otherwise(one, path)
            if payload is None:
                continue
            [(_, now)] = statements([one.model_copy(update={"payload": payload})])

            same = is_left_out(path) and not is_named(one, path)
            assert (now == before) is same, (one.key, path)


def test_who_and_when_on_the_calendar_count() -> None:
    """Another actor, another virtual day: another hash."""
    envelope, before = story()[9].envelope, digest(story())
    later = envelope.virtual_time + timedelta(seconds=1)

    changed = [
        digest(at(9, envelope=envelope.model_copy(update={"actor": "ada"}))),
        digest(at(9, envelope=envelope.model_copy(update={"virtual_time": later}))),
    ]

    assert len({before, *changed}) == 3


def test_the_machine_does_not_count() -> None:
    """Real time, place in the chain, hashes, keys, signatures, tags."""
    envelope = story()[9].envelope.model_copy(
        update={
            "correlation": "c",
            "capabilities": (Capability.OBSERVABILITY,),
            "signature": Signature(key_id="k", algorithm="a", value="v"),
        }
    )
    later = story()[9].real_time + timedelta(days=900)
    place = {"position": 99, "previous": "p", "hash": "h", "key": "k"}

    found = digest(at(9, envelope=envelope, real_time=later, **place))

    assert found == digest(story())


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_record_can_be_missing(data: st.DataObject) -> None:
    """But for a mirror that was put right, each one of a whole life is seen to be gone."""
    number = data.draw(st.integers(1, len(story()) - 1))
    one = story()[number]
    try:
        found = digest([*story()[:number], *story()[number + 1 :]])
    except KeyError:  # what follows speaks of it
        return

    assert (found == digest(story())) is (one.type == "mirror_reconciled")


def test_order_within_a_stream_counts() -> None:
    """Two decisions that change places."""
    decisions = [n for n, one in enumerate(story()) if one.stream.endswith("/decisions")]
    first, second = decisions[3:5]

    assert digest(swapped(first, second)) != digest(story())


def test_how_streams_interleave_does_not_count() -> None:
    """An incident that is opened a record later, by another process, is the same one."""
    number = next(n for n, one in enumerate(story()) if one.stream.endswith("/incidents"))

    assert story()[number + 1].stream != story()[number].stream
    assert digest(swapped(number, number + 1)) == digest(story())


def renamed(run: str) -> list[Record]:
    """The story as if its first model had been made in another run, by another commit."""
    found, named = [], {}
    for one in story():
        payload = dict(one.payload)
        if payload.get("manifest", {}).get("version") == "v1":
            former = Manifest.model_validate(payload["manifest"])
            digests = {**former.digests, "code": run, "environment": run}
            payload["manifest"] = {**payload["manifest"], "run_id": run, "digests": digests}
            now = Manifest.model_validate(payload["manifest"])
            named[manifest_digest(former)] = manifest_digest(now)
        if payload.get("manifest_digest") in named:
            payload["manifest_digest"] = named[payload["manifest_digest"]]
        if one.type == "approval_given":
            named[digest_of(one.payload)] = digest_of(payload)
        if "approval_digests" in payload:
            payload["approval_digests"] = [named.get(d, d) for d in payload["approval_digests"]]
        found.append(one.model_copy(update={"payload": payload}))
    return found


def test_another_run_of_the_same_training_is_the_same() -> None:
    """Its id is in every manifest, and so in each digest that gate, approval and moves name."""
    moved = [one for one in renamed("another") if "manifest_digest" in one.payload]

    assert digest(renamed("another")) == digest(story())
    assert all(m.payload != o.payload for m, o in zip(renamed("another"), story(), strict=True)
               if m in moved and m.payload.get("version") == "v1")  # fmt: skip


def test_an_approval_of_another_manifest_is_another() -> None:
    """A digest that no manifest on record has stands as it is."""
    number = next(n for n, one in enumerate(story()) if one.type == "approval_given")
    payload = {**story()[number].payload, "manifest_digest": "0" * 64}

    assert digest(at(number, payload=payload)) != digest(story())


def test_only_the_newest_play_counts() -> None:
    """A former play under other rules leaves no trace in this one's hash."""
    alone, after = MemoryLedger(), MemoryLedger()
    for move in ((DECISIONS, started(1, "other")), (DATA, received("a"))):
        record(after, move)
    for ledger in (alone, after):
        for move in ((DECISIONS, started(2)), (DATA, received("b")), (DATA, validated("b"))):
            record(ledger, move)

    found, expected = (fingerprint("micro", ledger.read()) for ledger in (after, alone))

    assert found == expected
    assert found.covers == {"batch_received": 1, "batch_validated": 1, "play_started": 1}


def test_what_is_covered_is_counted() -> None:
    """Events by kind, those left out apart; together they are all."""
    found = fingerprint("micro", story())

    assert sum(found.covers.values()) + sum(found.left_out.values()) == len(story())
    assert found.left_out == {"mirror_reconciled": 3}
    assert set(found.streams) == {one.stream for one in story()}
    assert found.state["champion"] == "v1"
    assert found.play == 1


def test_nothing_recorded_has_a_hash_too() -> None:
    """The empty play's."""
    assert fingerprint("micro", []).digest == fingerprint("micro", iter(())).digest
    assert fingerprint("micro", []).play == 0


def test_two_plays_of_the_same_data_have_one_hash() -> None:
    """Played again, by another process of thought, on other real days."""
    again = World()
    again.played()

    assert digest(list(again.ledger.read())) == digest(story())


@settings(max_examples=60, deadline=None)
@given(choices=st.lists(st.integers(0, 10_000), min_size=5, max_size=40))
def test_any_lawful_history_is_told_apart_from_its_beginnings(choices: list[int]) -> None:
    """One more record of any kind is another state, unless it is incidental as a whole."""
    ledger, state = MemoryLedger(), ProjectState("micro")
    before = fingerprint("micro", [])
    for hours, choice in enumerate(choices):
        moves = lawful(state)
        part, event = moves[choice % len(moves)]
        record(ledger, (part, event.model_copy(update={"measured": MEASURED})), hours=hours)
        state.catch_up(ledger)
        now = fingerprint("micro", ledger.read())

        assert (now.digest == before.digest) is event.INCIDENTAL
        before = now

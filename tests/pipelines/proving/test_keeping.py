"""What an event names in the lake is looked at byte by byte."""

from played import Played

from caf_pipelines.proving.keeping import kept, objects
from caf_platform.digest import digest
from caf_platform.ledger.events import BatchReceived


def records(played: Played) -> list[object]:
    """Everything in its ledger."""
    return list(played.platform().ledger.read())


def test_every_object_of_a_whole_life_is_found(whole_life: Played) -> None:
    """Events of all kinds, no fault, and as many raw files as batches."""
    found = kept(records(whole_life), whole_life.platform().lake)

    assert all(one.faults == () for one in found.values())
    received = found[BatchReceived.TYPE]
    assert received.events == len(whole_life.records(BatchReceived)) == received.objects
    assert found["promoted"].objects > found["promoted"].events
    assert found["window_closed"].objects == 0


def test_changed_and_missing_objects_are_named(lived: Played) -> None:
    """Each under the event that names it; three are told by name."""
    events = [record.event for record in lived.records(BatchReceived)]
    lived.tamper(events[0].raw_key)
    for event in events[1:5]:
        lived.platform().lake.delete(event.raw_key)

    found = kept(records(lived), lived.platform().lake)

    faults = found[BatchReceived.TYPE].faults
    assert f"'{events[0].raw_key}' is not what was recorded" in faults[0]
    assert f"has no object '{events[1].raw_key}'" in faults[1]
    assert len(faults) == 4
    assert faults[3] == "and 2 more"
    assert found["batch_validated"].faults == ()


def test_keys_are_found_wherever_an_event_holds_them() -> None:
    """Beside their digest, in a manifest, in a list; without a digest the key's own name counts."""
    full = digest(b"x")
    payload = {
        "raw_key": "raw/p/a.csv",
        "raw_digest": full,
        "report_key": "evidence/p/r/abc123.json",
        "policy_digest": "not a key",
        "idempotency_key": "p:1:ingest",
        "manifest": {"keys": {"artifact": "models/p/m.skops"}, "digests": {"artifact": full}},
        "by": [{"predictions_key": "predictions/p/1.parquet", "predictions_digest": full}],
        "baselines": {"dummy": {"key": "models/p/d.skops", "digest": full}},
    }

    assert dict(objects(payload)) == {
        "raw/p/a.csv": full,
        "evidence/p/r/abc123.json": "abc123",
        "models/p/m.skops": full,
        "predictions/p/1.parquet": full,
        "models/p/d.skops": full,
    }

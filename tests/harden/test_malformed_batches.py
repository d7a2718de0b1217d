"""Malformed batches: refused or set aside with a reason that a machine reads, and nothing is lost.

They go the way of every delivery, ingest and validate and what the ledger says of them, on the
micro project without a model. Most are judged by the contract's own rules, of which the tests of
the validation engine show that it says the same; a sample by Great Expectations itself.
"""

from collections import Counter
from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from malformed_batches import MALFORMED, malformed, odd, rows_named, sound_keys, written
from micro.data import csv, delivery, ends
from micro_play import World, micro
from plain_validator import PlainValidator
from tally import Size, Tally

from caf_pipelines.lifecycle.play import Play
from caf_platform.adapters.validator import GreatExpectations
from caf_platform.digest import digest
from caf_platform.ledger.events import BatchReceived, BatchRefused, BatchValidated
from caf_platform.ports.validator import Validation, Validator

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]
DAY, EACH = 5, 50
"""When they arrive, and how many a play takes before a new one begins."""


class Blind(Validator):
    """An engine that finds nothing wrong, ever: the platform must not rest on its word alone."""

    def validate(self, frame: pd.DataFrame, _contract: object) -> Validation:
        """All is well."""
        return Validation((), frozenset(), lambda: {"rows": len(frame)})


def wrong_about(play: Play, name: str, raw: bytes, *, bad: bool) -> str:
    """What is amiss after a file has been taken in; empty when all is as it should be."""
    file = replace(delivery(DAY), name=name, read=lambda: raw, arrives_at=ends(DAY))
    try:
        play.data.take(file)
    except Exception as error:  # noqa: BLE001 - no file may raise
        return f"raised {error!r}"
    records = list(play.session.platform.ledger.read(prefix="micro/"))
    events = {r.type: r.payload for r in records if r.payload.get("batch") == name}
    received = events[BatchReceived.TYPE]
    if play.session.platform.lake.read(received["raw_key"], expected=digest(raw)) != raw:
        return "its bytes were not kept"
    refused, judged = events.get(BatchRefused.TYPE), events.get(BatchValidated.TYPE)
    if refused is not None:
        if not bad:
            return f"refused, and it is good: {refused['decision']['reasons']}"
        told = all(reason["code"] for reason in refused["decision"]["reasons"])
        asked = f"refused-{name}" in play.session.state.incidents
        return "" if refused["decision"]["reasons"] and told and asked else "refused without reason"
    if judged is None:
        return "nothing was said of it"
    return _amiss_in(judged, len(written(raw)), bad=bad) or _amiss_with(play, judged, raw, bad=bad)


def _amiss_in(judged: dict, lines: int, *, bad: bool) -> str:
    """What is amiss about a file of which some rows were used, by its counts.

    `lines` is how many rows stand in the file, whatever the platform says of it.
    """
    parts = judged["accepted"] + judged["quarantined"] + judged["duplicates"]
    if not lines == judged["rows"] == parts:
        return f"{lines} rows came, {judged['rows']} were seen, {parts} are accounted for"
    if not bad:
        return f"{judged['quarantined']} good rows set aside" if judged["quarantined"] else ""
    if not judged["quarantined"]:
        return f"taken: {judged['accepted']} rows of it"
    return "" if judged["reasons"] else "set aside without a reason"


def _amiss_with(play: Play, judged: dict, raw: bytes, *, bad: bool) -> str:
    """What is amiss about the very rows that were used: the sound ones, all of them, once."""
    stored = play.session.platform.lake.read(judged["validated_key"])
    used = sorted(pd.read_parquet(BytesIO(stored))["row"])
    number = int(judged["batch"].removeprefix("file-")) if bad else 0
    wanted = sorted(sound_keys(number, raw) if bad else {row["row"] for row in written(raw)})
    return "" if used == wanted else f"used: {used}; sound: {wanted}"


def attacked(tally: Tally, validator: Validator, numbers: range, *, bad: bool = True) -> Counter:
    """Deliver the files with these numbers; how many there were of each kind."""
    kinds: Counter[str] = Counter()
    play, tally.of = None, "files"
    for at, number in enumerate(numbers):
        if play is None or at % EACH == 0:
            play = World(validator=validator).opened(micro())
        kind, raw = malformed(number) if bad else ("good", odd(number))
        kinds[kind] += 1
        found = wrong_about(play, f"file-{number}", raw, bad=bad)
        tally.trial(f"{number} ({kind}): {found}", good=not found)
    return kinds


def test_malformed_batches(tally: Tally, size: Size) -> None:
    """Each refused or set aside with its reasons; its bytes are kept, its rows accounted for."""
    files = size(6000, 200)
    kinds = attacked(tally, PlainValidator(), range(files))

    tally.say(f"{len(kinds)} kinds: {', '.join(f'{kind} {n}' for kind, n in kinds.most_common())}")
    assert kinds.keys() == MALFORMED.keys()
    tally.held(files)


def test_malformed_batches_before_great_expectations(tally: Tally, size: Size) -> None:
    """The same, judged by the engine itself."""
    files = size(300, 20)
    attacked(tally, GreatExpectations(), range(100_000, 100_000 + files))

    tally.held(files)


def test_good_batches(tally: Tally, size: Size) -> None:
    """In any order of rows and columns, quoted or not, with either line end: every row is used."""
    files = size(1500, 60)
    attacked(tally, PlainValidator(), range(files), bad=False)

    tally.held(files)


def test_the_attack_sees_a_platform_that_takes_everything() -> None:
    """Good files announced as bad ones are told of, and so is an engine that is blind."""
    play = World().opened(micro())
    blind = World(validator=Blind()).opened(micro())
    rows = rows_named(1)
    rows.loc[0, "heat"] = "warm"

    found = [
        wrong_about(play, "fine", odd(2), bad=True),
        wrong_about(play, "spoilt", csv(rows), bad=False),
        _amiss_in({"rows": 40, "accepted": 38, "quarantined": 1, "duplicates": 0}, 40, bad=True),
        _amiss_in({"rows": 38, "accepted": 37, "quarantined": 1, "duplicates": 0}, 40, bad=True),
    ]
    refused = wrong_about(blind, "unseen", csv(rows), bad=True)

    assert found == [
        "taken: 40 rows of it",
        "1 good rows set aside",
        "40 rows came, 40 were seen, 39 are accounted for",
        "40 rows came, 38 were seen, 38 are accounted for",
    ]
    assert refused == ""

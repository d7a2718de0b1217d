"""Data cards as plain values for machines, and as words for people."""

from collections.abc import Iterator
from typing import Any

from caf_governance.catalogue.entry import Entry
from caf_governance.catalogue.lineage import Downstream, Outward
from caf_governance.catalogue.profile import FEW, Profile
from caf_pipelines.catalogue.gathering import Card
from caf_platform.digest import short
from caf_platform.project.classified import UNDECIDED

UNSAID = "not said"
NEWEST = 5
"""As many deliveries are named to people; machines get all."""


def as_value(entry: Entry) -> dict[str, Any]:
    """One entry for machines: its fields, and its address."""
    return {**entry.model_dump(mode="json"), "address": entry.address}


def as_card(card: Card) -> dict[str, Any]:
    """One data card for machines."""
    return {
        **as_value(card.entry),
        "members": [one.name for one in card.members],
        "play": card.play,
        "rows": card.rows,
        "set_aside": card.set_aside,
        "profile": card.profile.model_dump(mode="json") if card.profile else None,
        "up": [one.model_dump(mode="json") for one in card.up],
        "down": [one.model_dump(mode="json") for one in card.down],
        "out": [one.model_dump(mode="json") for one in card.out],
    }


def declared(entry: Entry) -> Iterator[tuple[str, str]]:
    """What the declaration says of an entry; what it leaves open is said to be open."""
    yield "meaning", entry.meaning or UNSAID
    if entry.rules:
        unit = f", in {entry.unit}" if entry.unit else ""
        yield "format", f"{entry.rules}{unit}"
    yield "class", classed(entry)
    yield "owner", entry.owner or UNSAID
    yield "steward", entry.steward or UNSAID
    yield "origin", entry.origin or UNSAID
    yield "licence", entry.licence or UNSAID
    yield "lawful basis", entry.lawful_basis or UNSAID
    yield "retention", entry.retention or UNSAID
    yield "files", entry.format or UNSAID
    if entry.missing:
        yield "missing", f"{', '.join(entry.missing)}: no model is trained before it is declared"


def classed(entry: Entry) -> str:
    """The classification in words."""
    word = entry.classification.value if entry.classification else UNSAID
    return f"{word}; groups in it must be treated alike" if entry.protected else word


def profiled(profile: Profile) -> str:
    """A profile in one sentence."""
    parts = [f"{profile.rows:,} rows"]
    if profile.missing_share is not None:
        parts.append(f"{profile.missing_share:.2%} missing")
    if profile.distinct is not None:
        parts.append(f"{profile.distinct:,} different values")
    if profile.low is not None and profile.high is not None:
        parts.append(f"from {profile.low:g} to {profile.high:g}")
    if profile.withheld:
        names = ", ".join(name.replace("_", " ") for name in profile.withheld)
        parts.append(f"not told, for it could be about fewer than {FEW} people: {names}")
    return "; ".join(parts)


def stored(entry: Entry, profile: Profile) -> str:
    """What class the newest stored file says, and whether that is the declared one."""
    said = entry.classification.value if entry.classification else UNDECIDED
    if profile.stored_as in ("", said):
        return f"as {said}, which the stored files carry" if profile.stored_as else UNSAID
    return (
        f"as {profile.stored_as}, and {said} is declared: what was stored before says the former; "
        "play anew, and treat copies as the closer of both"
    )


def became(down: Downstream) -> str:
    """One version that depends on it, in one sentence."""
    since = ", ".join(f"{when:%Y-%m-%d}" for when in down.champion_since)
    served = f"champion since {since}" if since else "never champion"
    learnt = f"{down.batches} batches, {down.trained_from} to {down.trained_to}"
    return (
        f"{down.version}: {learnt}; {served}; "
        f"{down.predicted_rows:,} predictions in {down.predicted_batches} batches"
    )


def left(out: Outward) -> str:
    """One data product that holds it, in one sentence."""
    when = f"{out.released_at:%Y-%m-%d}, play {out.play}"
    return (
        f"product {short(out.digest)}: {out.rows:,} {out.kind} for {out.recipient}, "
        f"{out.purpose}; released by {out.released_by} on {when}"
    )

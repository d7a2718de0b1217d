"""What must be true of a home after a crash and after its play was run again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aftermath import is_beginning, of_ledger, scores
from crashed_plays import play
from three_deliveries import ThreeDeliveries

from caf_pipelines.lifecycle.frames import Frames
from caf_pipelines.lifecycle.models import ALIAS
from caf_platform.errors import CafError
from caf_platform.lake_columns import ROW_ID
from caf_platform.ledger.events import ModelTrained
from caf_platform.ledger.fingerprint import fingerprint
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import read_state
from caf_platform.wiring import Platform

PROJECT = "micro"


@dataclass(frozen=True)
class Standing:
    """What a home holds."""

    records: list[Record]
    digest: str
    rows: dict[str, list[str]]
    predictions: dict[str, list[str]]
    champion: str | None
    objects: frozenset[str]
    wrong: dict[str, int]

    @property
    def wrongs(self) -> list[str]:
        """What is wrong with it in itself."""
        return [f"{what}: {count}" for what, count in self.wrong.items() if count]


@contextmanager
def opened(world: ThreeDeliveries) -> Iterator[Platform]:
    """A home looked at by this process, with no file of it open afterwards."""
    platform = world.platform()
    with closing(platform.ledger):
        yield platform


def standing(world: ThreeDeliveries) -> Standing:
    """Look at everything."""
    with opened(world) as platform:
        records = list(platform.ledger.read(prefix=f"{PROJECT}/"))
        state = read_state(platform.ledger, PROJECT, platform.signer)
        frames = Frames(platform.lake, state)
        rows = {name: list(frames.rows([name])[ROW_ID]) for name in frames.usable()}
        predictions = {
            f"{name} by {one.version}": list(frames.predictions([name], one.version)[ROW_ID])
            for name in rows
            for one in frames.scored(name)
        }
        wrong = {
            **of_ledger(platform),
            **_of_tracking(platform, records),
            "keys twice": sum(n > 1 for n in Counter(one.key for one in records).values()),
            "rows twice": _repeated(rows),
            "predictions twice": _repeated(predictions),
            "champion other than what scores": int(not scores(platform, state)),
            "faults of ours": len(list((world.home / "faults").glob("*"))),
        }
        return Standing(
            records=records,
            digest=fingerprint(PROJECT, records).digest,
            rows=rows,
            predictions=predictions,
            champion=state.champion,
            objects=frozenset(platform.lake.keys("")),
            wrong=wrong,
        )


def _of_tracking(platform: Platform, records: Iterable[Record]) -> dict[str, int]:
    """The mirror: nothing left running, nothing unmarked, the alias where the ledger says."""
    tracking = platform.tracking
    state = read_state(platform.ledger, PROJECT, platform.signer)
    recorded = {
        one.payload["manifest"]["run_id"] for one in records if one.type == ModelTrained.TYPE
    }
    champion = state.models.get(state.champion or "")
    tracked = champion.trained.measured["tracked_version"] if champion else None
    return {
        "runs left running": tracking.close_abandoned(PROJECT),
        "versions left unmarked": tracking.mark_abandoned(PROJECT, recorded),
        "alias elsewhere": int(tracking.alias(PROJECT, ALIAS) != tracked),
    }


def _repeated(names: Mapping[str, list[str]]) -> int:
    return sum(len(found) - len(set(found)) for found in names.values())


def incidents(world: ThreeDeliveries) -> list[str]:
    """The names of all incidents that a home tells of."""
    if not (world.home / "ledger.db").exists():
        return []
    with opened(world) as platform:
        return list(read_state(platform.ledger, PROJECT).incidents)


def lost(world: ThreeDeliveries, told: Iterable[tuple[int, str]]) -> list[str]:
    """Acknowledged records that are not there, or are other ones."""
    if not (world.home / "ledger.db").exists():
        return [f"record {seq} lost" for seq, _ in told]
    with opened(world) as platform:
        found = {one.seq: one.hash for one in platform.ledger.read()}
    return [f"record {seq} lost" for seq, digest in told if found.get(seq) != digest]


def halfway(world: ThreeDeliveries, alone: Standing, told: Iterable[tuple[int, str]]) -> list[str]:
    """What is wrong right after the crash: nothing acknowledged is lost, nothing untrue stands."""
    wrong = lost(world, told)
    if not (world.home / "ledger.db").exists():
        return wrong
    with opened(world) as platform:
        wrong += [what for what, count in of_ledger(platform).items() if count]
        if not is_beginning(list(platform.ledger.read(prefix=f"{PROJECT}/")), alone.records):
            wrong.append("what stands is no beginning of the undisturbed play")
    return wrong


def resumed(
    world: ThreeDeliveries, alone: Standing, told: Iterable[tuple[int, str]], aside: Path
) -> list[str]:
    """Run it again, and once more: what differs from an undisturbed play in the end."""
    again = play(world, aside)
    if again.code != 0 or "Traceback" in again.said:
        return [f"running again ended with {again.code}: {again.said[-600:]}"]
    try:
        found = standing(world)
    except CafError as error:
        return [f"what stands cannot be read: {error}"]
    wrong = [*lost(world, told), *found.wrongs]
    wrong += [
        f"another {what} than undisturbed: {getattr(found, what)}"
        for what in ("digest", "rows", "predictions", "champion")
        if getattr(found, what) != getattr(alone, what)
    ]
    wrong += [f"object lost: {key}" for key in alone.objects - found.objects]
    before, once_more, after = world.left(), play(world, aside), world.left()
    if once_more.code != 0 or after != before:
        wrong.append(f"running once more: code {once_more.code}, and there is more than before")
    return wrong

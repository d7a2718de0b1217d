"""Many people at one door at the same moment, on a real SQLite ledger: one of them gets in.

Each round is a project of its own on the same ledger, and everybody has a connection of their own.
All have looked, and been found lawful, before anybody writes.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from threading import Barrier

from door_world import ANSWERS, DoorWorld, signer

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.decision import Decision
from caf_platform.door.orders import approve, stop_scoring
from caf_platform.errors import CafError, Conflict
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import CHAMPION, stream
from caf_platform.ledger.values import Manifest

MOST = 16
"""People at once."""


@dataclass
class Track:
    """A ledger with as many connections as there may be people, and the rounds on it."""

    ledgers: Sequence[SqlLedger]
    world: DoorWorld = field(default_factory=DoorWorld.manual)
    rounds: int = 0
    end: int = 0

    @classmethod
    def on(cls, folder: Path) -> "Track":
        """A new SQLite file."""
        url = f"sqlite:///{folder}/ledger.db"
        return cls([SqlLedger.open(url, patience=120) for _ in range(MOST)])

    def close(self) -> None:
        """Give all connections back."""
        for ledger in self.ledgers:
            ledger.close()

    def race(self, seed: int, most: int = MOST) -> str:
        """One round, drawn from a seed; what was wrong with it, empty if nothing was.

        Two people to `most`: each would promote a version of theirs, or roll the champion back,
        or now and then stop scoring.
        """
        draw = Random(seed)  # noqa: S311 - no secret
        count = draw.randint(2, most)
        acts = [
            draw.choice(["promote", "promote", "promote", "back", "stop"]) for _ in range(count)
        ]
        world, start = self._prepared(acts)
        before = len(self._moves(world))
        barrier = Barrier(count, timeout=120)

        def act(at: int) -> str:
            return self._act(world, start, at, acts[at], barrier)

        with ThreadPoolExecutor(count) as pool:
            ended = list(pool.map(act, range(count)))
        made = self._moves(world)[before:]
        won = [one for one in ended if one != "Conflict"]
        if len(made) != 1 or len(won) != 1:
            return f"seed {seed}: {count} people, ended {ended}, {len(made)} records"
        return "" if won == [made[0].key] else f"seed {seed}: {won}, but {made[0].key} on record"

    def _prepared(self, acts: Sequence[str]) -> tuple[DoorWorld, int]:
        """A project with champion v2, former champion v1, and an approved version for each."""
        self.rounds += 1
        ledger = self.ledgers[0]
        world = replace(self.world, ledger=ledger, name=f"race-{self.rounds}")
        start = self.end
        world.begin()
        state = ProjectState(world.name, seq=start, signer=signer("platform")).catch_up(ledger)
        for version, against in (("v1", None), ("v2", "v1")):
            self._approved(world, state, version, against)
            world.door("pat").promote(state, version, reason="first")
        for at, _ in enumerate(acts):
            if acts[at] == "promote":
                self._approved(world, state, f"c{at}", "v2")
        self.end = state.seq
        return world, start

    def _approved(
        self, world: DoorWorld, state: ProjectState, version: str, against: str | None
    ) -> None:
        world.version(version, against)
        approve(world.actor("ada"), state.catch_up(world.ledger), version, world.project)

    def _act(self, world: DoorWorld, start: int, at: int, act: str, barrier: Barrier) -> str:
        """Look, wait until all have looked, and write; the record's key, or the error's name."""
        mine = replace(world, ledger=self.ledgers[at])
        state = ProjectState(world.name, seq=start, signer=signer("platform"))
        state.catch_up(mine.ledger)

        def meeting(_: Manifest) -> Decision:
            barrier.wait()
            return ANSWERS

        door = replace(mine.door("ops" if act == "back" else "pat"), smoke=meeting)
        try:
            if act == "promote":
                record = door.promote(state, f"c{at}", reason="better")
            elif act == "back":
                record = door.roll_back(state, "v1", reason=f"harm, says {at}")
            else:
                barrier.wait()
                done = stop_scoring(mine.actor("ops"), state, reason=f"harm, says {at}")
                assert done is not None
                record = done
        except Conflict:
            return "Conflict"
        except CafError as error:
            return f"{type(error).__name__}: {error}"
        return record.key

    def _moves(self, world: DoorWorld) -> list[Record]:
        return list(world.ledger.read(stream=stream(world.name, CHAMPION)))

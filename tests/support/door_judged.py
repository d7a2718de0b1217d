"""A door at which every answer is compared with a second statement of the law."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

from door_world import START, DoorWorld, signer
from lawful_moves import Law, champion_of, may_promote, may_put_back
from memory_ledger import MemoryLedger
from micro_play import under

from caf_platform.errors import Conflict, Refused, Tampered
from caf_platform.ledger.events import ApprovalGiven, Event, PolicyAdopted
from caf_platform.ledger.record import Entry, Record
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import CHAMPION, MODELS
from caf_platform.project.model import Project

MOVES = ("promoted", "rolled_back")


class Killed(BaseException):
    """The process is gone: no handler of any error gets to see it."""


class Mortal(MemoryLedger):
    """A ledger whose next append kills the process: `before` it is stored, or `after`; once."""

    dies = ""

    def append_all(self, entries: Any) -> list[Record]:
        """Append, or die of it."""
        dies, self.dies = self.dies, ""
        if dies == "before":
            raise Killed
        appended = super().append_all(entries)
        if dies == "after":
            raise Killed
        return appended


@cache
def _project(quorum: int, mode: str) -> Project:
    return under(release={"mode": mode, "quorum": quorum})


class JudgedDoor:
    """One project's door. `moves` are the keys of moves that were lawful when they were made.

    `state` is caught up before each act; `read` was read some time ago, by somebody slow.
    """

    def __init__(self, *, quorum: int, automatic: bool) -> None:
        self.ledger = Mortal()
        self.moves: list[str] = []
        self.names = 0
        self.world = DoorWorld(self._policy(quorum, automatic), ledger=self.ledger).begin()
        self.state, self.read = self.world.state(), self.world.state()

    def _policy(self, quorum: int, automatic: bool) -> Project:
        self.quorum, self.automatic = quorum, automatic
        return _project(quorum, "auto_on_green" if automatic else "manual")

    def adopt(self, quorum: int, automatic: bool) -> None:
        """Another policy, recorded as in force."""
        former = self.world.project.policy.digest
        self.world.project = self._policy(quorum, automatic)
        self._adopted(self.world.project.policy.digest, former)

    def adopt_and_return(self, quorum: int, automatic: bool) -> None:
        """Another policy here, while the record says that the old one is in force again."""
        former = self.world.project.policy.digest
        self.adopt(quorum, automatic)
        self._adopted(former, self.world.project.policy.digest)

    def _adopted(self, digest: str, former: str) -> None:
        event = PolicyAdopted(policy_digest=digest, former=former)
        self.append(CHAMPION, event, by="platform")

    def append(self, part: str, event: Event, *, by: str = "") -> None:
        """An event by hand, under a key of its own; unsigned unless somebody signs."""
        self.world.append(part, event, "by-hand", len(self.ledger.rows), by=by)

    def train(self, champion: str | None) -> int:
        """A version that passed its gate against a champion; its number."""
        self.names += 1
        self.world.version(f"v{self.names}", champion)
        return self.names

    def version(self, number: int) -> str:
        """An existing version's name, for any number from 0."""
        return f"v{number % self.names + 1}"

    def records(self) -> list[Record]:
        """Everything on record."""
        return list(self.ledger.read())

    def champion(self) -> str | None:
        """Who serves, by the records alone."""
        return champion_of(self.records())

    def given(self, version: str, approver: str, *, automatic: bool = False) -> ApprovalGiven:
        """An approval of what the gate passed last."""
        gate = self.state.catch_up(self.ledger).models[version].gate
        assert gate is not None
        return ApprovalGiven(
            version=version,
            manifest_digest=gate.manifest_digest,
            approver=approver,
            automatic=automatic,
            expires_at=self.world.clock.now() + timedelta(days=7),
        )

    def approve_by_hand(self, version: str, approver: str, *, by: str, automatic: bool) -> None:
        """An approval that `by` signed, whatever it says."""
        self.append(MODELS, self.given(version, approver, automatic=automatic), by=by)

    def tried(self, act: Callable[[], Any]) -> None:
        """Somebody acts on what is true now; they may be refused."""
        self.state.catch_up(self.ledger)
        with suppress(Refused, Conflict):
            act()

    def move(self, verb: str, mover: str, version: str, *, stale: bool = False) -> bool:
        """Ask the door, and the law about the records that were read; both must agree."""
        state = self.read if stale else self.state.catch_up(self.ledger)
        read = [record for record in self.records() if record.seq <= state.seq]
        fresh = state.champion_version == self.ledger.version(f"{self.world.name}/champion")
        lawful, before = self.lawful(verb, mover, version, read), self.champion()

        last = self.moves[-1] if self.moves else ""
        answer = self.asked(verb, mover, version, state)

        if stale and answer == last:  # the same said again, while it is still the last word
            assert self.champion() == before == version
            return False
        wanted = "Refused" if not lawful else "moved" if fresh else "Conflict"
        found = answer if answer in ("Refused", "Conflict") else "moved"
        assert found == wanted, f"{mover} asks to {verb} {version}: {found}, not {wanted}"
        if found == "moved":
            self.moves.append(answer)
        assert self.champion() == (version if found == "moved" else before)
        if stale:
            self.read = self.world.state()
        return found == "moved"

    def killed(self, verb: str, mover: str, version: str, dies: str) -> None:
        """The process dies at its append, and another one asks the same again."""
        lawful = self.lawful(verb, mover, version, self.records())
        before = len(self.ledger.rows)
        self.ledger.dies = dies
        self.asked(verb, mover, version, self.state.catch_up(self.ledger))
        self.ledger.dies = ""
        made = [one.key for one in self.records()[before:] if one.type in MOVES]
        assert len(made) == (lawful and dies == "after")
        self.moves += made
        self.state = self.world.state()
        self.move(verb, mover, version)

    def asked(self, verb: str, mover: str, version: str, state: ProjectState) -> str:
        """What the door came to: the key of the move, or what was raised."""
        try:
            record = getattr(self.world.door(mover), verb)(state, version, reason="r")
        except (Conflict, Refused, Killed) as error:
            return type(error).__name__
        return str(record.key)

    def lawful(self, verb: str, mover: str, version: str, records: list[Record]) -> bool:
        """What the law says of a move after these records, at this moment."""
        objects, who = self.world.lake.objects, signer(mover)
        if verb == "roll_back":
            return may_put_back(records, version, who, objects)
        law = Law(
            author="mia",
            quorum=self.quorum,
            automatic=self.automatic,
            policy_digest=self.world.project.policy.digest,
            now=self.world.clock.now(),
            days=7,
            signer=signer("platform"),
        )
        return may_promote(records, version, who, law, objects)

    def forged(self, entry: Entry) -> None:
        """Somebody appends what is not theirs to say: nobody goes on until a backup is restored."""
        self.ledger.append_all([entry])
        for verb in ("promote", "roll_back"):
            try:
                answer = self.asked(verb, "platform", "v1", self.world.state())
            except Tampered:
                continue
            raise AssertionError(f"{verb} after a forged {entry.event.TYPE}: {answer}")
        self.ledger.rows.pop()

    def spoil(self, version: str, part: str) -> None:
        """One bit of one object changes; the second time it changes back."""
        key = self.state.catch_up(self.ledger).models[version].manifest.keys[part]
        data = bytearray(self.world.lake.objects[key])
        data[0] ^= 1
        self.world.lake.objects[key] = bytes(data)

    def holds(self) -> None:
        """Who serves is whom the last move names, and every move was seen to be lawful."""
        made = [one for one in self.records() if one.type in MOVES]
        state = self.state.catch_up(self.ledger)
        assert [one.key for one in made] == self.moves
        assert (state.champion, len(state.moves)) == (self.champion(), len(made))

    def ends(self) -> None:
        """The chain is sound, and whoever reads it anew sees the same."""
        again = self.world.state()
        assert self.ledger.verify().sound
        assert (again.champion, again.moves) == (self.state.champion, self.state.moves)

    def later(self, days: int) -> None:
        """The clock jumps, forward or back; with 0 it is set right."""
        clock = self.world.clock
        clock.time = clock.time + timedelta(days=days) if days else START

"""A project's door with people before it and tiny versions behind it: no training, real proofs.

Signatures, digests, gate events and approvals are real; a model is a few bytes, and answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from memory_lake import MemoryLake
from memory_ledger import MemoryLedger
from micro_play import micro, under

from caf_platform.adapters.signer import LocalSigner
from caf_platform.decision import Decision, Verdict
from caf_platform.digest import canonical, digest
from caf_platform.door.actor import Actor
from caf_platform.door.door import Door
from caf_platform.door.orders import approve
from caf_platform.ledger.events import Event, GateDecided, ModelTrained, PlayStarted
from caf_platform.ledger.record import Entry, Envelope
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import CHAMPION, MODELS, key, stream
from caf_platform.ledger.values import Manifest
from caf_platform.model.manifest import manifest_digest, sign_manifest
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Principal, Role, Signer
from caf_platform.project.model import Project

START = datetime(2020, 1, 14, tzinfo=UTC)
PASSED = Decision(by="release", verdict=Verdict.PASS)
ANSWERS = Decision(by="golden rows", verdict=Verdict.PASS)

PEOPLE: dict[str, tuple[Role, ...]] = {
    "ada": (Role.APPROVER,),
    "alan": (Role.APPROVER,),
    "grace": (Role.APPROVER, Role.PUBLISHER, Role.OPERATOR),
    "pat": (Role.PUBLISHER,),
    "ops": (Role.OPERATOR,),
    "mia": (Role.AUTHOR, Role.APPROVER, Role.PUBLISHER, Role.OPERATOR),
    "aud": (Role.AUDITOR,),
    "Tom Kay": (Role.APPROVER,),
    "Kay, Tom": (Role.APPROVER,),
}
"""Who stands before the door; Mia is the model's author, Grace has every role, and Tom two keys."""


@cache
def signer(name: str) -> Signer:
    """Somebody's key; `platform` is the platform's own."""
    if name == "platform":
        who = Principal(name=name, roles=(Role.PLATFORM,), automatic=True)
    else:
        who = Principal(name=name, roles=PEOPLE[name])
    return LocalSigner.open(_keys(), who)


@cache
def _keys() -> Path:
    return Path(mkdtemp(prefix="door-keys-"))


_RULES: dict[int, tuple[Project, dict[str, bytes]]] = {}


def _rules(project: Project) -> dict[str, bytes]:
    """The bytes of policy and contract, made once for each project that stays the same one."""
    known = _RULES.get(id(project))
    if known is None or known[0] is not project:
        policy = canonical(project.policy.model_dump(mode="json"))
        texts = {"policy": policy, "contract": canonical(project.declaration.contract.plain)}
        known = _RULES[id(project)] = (project, texts)
    return known[1]


@dataclass
class Moment:
    """A clock that is set by hand, forwards and back."""

    time: datetime = START

    def now(self) -> datetime:
        """The time it was set to."""
        return self.time


@dataclass
class DoorWorld:
    """One project: ledger, lake, clock and policy. Its name in the ledger is `name`."""

    project: Project
    ledger: Ledger = field(default_factory=MemoryLedger)
    lake: MemoryLake = field(default_factory=MemoryLake)
    clock: Moment = field(default_factory=Moment)
    name: str = "micro"

    @classmethod
    def manual(cls, quorum: int = 1, **more: object) -> "DoorWorld":
        """People approve; as many as the quorum says."""
        return cls(under(release={"mode": "manual", "quorum": quorum}), **more)

    @classmethod
    def automatic(cls, **more: object) -> "DoorWorld":
        """The policy approves."""
        return cls(micro(), **more)

    def begin(self) -> "DoorWorld":
        """The play starts."""
        started = PlayStarted(
            play=1,
            policy_digest=self.project.policy.digest,
            contract_digest=self.project.declaration.contract.digest,
        )
        self.append(CHAMPION, started, "started", by="platform")
        return self

    def state(self) -> ProjectState:
        """What is true now, as far as it can be proved."""
        return read_state(self.ledger, self.name, signer("platform"))

    def door(self, name: str = "platform") -> Door:
        """The door with somebody before it; every model answers."""
        return Door(
            self.project, self.ledger, self.lake, signer(name), self.clock, lambda _: ANSWERS
        )

    def actor(self, name: str) -> Actor:
        """Somebody before the door."""
        return self.door(name).actor

    def version(self, name: str, against: str | None = None, rows: str = "r") -> None:
        """A version that passed the gate against a champion."""
        self.append_all(*self.trained_and_judged(name, against, rows))

    def judge_again(self, name: str, against: str | None, rows: str) -> None:
        """Its gate once more, on other rows or by other rules: another evaluation and manifest."""
        at = sum(row.stream.endswith(f"/{MODELS}") for row in self.ledger.read())
        self.append_all(self.judged(name, against, rows, f"gate-{at}"))

    def trained_and_judged(self, name: str, against: str | None, rows: str = "r") -> list[Entry]:
        """The two records of a version that passed."""
        manifest = self._manifest(name, rows)
        trained = ModelTrained(
            manifest=manifest,
            cause="new_labels",
            window="0001",
            cost_units=0.1,
            train_from="2020-01-01",
            train_to="2020-01-08",
            rows=2,
            batches=(),
            features=("heat",),
            metrics={},
        )
        entry = self.entry(MODELS, trained, "train", name, by="platform")
        return [entry, self.judged(name, against, rows, "gate")]

    def judged(self, name: str, against: str | None, rows: str, verb: str) -> Entry:
        """A passed gate, signed by the platform, with its evaluation in the lake."""
        said = {
            "evidence": {"challenger": name, "champion": against},
            "decision": PASSED.model_dump(mode="json"),
            "parts": {},
            "rows": rows,
        }
        found = self._manifest(name, rows)
        evaluation = self._put(f"{name}/evaluation-{rows}-{against}", canonical(said))
        manifest = found.model_copy(
            update={
                "keys": {**found.keys, "evaluation": evaluation[0]},
                "digests": {**found.digests, "evaluation": evaluation[1]},
            }
        )
        event = GateDecided(
            version=name,
            against=against,
            decision=PASSED,
            parts={},
            manifest=manifest,
            manifest_digest=manifest_digest(manifest),
            evidence_key=evaluation[0],
            policy_digest=manifest.digests["policy"],
            contract_digest=manifest.digests["contract"],
            manifest_signature=sign_manifest(signer("platform"), manifest),
        )
        return self.entry(MODELS, event, verb, name, by="platform")

    def _manifest(self, name: str, rows: str) -> Manifest:
        texts = {"artifact": name, "data": f"{name} {rows}", "golden": name}
        objects = {
            part: self._put(f"{name}/{part}-{rows}", t.encode()) for part, t in texts.items()
        }
        for part, data in _rules(self.project).items():
            objects[part] = self._put(part, data)
        return Manifest(
            project=self.name,
            version=name,
            family="logistic",
            run_id="r",
            digests={part: content for part, (_, content) in objects.items()},
            keys={part: where for part, (where, _) in objects.items()},
            author="mia",
        )

    def _put(self, name: str, data: bytes) -> tuple[str, str]:
        content = digest(data)
        where = f"evidence/{self.name}/{name}/{content[:12]}.bin"
        self.lake.objects.setdefault(where, data)
        return where, content

    def entry(self, part: str, event: Event, *parts: object, by: str = "") -> Entry:
        """An event as it would be appended; unsigned unless somebody signs."""
        where, once = stream(self.name, part), key(self.name, 1, *parts)
        envelope = Envelope(
            actor=by or "platform",
            correlation="by hand",
            virtual_time=self.clock.now(),
            signature=sign_event(signer(by), where, once, event) if by else None,
        )
        return Entry(where, None, event, once, envelope)

    def append(self, part: str, event: Event, *parts: object, by: str = "") -> None:
        """Append one event by hand."""
        self.append_all(self.entry(part, event, *parts, by=by))

    def append_all(self, *entries: Entry | Sequence[Entry]) -> None:
        """Append by hand, in one transaction."""
        self.ledger.append_all(list(entries))

    def named(self, name: str) -> "DoorWorld":
        """Another project on the same ledger and lake."""
        return replace(self, name=name, clock=Moment(self.clock.time))


def promote(world: DoorWorld, version: str, *, approver: str = "ada", mover: str = "pat") -> None:
    """Two people bring a version into service."""
    approve(world.actor(approver), world.state(), version, world.project)
    world.door(mover).promote(world.state(), version, reason="better")


def refusal(world: DoorWorld) -> set[str]:
    """The reasons of the newest refusal."""
    return {reason.code for reason in world.state().refusals[-1].decision.reasons}

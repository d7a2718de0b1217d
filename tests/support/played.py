"""A micro play on a real ledger and a real lake, played once and copied for each test.

Tracking, drift and validation are fakes; ledger, lake, keys and door are the real ones.
"""

import json
import os
import shutil
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from alert_list import AlertList
from drift import PlainDrift
from memory_tracking import MemoryTracking
from micro.data import START
from micro_play import SUPPORT
from plain_validator import PlainValidator

from caf_pipelines.cli.app import run
from caf_pipelines.cli.opening import given
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Silent
from caf_platform.ledger.events import Event, PromotionRefused
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import key, stream
from caf_platform.ports.signer import Principal, Role, Signer
from caf_platform.project.model import Project
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

MICRO = "micro"


@dataclass
class Played:
    """What a play left behind, in a folder of its own."""

    root: Path
    tracking: MemoryTracking = field(default_factory=MemoryTracking)
    alerts: AlertList = field(default_factory=AlertList)

    @classmethod
    def begun(cls, root: Path, **limits: str) -> "Played":
        """An empty home and the micro project, with lines of its policy replaced."""
        folder = root / "projects" / MICRO
        shutil.copytree(SUPPORT / MICRO, folder, ignore=shutil.ignore_patterns("__pycache__"))
        policy = (folder / "policy.yaml").read_text("utf-8")
        for old, new in limits.items():
            assert old in policy
            policy = policy.replace(f"value: {old},", f"value: {new},")
        (folder / "policy.yaml").write_text(policy, "utf-8")
        return cls(root)

    def quorum(self, people: int) -> None:
        """Let the policy ask for several people's approval."""
        path = self.root / "projects" / MICRO / "policy.yaml"
        text = path.read_text("utf-8")
        line = f"  quorum: {{value: {people}, because: a test asks for it}}\n"
        path.write_text(text.replace("monitoring:\n", f"{line}monitoring:\n"), "utf-8")

    def copy(self, root: Path) -> "Played":
        """The same, going its own way from here."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return Played(root, deepcopy(self.tracking))

    @property
    def home(self) -> Path:
        """Where ledger, lake and keys lie."""
        return self.root / "home"

    def platform(self) -> Platform:
        """As a new process would make it, with fakes for what is slow."""
        platform = Platform(Settings(home=self.home, projects=self.root / "projects"))
        platform.tracking, platform.alerts = self.tracking, self.alerts
        platform.validator, platform.drift = PlainValidator(), PlainDrift()
        return platform

    def caf(self, *words: str) -> int:
        """Run one command in this process; returns its exit code."""
        with given(self.platform()):
            return run(list(words))

    def play(self, *, windows: int | None = None) -> None:
        """Play to the end of the data, or a number of windows more."""
        play = Play.open(self.platform(), self.project(), Silent())
        if windows is None:
            play.run()
            return
        for _, window in zip(range(windows), play.windows(), strict=False):
            play.take(window)

    def project(self) -> Project:
        """The micro project as it lies in this folder."""
        return self.platform().project(MICRO)

    def state(self) -> ProjectState:
        """What is true now."""
        return read_state(self.platform().ledger, MICRO)

    def records(self, kind: type[Event]) -> list[Record]:
        """The records of one type of event, in order."""
        return [r for r in self.platform().ledger.read() if r.type == kind.TYPE]

    def refusal_codes(self) -> set[str]:
        """Why the door, or an approval, was last refused."""
        event = self.records(PromotionRefused)[-1].event
        assert isinstance(event, PromotionRefused)
        return {reason.code for reason in event.decision.reasons}

    def append(
        self,
        part: str,
        event: Event,
        *parts: object,
        signer: Signer | None = None,
        actor: str = "platform",
        when: datetime | None = None,
    ) -> Record:
        """Append by hand what no verb would; unsigned unless somebody signs."""
        platform, state = self.platform(), self.state()
        where, once = stream(MICRO, part), key(MICRO, state.play, *parts)
        envelope = Envelope(
            actor=actor,
            correlation="by hand",
            virtual_time=when or state.moment or START,
            signature=sign_event(signer, where, once, event) if signer else None,
        )
        return platform.ledger.append(where, None, event, key=once, envelope=envelope)

    def signer(self, name: str, *roles: Role) -> Signer:
        """A person's key with these roles, made at first use."""
        identities = self.platform().identities
        if not any(one.principal.name == name for one in identities.known()):
            identities.create(Principal(name=name, roles=roles))
        return identities.signer(name)

    def with_people(self) -> "Played":
        """Ada may approve, Pat promote, and Ops roll back and stop."""
        self.signer("ada", Role.APPROVER)
        self.signer("pat", Role.PUBLISHER)
        self.signer("ops", Role.OPERATOR)
        return self

    def tamper(self, lake_key: str) -> None:
        """Change the bytes of a lake object behind everybody's back."""
        path = self.home / "lake" / lake_key
        path.chmod(0o644)
        path.write_bytes(path.read_bytes() + b"x")


def environment(played: Played, **more: str) -> dict[str, str]:
    """The environment of a process of its own that looks at this home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAF_")}
    settings = {"CAF_HOME": str(played.home), "CAF_PROJECTS": str(played.root / "projects")}
    return {**kept, **settings, **more}


def document(text: str) -> Any:
    """The one JSON document of a command's output."""
    return json.loads(text)

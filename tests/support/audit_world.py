"""A real ledger with keys and a witness, filled with lawful signed events of a chosen seed."""

import importlib.util
import json
import random
import re
import sqlite3
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from alert_list import AlertList
from checkout import ROOT
from lawful_events import Move, approved, judged, lawful, promoted, received, rolled_back, started

from caf_pipelines.cli.app import run
from caf_pipelines.cli.opening import given
from caf_platform.adapters.ledger import SqlLedger
from caf_platform.adapters.signer import LocalSigner
from caf_platform.adapters.witness import LocalWitness
from caf_platform.ledger.privileged import MAY_SIGN
from caf_platform.ledger.record import Entry, Envelope
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import CHAMPION, DATA, MODELS, stream
from caf_platform.ledger.witnessed import WitnessedLedger
from caf_platform.ports.signer import Principal, Role
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

PROJECT = "micro"
PLATFORM = Principal(name="platform", roles=(Role.PLATFORM,), automatic=True)
OPERATOR = Principal(name="ops", roles=(Role.OPERATOR,))


@cache
def verifier() -> ModuleType:
    """The stand-alone program as a module."""
    file = ROOT / "governance" / "verify_audit.py"
    spec = importlib.util.spec_from_file_location("verify_audit", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["verify_audit"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class AuditWorld:
    """A home that holds a ledger, keys and a witness, and nothing else."""

    home: Path

    @classmethod
    def made(cls, root: Path) -> "AuditWorld":
        """Twelve records: a promotion, a rollback, and what led there; five of them privileged."""
        world = cls(root / "home")
        story: list[Move] = [(CHAMPION, started(1)), (MODELS, judged("v1"))]
        story += [(MODELS, approved("v1")), (CHAMPION, promoted("v1", None))]
        story += [(DATA, received("a"))] * 7 + [(CHAMPION, rolled_back("v1", "v2"))]
        LocalSigner.open(world.home / "keys", PLATFORM)
        with closing(world.ledger()) as ledger:
            for number, move in enumerate(story):
                ledger.append_all([world.entry(move, f"{number}")])
        return world

    @property
    def file(self) -> Path:
        """The ledger's file."""
        return self.home / "ledger.db"

    def inner(self) -> SqlLedger:
        """The ledger without its witness, as somebody who owns the store has it."""
        return SqlLedger.open(f"sqlite:///{self.file}")

    def ledger(self) -> WitnessedLedger:
        """The ledger as the platform has it."""
        return WitnessedLedger(self.inner(), LocalWitness(self.home / "witness"), AlertList())

    def entry(self, move: Move, key: str) -> Entry:
        """A move as it is appended: signed by somebody who may, if somebody must."""
        part, event = move
        where, may = stream(PROJECT, part), MAY_SIGN.get(event.TYPE)
        who = PLATFORM if may is None or Role.PLATFORM in may else OPERATOR
        signer = LocalSigner.open(self.home / "keys", who)
        envelope = Envelope(
            actor=who.name,
            correlation="c",
            virtual_time="2020-01-01T00:00:00Z",  # type: ignore[arg-type]
            signature=sign_event(signer, where, key, event) if may else None,
        )
        return Entry(where, None, event, key, envelope)

    def change(self, *statements: str) -> None:
        """Change the table behind everybody's back, its triggers dropped."""
        with closing(sqlite3.connect(self.file)) as database, database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.fetchall():
                database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                database.execute(statement)

    def said_by_caf(self, file: Path | None = None) -> dict[str, Any]:
        """What `caf audit verify --json` says of this ledger, or of another file in its place."""
        where = f"sqlite:///{file or self.file}"
        platform = Platform(Settings(home=self.home, ledger_url=where))
        platform.alerts = AlertList()
        out = StringIO()
        with given(platform), redirect_stdout(out):
            run(["audit", "verify", "--json"])
        platform.ledger.close()
        return dict(json.loads(out.getvalue()))

    def said_alone(self, file: Path | None = None) -> dict[str, Any]:
        """What the stand-alone program says of it."""
        words = [str(file or self.file), "--keys", str(self.home / "keys"), "--json"]
        if (self.home / "witness").exists():
            words += ["--witness", str(self.home / "witness")]
        out = StringIO()
        with redirect_stdout(out):
            verifier().main(words)
        return dict(json.loads(out.getvalue()))

    def line_named_by_caf(self) -> tuple[int, int | None]:
        """How `caf audit verify` ends, and which line of the witness it names."""
        platform = Platform(Settings(home=self.home))
        platform.alerts = AlertList()
        said = StringIO()
        with given(platform), redirect_stdout(said), redirect_stderr(said):
            code = run(["audit", "verify"])
        platform.ledger.close()
        return code, _line(" ".join(said.getvalue().split()), r"\(line: (\d+)\)")

    def line_named_alone(self) -> tuple[int, int | None]:
        """How the stand-alone program ends, and which line of the witness it names."""
        words = [str(self.file), "--keys", str(self.home / "keys")]
        said = StringIO()
        with redirect_stdout(said):
            code = verifier().main([*words, "--witness", str(self.home / "witness")])
        return code, _line(said.getvalue(), r"line (\d+) of the witness")

    def export(self, file: Path) -> None:
        """What `caf audit export` prints, in a file."""
        platform = Platform(Settings(home=self.home))
        with file.open("w") as out, given(platform), redirect_stdout(out):
            run(["audit", "export"])
        platform.ledger.close()


def _line(said: str, named: str) -> int | None:
    found = re.search(named, said)
    return int(found[1]) if found else None


class Writer:
    """Appends lawful moves of one seed, each with a key of its own."""

    def __init__(self, world: AuditWorld, seed: int) -> None:
        LocalSigner.open(world.home / "keys", PLATFORM)
        self.world, self.draw = world, random.Random(seed)  # noqa: S311 - no secrets
        self.state = ProjectState(PROJECT)

    def write(self, ledger: WitnessedLedger | SqlLedger, count: int = 1) -> None:
        """Some lawful moves, one after the other."""
        for _ in range(count):
            self.state.catch_up(ledger)
            move = self.draw.choice(lawful(self.state))
            key = f"{PROJECT}/{self.state.seq}/{self.draw.random()}"
            ledger.append_all([self.world.entry(move, key)])

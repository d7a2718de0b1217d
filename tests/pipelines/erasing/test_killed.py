"""Erasing is killed at every write, record and removal: it has happened wholly or not at all."""

from contextlib import suppress
from dataclasses import replace

import pytest
from memory_lake import MemoryLake
from micro_play import Killed, World, after, keys_home, micro, recorded

from caf_pipelines.erasing.act import erase_subject
from caf_pipelines.lifecycle.play import Play
from caf_platform.adapters.lake_erased import ErasedLake
from caf_platform.door.actor import Actor
from caf_platform.errors import BadInput, Refused
from caf_platform.ledger.erasures import read_erasures
from caf_platform.ledger.events import SubjectErased
from caf_platform.model.golden import golden_rows
from caf_platform.ports.signer import Principal, Role, Signer
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

WHO = "03-07"
"""A row of the third day, which v1 learnt from; here each row is a person."""
PEOPLE = replace(micro(), declaration=replace(micro().declaration, subject="row"))


class FatalLake(MemoryLake):
    """Kills the process at its `fatal`-th write or removal."""

    def __init__(self, objects: dict[str, bytes], fatal: int) -> None:
        super().__init__()
        self.objects, self._left = objects, fatal

    def write(self, key: str, data: bytes) -> str:
        """Write, or die before it."""
        self._step()
        return super().write(key, data)

    def delete(self, key: str) -> None:
        """Remove, or die before it."""
        self._step()
        super().delete(key)

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed


def opened(world: World, lake: MemoryLake) -> Play:
    """A play in a fresh process, on a lake behind what was erased from it."""
    by = Platform(Settings(home=keys_home())).signer
    at = replace(world, lake=ErasedLake(lake, lambda name: read_erasures(world.ledger, name, by)))
    return at.opened(PEOPLE)


def signer(play: Play, *roles: Role) -> Signer:
    """Somebody with these roles."""
    principal = Principal(name=f"someone-{'-'.join(roles)}", roles=roles, automatic=False)
    identities = play.session.platform.identities
    with suppress(Refused):  # all worlds of a session share one home of keys
        identities.create(principal)
    return identities.signer(principal.name)


def erase(world: World, lake: MemoryLake, *, role: Role = Role.OPERATOR, who: str = WHO) -> bool:
    """Erase that person; whether something changed."""
    play = opened(world, lake)
    session = play.session
    actor = Actor(world.ledger, signer(play, role), session.clock)
    done = erase_subject(
        session.platform, PEOPLE.declaration, session.state, who, "asked", actor, lambda _text: None
    )
    return done.changed


def naming(lake: MemoryLake) -> list[str]:
    """Objects in which the person stands."""
    return [key for key, data in lake.objects.items() if WHO.encode() in data]


def test_killed_anywhere_it_has_happened_wholly_or_not_at_all() -> None:
    """At each step: what is on record decides what is read, and the next try ends it."""
    whole = after("finished")
    steps = 0
    while True:
        world = whole.copy()
        lake = FatalLake(dict(world.lake.objects), steps)
        try:
            erase(world, lake)
            break
        except Killed:
            pass
        said = recorded(world, SubjectErased)
        lake = FatalLake(lake.objects, 10**6)
        play = opened(world, lake)
        rows = play.session.frames.rows(play.session.frames.usable())
        assert (WHO in set(rows["row"])) is not bool(said), steps
        erase(world, lake)
        assert len(recorded(world, SubjectErased)) == 1
        assert naming(lake) == []
        steps += 1
    assert steps > 6


def test_a_play_removes_what_a_killed_erasure_left() -> None:
    """Nobody has to erase again: opening the play is enough."""
    world = after("finished")
    count = FatalLake(dict(world.lake.objects), 10**6)
    erase(world.copy(), count)
    replaced = len([key for key in world.lake.objects if key not in count.objects])
    lake = FatalLake(dict(world.lake.objects), replaced + 1)
    with pytest.raises(Killed):
        erase(world, lake)
    assert naming(lake)

    lake = FatalLake(lake.objects, 10**6)
    opened(world, lake)

    assert naming(lake) == []


def test_golden_rows_that_are_the_persons_go_too() -> None:
    """They have no id; the one that looks to its model like the person's row is gone."""
    world = after("finished")
    lake = FatalLake(dict(world.lake.objects), 10**6)
    before = [key for key in lake.objects if key.startswith("evidence/micro/v1/golden/")]
    asked = golden_rows(lake.objects[before[0]])
    play = opened(world, lake)
    rows = play.session.frames.rows(play.session.frames.usable())
    theirs = rows[(rows["heat"] == asked["heat"][3]) & (rows["noise"] == asked["noise"][3])]

    erase(world, lake, who=theirs["row"].iloc[0])

    left = [key for key in lake.objects if key.startswith("evidence/micro/v1/golden/")]
    assert len(left) == 1
    assert left != before
    assert golden_rows(lake.objects[left[0]]).equals(asked.drop(index=3).reset_index(drop=True))


def test_who_is_no_operator_is_refused_and_nothing_goes() -> None:
    """The refusal is on record; new objects that were written name nobody."""
    world = after("finished")
    lake = FatalLake(dict(world.lake.objects), 10**6)

    with pytest.raises(Refused):
        erase(world, lake, role=Role.AUTHOR)

    assert recorded(world, SubjectErased) == []
    assert set(world.lake.objects) <= set(lake.objects)


def test_without_a_subject_column_nobody_can_be_named() -> None:
    """It says how to declare one."""
    play = after("finished").opened()
    session = play.session

    with pytest.raises(BadInput, match="subject="):
        erase_subject(
            session.platform, micro().declaration, session.state, WHO, "x", None, lambda _t: None
        )

"""Anything that people, crashes, clocks and forgers can do at a door, in any order.

`ReleaseDoor` compares each answer with a second statement of the law: nobody gets in who may not,
and whoever may does.
"""

from collections.abc import Callable
from typing import Any

from door_releases import CHANGES, MOST, ReleaseDoor
from door_world import PEOPLE
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from caf_platform.door.orders import (
    approve,
    resume_scoring,
    retire,
    revoke_approvals,
    stop_scoring,
)
from caf_platform.ledger.streams import MODELS

NUMBERS = st.integers(0, 5)
PERSONS = st.sampled_from(sorted(PEOPLE))
MAYBE = st.sampled_from(["ada", "ops", "grace", "pat", "mia", "aud"])
ANYBODY = st.sampled_from([*sorted(PEOPLE), "platform"])
QUORUM, MODE = st.integers(1, 2), st.booleans()
VERBS = st.sampled_from(["promote", "roll_back"])
APPROVERS = st.sampled_from(
    [
        ("ada", "alan"),
        ("ada", "alan"),
        ("ada",),
        ("ada", "mia"),
        ("alan", "grace"),
        ("Tom Kay", "Kay, Tom"),
        ("mia",),
        ("platform",),
        ("platform", "ada"),
        ("ada", "alan as grace"),
        ("grace as policy",),
        (),
    ]
)
MOVERS = st.sampled_from(["pat", "pat", "platform", "grace", "mia", "ops", "aud"])


class DoorMachine(RuleBasedStateMachine):
    """One project's door, and everybody who comes to it."""

    door: ReleaseDoor

    @initialize(quorum=QUORUM, automatic=MODE)
    def begin(self, quorum: int, automatic: bool) -> None:
        """A play, its policy, and a version that would be the first champion."""
        self.door = ReleaseDoor(quorum=quorum, automatic=automatic)
        self.door.train(None)

    @rule(against_champion=st.booleans())
    def train(self, against_champion: bool) -> None:
        """A version that passed its gate, against the champion or against nobody."""
        if self.door.names < MOST:
            self.door.train(self.door.champion() if against_champion else None)

    @rule(number=NUMBERS, rows=st.sampled_from("ab"))
    def judge_again(self, number: int, rows: str) -> None:
        """On other rows, against the present champion, by the present policy."""
        door = self.door
        door.world.judge_again(door.version(number), door.champion(), rows)

    @rule(quorum=QUORUM, automatic=MODE)
    def change_policy(self, quorum: int, automatic: bool) -> None:
        """Whatever was judged by the former one is void."""
        self.door.adopt(quorum, automatic)

    @rule(number=NUMBERS)
    def approve_automatically(self, number: int) -> None:
        """As the stage does where the policy says so; here also where it does not."""
        self.door.approve_by_hand(
            self.door.version(number), "policy", by="platform", automatic=True
        )

    @rule(name=PERSONS, number=NUMBERS)
    def say_yes(self, name: str, number: int) -> None:
        """By their own key."""
        door = self.door
        actor, project = door.world.actor(name), door.world.project
        door.tried(lambda: approve(actor, door.state, door.version(number), project))

    @rule(names=st.sets(PERSONS, min_size=1, max_size=3), number=NUMBERS, mover=ANYBODY)
    def bring_in(self, names: set[str], number: int, mover: str) -> None:
        """Some people say yes, and somebody moves the model at once."""
        for name in sorted(names):
            self.say_yes(name, number)
        self.door.move("promote", mover, self.door.version(number))

    @rule(by=APPROVERS, mover=MOVERS, change=st.sampled_from(CHANGES))
    def release(self, by: tuple[str, ...], mover: str, change: str) -> None:
        """A version on its way as it should be, but for who says yes, who moves, and one change."""
        number = self.door.approved_by(by)
        if number is not None:
            self.door.change(change, number)
            self.door.move("promote", mover, self.door.version(number))
            self.door.change_back(change, number)

    @rule(by=APPROVERS, mover=MOVERS)
    def release_by(self, by: tuple[str, ...], mover: str) -> None:
        """The same with nothing changed: only people make the difference."""
        self.release(by, mover, "")

    @rule(change=st.sampled_from(CHANGES))
    def release_after(self, change: str) -> None:
        """The same by people who may: only what changed makes the difference."""
        self.release(("ada", "alan"), "pat", change)

    @rule(again=st.booleans())
    def return_of_one_that_was_passed_over(self, again: bool) -> None:
        """From the third champion back to the first: the second one's approvals are spent."""
        first = self.door.champion()
        second, third = self.door.in_service(), self.door.in_service()
        if first and second is not None and third is not None:
            self.door.move("roll_back", "ops", first)
            if again:
                self.door.sign("ada", second)
                self.door.sign("alan", second)
            self.door.move("promote", "pat", self.door.version(second))

    @rule()
    def return_of_the_mistaken(self) -> None:
        """Rolled back, and approved anew by people who did not notice."""
        first, mistaken = self.door.champion(), self.door.in_service()
        if first and mistaken is not None:
            self.door.move("roll_back", "platform", first)
            self.door.sign("ada", mistaken)
            self.door.sign("alan", mistaken)
            self.door.move("promote", "platform", self.door.version(mistaken))
            self.door.move("roll_back", "platform", self.door.version(mistaken))

    @rule(name=MAYBE, number=NUMBERS, order=st.sampled_from([revoke_approvals, retire]))
    def take_away(self, name: str, number: int, order: Callable[..., Any]) -> None:
        """A version's approvals, or a version for good."""
        door = self.door
        actor = door.world.actor(name)
        door.tried(lambda: order(actor, door.state, door.version(number), reason="r"))

    @rule(name=MAYBE, order=st.sampled_from([stop_scoring, resume_scoring]))
    def kill_switch(self, name: str, order: Callable[..., Any]) -> None:
        """It moves nobody."""
        door = self.door
        door.tried(lambda: order(door.world.actor(name), door.state, reason="r"))

    @rule()
    def look(self) -> None:
        """Somebody reads the state, to act on it some time later."""
        self.door.read = self.door.world.state()

    @rule(verb=VERBS, mover=ANYBODY, number=NUMBERS, stale=st.booleans())
    def ask(self, verb: str, mover: str, number: int, stale: bool) -> None:
        """Somebody moves a model, having looked just now or long ago."""
        self.door.move(verb, mover, self.door.version(number), stale=stale)

    @rule(between=st.sampled_from(["release", "revoke", "retire", "nothing"]))
    def come_second(self, between: str) -> None:
        """Pat has looked at an approved version; somebody else is faster, or nobody is."""
        door = self.door
        if door.names + 2 > MOST:
            return
        mine = door.train(door.champion()) - 1
        self.say_yes("ada", mine)
        self.say_yes("alan", mine)
        self.look()
        if between == "release":
            self.door.in_service()
        elif between != "nothing":
            order = {"revoke": revoke_approvals, "retire": retire}[between]
            self.take_away("ops", mine, order)
        door.move("promote", "pat", door.version(mine), stale=True)

    @rule(mover=st.sampled_from(["ops", "grace", "platform"]), stale=st.booleans())
    def go_back(self, mover: str, stale: bool) -> None:
        """To where a rollback leads, by somebody who may."""
        target = self.door.state.former_champion
        if target:
            self.door.move("roll_back", mover, target, stale=stale)

    @rule(verb=VERBS, mover=ANYBODY, number=NUMBERS, dies=st.sampled_from(["before", "after"]))
    def crash(self, verb: str, mover: str, number: int, dies: str) -> None:
        """The process dies at its append; another one does the same again."""
        self.door.killed(verb, mover, self.door.version(number), dies)

    @rule(dies=st.sampled_from(["before", "after"]), mover=st.sampled_from(["pat", "platform"]))
    def crash_at_a_release(self, dies: str, mover: str) -> None:
        """The same where the move is mostly lawful."""
        door = self.door
        if door.names < MOST:
            newest = door.train(door.champion()) - 1
            self.say_yes("ada", newest)
            self.say_yes("alan", newest)
            door.killed("promote", mover, door.version(newest), dies)

    @rule(days=st.sampled_from([-400, -8, -1, 0, 0, 1, 3, 6, 7, 8, 400]))
    def jump(self, days: int) -> None:
        """The clock goes forward or back, or is set right."""
        self.door.later(days)

    @rule(number=NUMBERS, part=st.sampled_from(["artifact", "data", "evaluation"]))
    def spoil(self, number: int, part: str) -> None:
        """One bit of what the manifest names."""
        self.door.spoil(self.door.version(number), part)

    @rule(number=NUMBERS, kind=st.integers(0, 7), by=st.sampled_from(["", "aud"]))
    def forge(self, number: int, kind: int, by: str) -> None:
        """Whoever can write to the database appends an order, unsigned or without the role."""
        door, version = self.door, self.door.version(number)
        part, event = door.orders(version)[kind]
        door.forged(door.world.entry(part, event, "forged", len(door.ledger.rows), by=by))

    @rule(number=NUMBERS, kind=st.integers(0, 3))
    def forge_well(self, number: int, kind: int) -> None:
        """An honest signature under a dishonest text lets nobody in."""
        door, version = self.door, self.door.version(number)
        if kind == 0:
            door.approve_by_hand(version, "ada", by="alan", automatic=False)
        elif kind == 1:
            door.approve_by_hand(version, "policy", by="grace", automatic=True)
        elif kind == 2:
            trained = door.state.catch_up(door.ledger).models[version].trained
            door.append(MODELS, trained, by="platform")
        else:
            door.adopt_and_return(3 - door.quorum, door.automatic)
            self.ask("promote", "pat", number, stale=False)
            door.adopt(door.quorum, door.automatic)

    @invariant()
    def one_champion_by_lawful_moves(self) -> None:
        """At every moment."""
        self.door.holds()

    def teardown(self) -> None:
        """The chain is sound, and whoever reads it anew sees the same."""
        if hasattr(self, "door"):
            self.door.ends()

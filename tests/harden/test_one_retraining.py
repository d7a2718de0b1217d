"""A thousand breaches of one cause: one retraining, however many say so, and at once.

The micro project's fourth window has just been looked at: its machine is worn, calibration is
breached, a new model is called for. Eight plays of one ledger, each a thread with a tracking store
of its own, end that window again and again. A second attack is a thousand windows in which the
same breach goes on, all within the governor's pause.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from micro_play import World, after, micro
from tally import Size, Tally

from caf_monitoring.budget import Retraining
from caf_monitoring.governor import History
from caf_monitoring.triage import Context
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.stages.decide import decide
from caf_platform.decision import Action, Decision, Reason, Verdict
from caf_platform.ledger.events import ActionDecided, IncidentOpened, ModelTrained
from caf_platform.project.policy import Policy

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]
WINDOW, THREADS, BREACHES = "0004", 8, 1000


def opened(world: World) -> Play:
    """A play of a world's ledger and lake in a process of its own, as far as threads can be."""
    own = world.copy()
    own.ledger, own.lake = world.ledger, world.lake
    return own.opened(micro())


def ended(play: Play, times: int) -> None:
    """Say so again and again."""
    window = next(one for one in play.all_windows() if one.name == WINDOW)
    for _ in range(times):
        play.deciding.end(window)


def said_at_once() -> str:
    """What is amiss after a thousand breaches by eight at once; empty when all is well."""
    world = after(f"monitor/{WINDOW}")
    before = len(world.ledger.rows)
    plays = [opened(world) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda play: ended(play, BREACHES // THREADS), plays))
    events = [record.event for record in world.ledger.read()][before:]
    found = [
        sum(isinstance(one, kind) for one in events)
        for kind in (ActionDecided, ModelTrained, IncidentOpened)
    ]
    sound = world.ledger.verify().sound
    return "" if sound and found == [1, 1, 0] else f"decided, trained, incidents: {found}, {sound}"


def test_a_thousand_breaches_by_eight_at_once(tally: Tally, size: Size) -> None:
    """One decision, one training, one sound ledger, and nobody fails."""
    rounds = size(30, 2)
    for number in range(rounds):
        wrong = said_at_once()
        tally.trial(f"{number}: {wrong}", good=not wrong)

    tally.say(f"{rounds * BREACHES:,} breaches said, {THREADS} at once, {BREACHES} a round")
    tally.held(rounds)


def paused(policy: Policy, cause: str) -> int:
    """How many retrainings a thousand windows in a row with one breach lead to."""
    pause = timedelta(days=policy.governor.cooldown_days.value)
    reason = Reason(code=f"{cause}_breached", text="a breach that goes on")
    fine = Decision(by="skill", verdict=Verdict.OK, reasons=(reason,))
    readings = {"skill": fine, "calibration": fine}
    readings[cause] = Decision(by=cause, verdict=Verdict.BREACH, reasons=(reason,))
    context = Context(has_champion=True, new_labelled_rows=10**6)
    begun = after("finished").opened(micro()).session.clock.now()
    done: list[Retraining] = []
    for number in range(BREACHES):
        now = begun + pause * number / BREACHES
        history = History(retrainings=tuple(done), breached=(True,) * (number + 1))
        found = decide(
            f"w{number}", readings, context, history, cost_units=0.0, policy=policy, now=now
        )
        if found.action is Action.RETRAIN:
            done.append(
                Retraining(
                    when=now, cause=cause, window=f"w{number}", cost_units=0.0, finished=True
                )
            )
    return len(done)


@pytest.mark.parametrize("cause", ["calibration", "skill"])
def test_a_breach_that_goes_on(tally: Tally, cause: str) -> None:
    """A thousand windows within one pause: the first of them retrains."""
    found = paused(micro().policy, cause)

    tally.trial(f"{found} retrainings", good=found == 1)
    tally.say(f"{BREACHES:,} windows with a breach of {cause}: {found} retraining")
    tally.held(1)


def test_the_attack_sees_a_governor_without_a_pause() -> None:
    """Where the policy asks for no pause to speak of, the same breaches lead to more."""
    limits = micro().policy.model_dump()
    limits["governor"]["max_retrainings"]["value"] = 10**6
    lax = Policy.model_validate(limits)
    hasty = lax.model_copy(
        update={
            "governor": lax.governor.model_copy(
                update={"cooldown_days": lax.governor.cooldown_days.model_copy(update={"value": 0})}
            )
        }
    )

    assert paused(lax, "skill") == 1
    assert paused(hasty, "skill") > 1

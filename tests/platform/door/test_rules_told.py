"""What the door's rules say of each thing that does not hold: one code, one sentence."""

import pytest
from door_world import PASSED, DoorWorld, signer

from caf_platform.door.orders import approve
from caf_platform.door.rules import Facts, judge_promotion, judge_retiring, judge_rollback
from caf_platform.errors import Refused
from caf_platform.ports.signer import Role
from caf_platform.ports.signer import signing_bytes as statement

SOUND = {
    "version": "v2",
    "champion": "v1",
    "known": True,
    "gate": PASSED,
    "judged_against_champion": True,
    "policy_in_force": True,
    "contract_in_force": True,
    "signed": True,
    "evaluation_agrees": True,
    "wrong_objects": (),
    "learnt_withdrawn": (),
    "judged_withdrawn": (),
    "smoke": PASSED,
    "mover": "grace",
    "roles": (Role.PUBLISHER, Role.OPERATOR),
    "was_promoted": True,
    "revoked": False,
    "retired": False,
}

BOTH = [
    ({"known": False}, "unknown_version", "there is no such version"),
    ({"gate": None}, "gate_not_passed", "the release gate has not passed exactly these digests"),
    (
        {"signed": False},
        "not_signed",
        "the platform's signature is missing from its gate decision or manifest",
    ),
    (
        {"evaluation_agrees": False},
        "evaluation_differs",
        "the stored evaluation does not say what its gate decision says",
    ),
    (
        {"wrong_objects": ("artifact", "data")},
        "wrong_bytes",
        "stored bytes are missing or not what was signed: artifact, data",
    ),
    (
        {"wrong_objects": None},
        "wrong_bytes",
        "stored bytes are missing or not what was signed: all",
    ),
    (
        {"learnt_withdrawn": ("b1", "b2")},
        "data_withdrawn",
        "it was trained on what may not be used any more: b1, b2",
    ),
    (
        {"learnt_withdrawn": None},
        "data_withdrawn",
        "it was trained on what may not be used any more: data that nobody looked for",
    ),
    ({"smoke": None}, "not_asked", "it was not asked the golden rows"),
    ({"retired": True}, "retired", "it was retired, which is for good"),
    ({"champion": "v2"}, "already_champion", "it is the champion already"),
]
PROMOTION = [
    *BOTH,
    (
        {"roles": ()},
        "no_role",
        "grace asks, whose key holds no role of platform or publisher",
    ),
    (
        {"judged_against_champion": False},
        "other_champion",
        "the gate compared it with another champion than the present one",
    ),
    (
        {"policy_in_force": False},
        "policy_changed",
        "it was judged under another policy than the one in force",
    ),
    (
        {"contract_in_force": False},
        "contract_changed",
        "it was trained under another contract than the one in force",
    ),
    (
        {"judged_withdrawn": ("b1",)},
        "data_withdrawn",
        "it was judged on what may not be used any more: b1",
    ),
    ({"revoked": True}, "revoked", "it was revoked by a rollback"),
]
ROLLBACK = [
    *BOTH,
    (
        {"mover": ""},
        "no_role",
        "nobody in particular asks, whose key holds no role of operator or platform",
    ),
    ({"champion": None}, "no_champion", "there is no champion to replace"),
    (
        {"was_promoted": False},
        "never_promoted",
        "it was never promoted, so there is nothing to go back to",
    ),
    ({"revoked": True}, "revoked", "it was revoked by an earlier rollback"),
]


@pytest.mark.parametrize(("changes", "code", "text"), PROMOTION)
def test_a_promotion_is_refused_for_that_alone(changes, code, text):
    """Beside the approval, which nobody gave here: one reason, and by the door."""
    found = judge_promotion(Facts(**(SOUND | changes)))

    said = [(one.code, one.text) for one in found.reasons if one.code != "no_clock"]
    assert said == [(code, text)]
    assert found.by == "door"


@pytest.mark.parametrize(("changes", "code", "text"), ROLLBACK)
def test_a_rollback_is_refused_for_that_alone(changes, code, text):
    """Whatever else holds."""
    found = judge_rollback(Facts(**(SOUND | changes)))

    assert [(one.code, one.text) for one in found.reasons] == [(code, text)]
    assert found.by == "door"


def test_a_rollback_rests_on_no_comparison():
    """What a version was judged on does not keep it from being put back."""
    assert judge_rollback(Facts(**(SOUND | {"judged_withdrawn": ("b1",)}))).verdict.good


def test_what_was_not_looked_at_says_so():
    """Neither the time nor how many must approve is known: no approval is counted."""
    assert [one.text for one in judge_promotion(Facts(**SOUND)).reasons] == [
        "the time is not known"
    ]


def test_retiring_the_champion_says_what_to_do_first():
    """By the door."""
    found = judge_retiring("v1", "v1", "ops", (Role.OPERATOR,))

    assert found.by == "door"
    assert [(one.code, one.text) for one in found.reasons] == [
        (
            "champion_serves",
            "it serves: promote another version, or roll back, first",
        )
    ]


@pytest.fixture
def world():
    """v2 serves after v1."""
    found = DoorWorld.manual().begin()
    for version, against in (("v1", None), ("v2", "v1")):
        found.version(version, against)
        approve(found.actor("ada"), found.state(), version, found.project)
        found.door("pat").promote(found.state(), version, reason="better")
    return found


def test_a_move_has_its_key_and_its_conflict(world):
    """Verb, version and how many moves came before; a second try on an older state conflicts."""
    _, *keys = [one.key for one in world.ledger.read(stream="micro/champion")]

    back = world.door("ops").roll_back(world.state(), "v1", reason="harm")

    assert keys == ["micro/play-1/promote/v1/0", "micro/play-1/promote/v2/1"]
    assert back.key == "micro/play-1/roll-back/v1/2"
    assert back.payload["measured"]["stage"] == "roll back"
    assert 0 <= back.payload["measured"]["seconds"] < 60


@pytest.mark.parametrize(("verb", "name"), [("promote", "promote"), ("roll_back", "roll back")])
def test_a_refused_move_is_recorded_by_its_verb(world, verb, name):
    """Also for a version that nobody knows."""
    with pytest.raises(Refused, match=f"The door refused to {name} 'v9'"):
        getattr(world.door("grace"), verb)(world.state(), "v9", reason="-")

    assert world.state().refusals[-1].verb == name


def test_what_is_signed_of_an_event_is_a_format(world):
    """Purpose, stream, key, type and event, by these names: signatures of years rest on it."""
    record = list(world.ledger.read(stream="micro/champion"))[-1]
    event = {name: value for name, value in record.payload.items() if name != "measured"}
    said = {"stream": record.stream, "key": record.key, "type": "promoted", "event": event}

    assert signer("pat").verify(statement("event", said), record.envelope.signature)

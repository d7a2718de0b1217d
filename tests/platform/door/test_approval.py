"""When an approval holds: exactly these digests, not expired, by somebody who may."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.decision import Decision, Verdict
from caf_platform.door.approval import judge_approval, judge_giving
from caf_platform.ledger.events import ApprovalGiven
from caf_platform.ports.signer import Role
from caf_platform.project.policy import PromotionMode

NOW = datetime(2013, 10, 1, tzinfo=UTC)
DIGEST = "a" * 64


def approval(**changes):
    """Grace's approval of this manifest, good for three more days."""
    values = {
        "version": "v2",
        "manifest_digest": DIGEST,
        "approver": "grace",
        "automatic": False,
        "expires_at": NOW + timedelta(days=3),
    }
    return ApprovalGiven(**(values | changes))


def judged(*approvals, **changes):
    """Ada's model, looked at now, in manual mode."""
    values = {"now": NOW, "mode": PromotionMode.MANUAL, "author": "ada"}
    return judge_approval(DIGEST, approvals, **(values | changes))


def codes(decision):
    """The reasons, for machines."""
    return [reason.code for reason in decision.reasons]


def test_a_person_who_is_not_the_author_may_approve():
    """Told as a person's approval, with its end."""
    found = judged(approval())

    assert found.verdict is Verdict.PASS
    assert codes(found) == ["approved_by_person"]
    assert "grace" in found.summary


def test_nobody_has_approved():
    """Silence is no consent, in any mode."""
    for mode in PromotionMode:
        found = judged(mode=mode)

        assert found.verdict is Verdict.REFUSE
        assert codes(found) == ["no_approval"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"manifest_digest": "b" * 64}, "other_digests"),
        ({"expires_at": NOW}, "expired"),
        ({"expires_at": NOW - timedelta(days=1)}, "expired"),
        ({"expires_at": datetime(2013, 10, 5)}, "no_time_zone"),  # noqa: DTZ001 - the fault itself
        ({"approver": "ada"}, "approver_is_author"),
        ({"approver": " Ada "}, "approver_is_author"),
        ({"approver": "  "}, "nameless"),
        ({"automatic": True}, "automatic_not_allowed"),
    ],
)
def test_one_thing_wrong_refuses(changes, code):
    """Each rule is seen red alone, and says why."""
    found = judged(approval(**changes))

    assert found.verdict is Verdict.REFUSE
    assert codes(found) == [code]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tomas Keller", "Tomas Keller, data science", True),
        ("Tomas Keller", "Keller, Tomas", True),
        ("Keller,Tomas", "tomas  keller", True),
        ("Tomas\u00a0Keller", "Tomas Keller", True),
        ("\uff34omas Keller", "Tomas Keller", True),
        ("Tomas\u200b Keller", "Tomas Keller", True),
        ("Zo\u00eb Stra\u00dfe", "ZOE\u0308 STRASSE", True),
        ("Tomas Keller", "Anna Keller", False),
        ("Tomas Keller", "Tomas", False),
    ],
)
def test_a_person_is_one_however_the_name_is_spelled(one, other, same):
    """Either way round, as author and as publisher."""
    for approver, known in ((one, other), (other, one)):
        as_author = judged(approval(approver=approver), author=known)
        as_publisher = judged(approval(approver=approver), publisher=known)

        assert (codes(as_author) == ["approver_is_author"]) is same
        assert (codes(as_publisher) == ["approver_is_publisher"]) is same


@pytest.mark.parametrize("name", [",", "\u200b", " , "])
def test_a_name_of_nothing_visible_is_none(name):
    """Nobody to hold to it."""
    assert codes(judged(approval(approver=name))) == ["nameless"]


def test_whoever_moves_the_model_does_not_approve_it():
    """The publisher's own approval does not count, another's does."""
    alone = judged(approval(), publisher="Grace")
    together = judged(approval(), publisher="linus")

    assert codes(alone) == ["approver_is_publisher"]
    assert together.verdict is Verdict.PASS


def test_an_unknown_author_separates_nobody():
    """Without a name to compare with, separation of duties was not shown."""
    found = judged(approval(), author="")

    assert codes(found) == ["no_author"]


def test_the_policy_may_approve_by_itself_where_it_is_told_to():
    """Only in auto-on-green, and never told as a person's."""
    automatic = approval(automatic=True, approver="grace")

    found = judged(automatic, mode=PromotionMode.AUTO_ON_GREEN)

    assert found.verdict is Verdict.PASS
    assert codes(found) == ["approved_automatically"]
    assert "grace" not in found.summary
    assert not judged(automatic, mode=PromotionMode.SUGGEST).verdict.good


def test_an_approval_for_ever_is_longer_than_the_policy_allows():
    """Seven days are the policy's, a hundred years are not."""
    for_ever = approval(expires_at=NOW + timedelta(days=36_500))

    found = judged(for_ever, valid_days=7)

    assert codes(found) == ["valid_too_long"]
    assert found.reasons[0].limit == 7
    assert judged(approval(expires_at=NOW + timedelta(days=7)), valid_days=7).verdict.good


def test_one_approval_that_holds_is_enough():
    """Others that do not hold are no harm, and each kind of fault is told once."""
    stale = approval(expires_at=NOW)

    assert judged(stale, approval(), stale).verdict is Verdict.PASS
    assert codes(judged(stale, stale)) == ["expired"]


def test_no_manifest_has_no_approval():
    """An empty digest that an empty approval names is not agreement."""
    found = judge_approval(
        "", [approval(manifest_digest="")], now=NOW, mode=PromotionMode.MANUAL, author="ada"
    )

    assert codes(found) == ["other_digests"]


@given(
    st.lists(
        st.builds(
            approval,
            manifest_digest=st.sampled_from([DIGEST, "b" * 64]),
            approver=st.sampled_from(["ada", "grace", ""]),
            automatic=st.booleans(),
            expires_at=st.sampled_from([NOW - timedelta(1), NOW, NOW + timedelta(1)]),
        ),
        max_size=5,
    ),
    st.sampled_from(list(PromotionMode)),
)
def test_passing_means_that_one_of_them_is_lawful(approvals, mode):
    """Whatever is thrown together: passed if and only if one approval keeps every rule alone."""
    lawful = [
        one
        for one in approvals
        if one.manifest_digest == DIGEST
        and one.expires_at > NOW
        and (mode is PromotionMode.AUTO_ON_GREEN if one.automatic else one.approver == "grace")
    ]

    found = judged(*approvals, mode=mode)

    assert found.verdict is (Verdict.PASS if lawful else Verdict.REFUSE)


@pytest.mark.parametrize("approver", ["Ada Bell", "ada bell ", "Ada Bell, model risk"])
def test_what_follows_a_comma_is_no_part_of_a_name(approver):
    """The project's owner is `Ada Bell, data science`; Ada is Ada in every spelling."""
    found = judged(approval(approver=approver), author="Ada Bell, data science")

    assert codes(found) == ["approver_is_author"]


def giving(verdict=Verdict.PASS, *, author="ada", roles=(Role.APPROVER,), **changes):
    """Grace is about to approve a version whose gate said this."""
    gate = None if verdict is None else Decision(by="gate", verdict=verdict)
    gone = {name: changes.pop(name, False) for name in ("revoked", "retired")}
    return judge_giving(
        gate, approval(**changes), now=NOW, author=author, roles=roles, valid_days=7, **gone
    )


def test_a_passed_gate_may_be_approved_by_somebody_else():
    """All is well: the approval may be given."""
    assert giving().verdict is Verdict.PASS


@pytest.mark.parametrize("verdict", [None, Verdict.REFUSE, Verdict.CANNOT_JUDGE, Verdict.OK])
def test_nothing_but_a_passed_gate_is_approved(verdict):
    """No gate, a refusal, *cannot judge*, or a monitor's word: nothing to approve."""
    assert codes(giving(verdict)) == ["gate_not_passed"]


def test_every_reason_against_an_approval_is_told():
    """No role, refused by the gate, revoked, retired, and one's own: all at once."""
    found = giving(Verdict.REFUSE, revoked=True, retired=True, author="grace", roles=[Role.AUTHOR])

    wanted = ["no_role", "gate_not_passed", "revoked", "retired", "approver_is_author"]
    assert codes(found) == wanted


def test_an_approval_for_longer_than_the_policy_allows_is_not_given():
    """A week is allowed; eight days are not."""
    assert codes(giving(expires_at=NOW + timedelta(days=8))) == ["valid_too_long"]


@pytest.mark.parametrize(
    ("approvers", "enough"),
    [
        (["grace", "alan"], True),
        (["grace", "alan", "kurt"], True),
        (["grace"], False),
        (["grace", "grace"], False),
        (["Grace Hopper", "Hopper, Grace"], False),
        (["grace", "ada"], False),
        ([], False),
    ],
)
def test_a_quorum_of_two_needs_two_people(approvers, enough):
    """However often one of them says yes, and however their name is spelled."""
    found = judged(*(approval(approver=name) for name in approvers), quorum=2)

    assert found.verdict.good is enough
    assert ("too_few_approvals" in codes(found)) is not enough


def test_an_automatic_approval_is_nobody_in_a_quorum():
    """Also in auto-on-green, where it would be enough alone."""
    own = approval(automatic=True, approver="policy")

    found = judged(own, approval(), mode=PromotionMode.AUTO_ON_GREEN, quorum=2)

    assert codes(found) == ["automatic_in_quorum", "too_few_approvals"]
    assert found.reasons[1].found == 1

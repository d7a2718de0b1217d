"""Releases at a judged door: as they should be, and with one thing different."""

from door_judged import JudgedDoor

from caf_platform.door.orders import retire, revoke_approvals
from caf_platform.ledger.events import (
    ApprovalRevoked,
    Event,
    PlayStarted,
    PolicyAdopted,
    Promoted,
    RolledBack,
    VersionRetired,
)
from caf_platform.ledger.streams import CHAMPION, MODELS

MOST = 12
"""Versions of one project."""

CHANGES = [
    *("", "", "artifact", "data", "evaluation", "rows", "rival", "policy", "unsaid policy"),
    *("take back", "retire", "6", "7", "8", "-1", "-30"),
]
"""What happens between approval and promotion; a number is of days."""


class ReleaseDoor(JudgedDoor):
    """A judged door, and what may happen on a version's way to it."""

    def in_service(self) -> int | None:
        """A new version, brought in by two people and a publisher; None where that may not be."""
        number = self.approved_by(("ada", "alan"))
        if number is not None and self.move("promote", "pat", self.version(number)):
            return number
        return None

    def approved_by(self, by: tuple[str, ...]) -> int | None:
        """A new version judged against the champion, with these people's signed approvals."""
        if self.names >= MOST:
            return None
        number = self.train(self.champion()) - 1
        for name in by:
            self.sign(name, number)
        return number

    def sign(self, name: str, number: int) -> None:
        """An approval that the approver's own rules did not stop: the door has to."""
        by, _, said = name.partition(" as ")
        said = said or ("policy" if by == "platform" else by)
        automatic = said == "policy"
        self.approve_by_hand(self.version(number), said, by=by, automatic=automatic)

    def change(self, change: str, number: int) -> None:
        """Something happens to an approved version, to the rules, or to the clock."""
        version = self.version(number)
        if change in ("artifact", "data", "evaluation"):
            self.spoil(version, change)
        elif change == "rows":
            self.world.judge_again(version, self.champion(), "other")
        elif change == "rival":
            self.world.judge_again(version, "v0", "r")
            self.sign("ada", number)
            self.sign("alan", number)
        elif change == "policy":
            self.adopt(3 - self.quorum, self.automatic)
        elif change == "unsaid policy":
            self.adopt_and_return(3 - self.quorum, self.automatic)
        elif change in ("take back", "retire"):
            order = revoke_approvals if change == "take back" else retire
            ops = self.world.actor("ops")
            self.tried(lambda: order(ops, self.state, version, reason="r"))
        elif change:
            self.later(int(change))

    def change_back(self, change: str, number: int) -> None:
        """What can be put right is."""
        if change in ("artifact", "data", "evaluation"):
            self.spoil(self.version(number), change)
        elif change == "unsaid policy":
            self.adopt(self.quorum, self.automatic)
        else:
            self.later(0)

    def orders(self, version: str) -> list[tuple[str, Event]]:
        """One of each that decides who serves, and by which rules, with the part it belongs to."""
        given, known = self.given(version, "ada"), self.state.models[version]
        digest, manifest = given.manifest_digest, known.manifest
        said = {"version": version, "manifest_digest": digest, "reason": "-"}
        rests_on = {"approvals": (), "approval_digests": ()}
        moved = Promoted(replaces=self.champion(), manifest=manifest, **rests_on, **said)
        return [
            (CHAMPION, moved),
            (CHAMPION, RolledBack(replaces="v1", **said)),
            (CHAMPION, ApprovalRevoked(version=version, approvals=(), reason="-")),
            (CHAMPION, VersionRetired(version=version, reason="-")),
            (CHAMPION, PlayStarted(play=2, policy_digest="-", contract_digest="-")),
            (CHAMPION, PolicyAdopted(policy_digest="-", former="-")),
            (MODELS, known.trained),
            (MODELS, given),
        ]

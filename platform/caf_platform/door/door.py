"""The one door: a model reaches production by `Door.promote`, or back by `Door.roll_back`.

Nothing else appends a promotion. The committed event *is* the move; the tracking store's alias
and the serving process follow it. Facts are gathered here (bytes read, signature checked,
model asked); whether they suffice is decided by the pure rules in `rules`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.door.actor import Actor
from caf_platform.door.proofs import (
    approval_digests,
    evaluation_agrees,
    is_genuine,
    is_signed,
    was_promoted,
    wrong_objects,
)
from caf_platform.door.rules import Facts, Shown, judge_promotion, judge_rollback
from caf_platform.errors import CafError
from caf_platform.ledger.events import Promoted, RolledBack
from caf_platform.ledger.privileged import proved
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ModelState, ProjectState
from caf_platform.ledger.streams import CHAMPION, stream
from caf_platform.ledger.values import Manifest
from caf_platform.model.manifest import manifest_digest
from caf_platform.plugins import Kind, register
from caf_platform.ports.clock import Clock
from caf_platform.ports.lake import Lake
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Signer
from caf_platform.project.model import Project

Smoke = Callable[[Manifest], Decision]
"""Loads the version through the verified loader and asks it the golden rows."""


@register(
    Kind.CONTROL,
    "door",
    Capability.CHANGE_AND_RELEASE_MANAGEMENT,
    Capability.CONTINUOUS_INTEGRATION_AND_DELIVERY,
    Capability.APPLICATION_SECURITY,
)
@dataclass(frozen=True)
class Door:
    """Promotes and rolls back the champion of one project."""

    project: Project
    ledger: Ledger
    lake: Lake
    signer: Signer
    clock: Clock
    smoke: Smoke

    @property
    def actor(self) -> Actor:
        """Who stands at the door."""
        return Actor(self.ledger, self.signer, self.clock)

    def promote(self, state: ProjectState, version: str, *, reason: str) -> Record:
        """Make `version` the champion.

        Raises `Refused` (recorded as `PromotionRefused`) when a rule is not kept, `Conflict`
        when another promotion was committed since `state` was read, `Tampered` when a move on
        record was not signed by somebody who may move.
        """
        self._prove_moves(state)
        model = state.models.get(version)
        facts = self._facts(state, version, model)
        decision = judge_promotion(facts)
        if model is None or model.gate is None or not decision.verdict.good:
            raise self.actor.refused(state, version, "promote", decision)
        event = Promoted(
            version=version,
            replaces=state.champion,
            manifest=model.manifest,
            manifest_digest=facts.manifest_digest,
            approvals=facts.approval_keys,
            approval_digests=approval_digests(model, facts.approval_keys),
            reason=reason,
        )
        parts = ("promote", version, len(state.moves))
        return self.actor.append(state, CHAMPION, state.champion_version, event, *parts)

    def roll_back(self, state: ProjectState, version: str, *, reason: str) -> Record:
        """Put the champion back to `version`; no fresh approval, but everything else is checked.

        Raises what `promote` raises. The time from the call to the committed
        event is recorded as the time to restore.
        """
        begun = time.perf_counter()
        self._prove_moves(state)
        model = state.models.get(version)
        facts = self._facts(state, version, model)
        decision = judge_rollback(facts)
        if model is None or state.champion is None or not decision.verdict.good:
            raise self.actor.refused(state, version, "roll back", decision)
        event = RolledBack(
            version=version,
            replaces=state.champion,
            manifest_digest=facts.manifest_digest,
            reason=reason,
            measured={"stage": "roll back", "seconds": time.perf_counter() - begun},
        )
        parts = ("roll-back", version, len(state.moves))
        return self.actor.append(state, CHAMPION, state.champion_version, event, *parts)

    def _facts(self, state: ProjectState, version: str, model: ModelState | None) -> Facts:
        """Look at everything the rules ask for; what cannot be looked at stays unknown."""
        if model is None:
            return Facts(version=version, champion=state.champion)
        digest = manifest_digest(model.manifest)
        gate = model.gate
        wrong = wrong_objects(self.lake, model.manifest)
        return Facts(
            version=version,
            champion=state.champion,
            known=True,
            gate=gate.decision if gate else None,
            gate_manifest_digest=gate.manifest_digest if gate else "",
            manifest_digest=digest,
            judged_against_champion=gate is not None and gate.against == state.champion,
            policy_in_force=_same(
                self.project.policy.digest,
                state.policy_digest,
                model.manifest.digests.get("policy"),
                gate.policy_digest if gate else None,
            ),
            contract_in_force=_same(
                self.project.declaration.contract.digest,
                model.manifest.digests.get("contract"),
                gate.contract_digest if gate else None,
            ),
            signed=is_signed(self.signer, model),
            evaluation_agrees=not wrong and gate is not None and evaluation_agrees(self.lake, gate),
            wrong_objects=wrong,
            learnt_withdrawn=state.withdrawn_of(model.learnt),
            judged_withdrawn=state.withdrawn_of(model.judged_on),
            smoke=None if wrong else self._asked(model.manifest),
            approvals=tuple(self._shown(model)),
            quorum=self._quorum,
            now=self.clock.now(),
            mode=self.project.policy.release.mode.value,
            valid_days=self.project.policy.release.approval_valid_days.value,
            author=model.manifest.author,
            mover=self.signer.principal.name,
            roles=self.signer.principal.roles,
            was_promoted=was_promoted(self.signer, model, digest),
            revoked=model.revoked,
            retired=model.retired,
        )

    @property
    def _quorum(self) -> int:
        asked = self.project.policy.release.quorum
        return asked.value if asked else 1

    def _shown(self, model: ModelState) -> Iterator[Shown]:
        for key, approval in sorted(model.approvals.items()):
            yield Shown(
                key=key,
                approval=approval,
                signed=is_genuine(self.signer, approval, model.approval_records[key]),
                spent=model.spent(key),
                withdrawn=key in model.withdrawn,
            )

    def _prove_moves(self, state: ProjectState) -> None:
        """Who serves rests on these records, so each is proved again, whoever read `state`."""
        moves = self.ledger.read(stream=stream(state.project, CHAMPION))
        for _ in proved(moves, self.signer):
            pass

    def _asked(self, manifest: Manifest) -> Decision:
        try:
            return self.smoke(manifest)
        except CafError as error:
            reason = Reason(code="smoke_failed", text=f"the model could not be asked: {error}")
            return Decision(by="smoke test", verdict=Verdict.REFUSE, reasons=(reason,))


def _same(*digests: str | None) -> bool:
    """Whether all are known and one and the same."""
    return bool(digests[0]) and len(set(digests)) == 1

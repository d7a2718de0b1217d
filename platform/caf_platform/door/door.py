"""The one door: a model reaches production by `Door.promote`, or back by `Door.roll_back`.

Nothing else appends a promotion. The committed event *is* the move; the tracking store's alias
and the serving process follow it. Facts are gathered here (bytes read, signature checked,
model asked); whether they suffice is decided by the pure rules in `rules`.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.digest import digest_of, short
from caf_platform.door.rules import Facts, judge_promotion, judge_rollback
from caf_platform.errors import CafError, Conflict, Refused, Tampered
from caf_platform.ledger.events import (
    ApprovalGiven,
    Event,
    GateDecided,
    Promoted,
    PromotionRefused,
    RolledBack,
)
from caf_platform.ledger.privileged import MAY_PROMOTE, proved
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.signing import sign_event, signatory
from caf_platform.ledger.state import ModelState, ProjectState
from caf_platform.ledger.streams import CHAMPION, DECISIONS, key, stream
from caf_platform.ledger.values import Manifest
from caf_platform.model.manifest import manifest_digest, verify_manifest
from caf_platform.ports.clock import Clock
from caf_platform.ports.lake import Lake
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Role, Signer
from caf_platform.project.model import Project

Smoke = Callable[[Manifest], Decision]
"""Loads the version through the verified loader and asks it the golden rows."""

NAMED = ("artifact", "data", "evaluation", "golden")
"""What every manifest names at least; without the golden rows nobody can be asked them."""

CAPABILITIES = (
    Capability.CHANGE_AND_RELEASE_MANAGEMENT,
    Capability.APPLICATION_SECURITY,
    Capability.SECURITY_GOVERNANCE,
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
            raise self._refuse(state, version, "promote", decision)
        event = Promoted(
            version=version,
            replaces=state.champion,
            manifest=model.manifest,
            manifest_digest=facts.manifest_digest,
            approval_key=facts.approval_key,
            reason=reason,
        )
        return self._commit(state, event, "promote", version, len(state.moves))

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
            raise self._refuse(state, version, "roll back", decision)
        event = RolledBack(
            version=version,
            replaces=state.champion,
            manifest_digest=facts.manifest_digest,
            reason=reason,
            measured={"stage": "roll back", "seconds": time.perf_counter() - begun},
        )
        return self._commit(state, event, "roll-back", version, len(state.moves))

    def _facts(self, state: ProjectState, version: str, model: ModelState | None) -> Facts:
        """Look at everything the rules ask for; what cannot be looked at stays unknown."""
        if model is None:
            return Facts(version=version, champion=state.champion)
        digest = manifest_digest(model.manifest)
        gate = model.gate
        wrong = self._wrong_objects(model.manifest)
        return Facts(
            version=version,
            champion=state.champion,
            known=True,
            gate=gate.decision if gate else None,
            gate_manifest_digest=gate.manifest_digest if gate else "",
            manifest_digest=digest,
            judged_against_champion=gate is not None and gate.against == state.champion,
            policy_in_force=_same(
                state.policy_digest,
                model.manifest.digests.get("policy"),
                gate.policy_digest if gate else None,
            ),
            contract_in_force=_same(
                self.project.declaration.contract.digest,
                model.manifest.digests.get("contract"),
                gate.contract_digest if gate else None,
            ),
            signed=self._signed(model),
            evaluation_agrees=not wrong and gate is not None and self._agrees(gate),
            wrong_objects=wrong,
            smoke=None if wrong else self._asked(model.manifest),
            approvals=tuple(sorted(model.approvals.items())),
            genuine=tuple(
                key
                for key, approval in sorted(model.approvals.items())
                if self._genuine(approval, model.approval_records[key])
            ),
            now=self.clock.now(),
            mode=self.project.policy.release.mode.value,
            valid_days=self.project.policy.release.approval_valid_days.value,
            author=self.project.declaration.owners.model,
            mover=self.signer.principal.name,
            roles=self.signer.principal.roles,
            was_promoted=self._was_promoted(model, digest),
            revoked=model.revoked,
        )

    def _prove_moves(self, state: ProjectState) -> None:
        """Who serves rests on these records, so each is proved again, whoever read `state`."""
        moves = self.ledger.read(stream=stream(state.project, CHAMPION))
        for _ in proved(moves, self.signer):
            pass

    def _signed(self, model: ModelState) -> bool:
        """Whether the platform signed what the gate said, and exactly this manifest as well."""
        record, gate = model.gate_record, model.gate
        if record is None or gate is None or record.event != gate:
            return False
        by = signatory(self.signer, record)
        signature = gate.manifest_signature
        return (
            by is not None
            and Role.PLATFORM in by.roles
            and signature is not None
            and verify_manifest(self.signer, model.manifest, signature)
            and self.signer.principal_of(signature.key_id) == by
        )

    def _agrees(self, gate: GateDecided) -> bool:
        """Whether the stored evaluation gives this verdict, by these parts, of these two."""
        key = gate.manifest.keys["evaluation"]
        found = self.lake.read(key, expected=gate.manifest.digests["evaluation"])
        said = gate.model_dump(mode="json")
        try:
            stored = json.loads(found)
            compared = stored["evidence"]
            seen = (stored["decision"], stored["parts"])
            contenders = (compared["challenger"], compared["champion"])
        except (ValueError, KeyError, TypeError):
            return False
        told = (said["decision"], said["parts"])
        return (key, seen, contenders) == (gate.evidence_key, told, (gate.version, gate.against))

    def _was_promoted(self, model: ModelState, digest: str) -> bool:
        """Whether somebody who may promoted exactly what its manifest says today."""
        record = model.promotion
        if record is None or record.type != Promoted.TYPE:
            return False
        by = signatory(self.signer, record)
        lawful = by is not None and bool(MAY_PROMOTE & set(by.roles))
        return lawful and record.payload["manifest_digest"] == digest

    def _genuine(self, approval: ApprovalGiven, record: Record) -> bool:
        """Whether its approver signed it: a person by their own key, the policy by the platform."""
        by = signatory(self.signer, record)
        if by is None or by.automatic is not approval.automatic:
            return False
        if approval.automatic:
            return Role.PLATFORM in by.roles
        return Role.APPROVER in by.roles and by.name == approval.approver

    def _wrong_objects(self, manifest: Manifest) -> tuple[str, ...]:
        """Names of digests whose bytes in the lake are missing or other bytes."""
        wrong = [name for name in (*NAMED, *manifest.digests) if name not in manifest.keys]
        for name, lake_key in manifest.keys.items():
            try:
                self.lake.read(lake_key, expected=manifest.digests.get(name, ""))
            except CafError:
                wrong.append(name)
        return tuple(dict.fromkeys(wrong))

    def _asked(self, manifest: Manifest) -> Decision:
        try:
            return self.smoke(manifest)
        except CafError as error:
            reason = Reason(code="smoke_failed", text=f"the model could not be asked: {error}")
            return Decision(by="smoke test", verdict=Verdict.REFUSE, reasons=(reason,))

    def _commit(self, state: ProjectState, event: Event, verb: str, *parts: object) -> Record:
        return self._append(state, CHAMPION, state.champion_version, event, verb, *parts)

    def _refuse(self, state: ProjectState, version: str, verb: str, decision: Decision) -> Refused:
        """Record the refusal, then return it as the exception to raise.

        The platform asks once at any moment of its calendar: killed in between and taken up
        again, it is the same refusal. A person's second try is recorded like the first.
        """
        event = PromotionRefused(version=version, verb=verb, decision=decision)
        attempt: tuple[object, ...] = (state.seq,)
        if self.signer.principal.automatic:
            said = short(digest_of(decision.model_dump(mode="json")))
            attempt = (f"{self.clock.now():%Y-%m-%dT%H:%M:%S}", said)
        self._append(state, DECISIONS, None, event, "refused", verb, version, *attempt)
        return Refused(
            f"The door refused to {verb} '{version}' of {state.project}: {decision.summary}.",
            next_step=f"See it with: caf history --project {state.project}",
        )

    def _append(
        self, state: ProjectState, part: str, expected: int | None, event: Event, *parts: object
    ) -> Record:
        """One privileged event, signed by whoever acts over everything that it says."""
        where, once = stream(state.project, part), key(state.project, state.play, *parts)
        record = self.ledger.append(
            where,
            expected,
            event,
            key=once,
            envelope=Envelope(
                actor=self.signer.principal.name,
                correlation=f"{state.project}/play-{state.play}",
                virtual_time=self.clock.now(),
                capabilities=CAPABILITIES,
                signature=sign_event(self.signer, where, once, event),
            ),
        )
        _check(record, where, expected, event)
        state.catch_up(self.ledger)
        return record


def _check(record: Record, where: str, expected: int | None, event: Event) -> None:
    """A key that was used before gives the former record: it must say what was asked for.

    `Conflict` when somebody else said something else first, `Tampered` when the key was used for
    another kind of thing.
    """
    if (record.stream, record.type) != (where, event.TYPE):
        raise Tampered(
            f"Record {record.seq} of the ledger stands where a '{event.TYPE}' belongs.",
            why=f"It is a '{record.type}' in stream '{record.stream}', under the same key.",
            next_step="Run: caf audit verify; keep the ledger as evidence, and restore a backup.",
        )
    asked = event.model_dump(mode="json", exclude={"measured"})
    if {name: value for name, value in record.payload.items() if name != "measured"} != asked:
        raise Conflict(where, expected or 0, record.position)


def _same(*digests: str | None) -> bool:
    """Whether all are known and one and the same."""
    return bool(digests[0]) and len(set(digests)) == 1

"""The gate's and the door's decisions, taken again from a bundle's evidence. Pure.

The same functions decide as did then. What the door saw and no bundle holds is the model itself:
that its bytes and golden rows were right then stands in the signed promotion, not here.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from caf_governance.bundle.basis import Basis
from caf_platform.decision import Decision, Verdict
from caf_platform.digest import digest_of
from caf_platform.door.proofs import approval_digests, evaluation_says, is_genuine, is_signed
from caf_platform.door.rules import Facts, Shown, judge_promotion
from caf_platform.ledger.signing import signatory
from caf_platform.model.manifest import manifest_digest
from caf_platform.ports.signer import Signer
from caf_platform.project.policy import Policy


def gates_again(found: Basis, evidence: Mapping[str, Any]) -> Iterator[str]:
    """Where the gate's recorded decision does not follow from the evidence and the policy."""
    from caf_governance.gates.evidence import ReleaseEvidence
    from caf_governance.gates.release import judge

    gate, policy = found.gate, _policy(evidence)
    seen = ReleaseEvidence.model_validate(evidence["evaluation"]["evidence"])
    if (seen.challenger, seen.champion) != (gate.version, gate.against):
        yield "the evaluation is of other contenders than the gate's record"
    decision, parts = judge(seen, policy.release, policy.training)
    for name in sorted(set(parts) ^ set(gate.parts)):
        yield f"gate '{name}' was {'not asked then' if name in parts else 'asked, and is not here'}"
    for name in sorted(set(parts) & set(gate.parts)):
        yield from _differences(f"gate '{name}'", gate.parts[name], parts[name])
    yield from _differences("the release decision", gate.decision, decision)
    if not decision.verdict.good:
        yield f"by its evidence it should not have been promoted: {decision.summary}"


def door_again(found: Basis, evidence: Mapping[str, Any], signer: Signer) -> Iterator[str]:
    """Which of the door's rules the promotion does not keep, and what it rests on wrongly."""
    facts = facts_again(found, evidence, signer)
    decision = judge_promotion(facts)
    if not decision.verdict.good:
        yield from (f"{reason.code}: {reason.text}" for reason in decision.reasons)
    promoted, model = found.promoted, found.model_before()
    if promoted.approvals != facts.approval_keys:
        yield "the promotion rests on other approvals than those that held"
    if promoted.approval_digests != approval_digests(model, promoted.approvals):
        yield "an approval says something else than when it was used"
    if promoted.replaces != found.champion_before:
        yield f"it replaced {promoted.replaces}, and {found.champion_before} served"


def facts_again(found: Basis, evidence: Mapping[str, Any], signer: Signer) -> Facts:
    """What the door saw, as far as a bundle shows it."""
    state, gate, manifest = found.state_before(), found.gate, found.promoted.manifest
    model, mover = found.model_before(), signatory(signer, found.promotion)
    release, policy = _policy(evidence).release, digest_of(evidence["policy"])
    return Facts(
        version=found.promoted.version,
        champion=found.champion_before,
        known=True,
        gate=gate.decision,
        gate_manifest_digest=gate.manifest_digest,
        manifest_digest=manifest_digest(manifest),
        judged_against_champion=gate.against == found.champion_before,
        policy_in_force=policy == state.policy_digest == gate.policy_digest,
        contract_in_force=manifest.digests["contract"] == gate.contract_digest,
        signed=is_signed(signer, model) and model.manifest == manifest,
        evaluation_agrees=evaluation_says(evidence["evaluation"], gate),
        wrong_objects=(),
        learnt_withdrawn=found.withdrawn(found.trained.batches, found.training),
        judged_withdrawn=found.withdrawn(gate.judged_batches, found.gate_record),
        smoke=Decision(by="smoke test", verdict=Verdict.PASS),
        approvals=tuple(
            Shown(
                key=key,
                approval=approval,
                signed=is_genuine(signer, approval, model.approval_records[key]),
                spent=model.spent(key),
                withdrawn=key in model.withdrawn,
            )
            for key, approval in sorted(model.approvals.items())
        ),
        quorum=release.quorum.value if release.quorum else 1,
        now=found.promotion.envelope.virtual_time,
        mode=release.mode.value,
        valid_days=release.approval_valid_days.value,
        author=manifest.author,
        mover=mover.name if mover else "",
        roles=mover.roles if mover else (),
        was_promoted=model.promoted,
        revoked=model.revoked,
        retired=model.retired,
    )


def _policy(evidence: Mapping[str, Any]) -> Policy:
    return Policy.model_validate_json(json.dumps(evidence["policy"]))


def _differences(what: str, recorded: Decision, again: Decision) -> Iterator[str]:
    """What a decision says otherwise than it did; wording is left aside."""
    if recorded.verdict is not again.verdict:
        yield f"{what} was {recorded.verdict}, and is {again.verdict} by its evidence"
    said = [(reason.code, reason.found, reason.limit) for reason in recorded.reasons]
    if said != [(reason.code, reason.found, reason.limit) for reason in again.reasons]:
        yield f"{what} gave other reasons than its evidence does"
    for name in sorted(set(recorded.numbers) | set(again.numbers)):
        if recorded.numbers.get(name) != again.numbers.get(name):
            yield (
                f"{what}: {name} was {recorded.numbers.get(name)}, "
                f"and is {again.numbers.get(name)} by its evidence"
            )

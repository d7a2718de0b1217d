"""From a challenger to a decision at the door: judge, approve, promote."""

from dataclasses import dataclass, replace

from caf_governance.gates.evidence import Contender
from caf_governance.gates.fair import NAME as FAIR
from caf_governance.risks.status import StandingRisk
from caf_pipelines.history import headline
from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put_json
from caf_pipelines.lifecycle.training import Training
from caf_pipelines.proving.checkout import ROOT
from caf_pipelines.risks.reading import judged_risks
from caf_pipelines.stages.approve import approve
from caf_pipelines.stages.evaluate import Evaluation, evaluate
from caf_pipelines.stages.move import promote
from caf_platform.decision import Decision, Reason, Verdict, all_of
from caf_platform.digest import short
from caf_platform.errors import BadInput, Conflict, Mistakes, Refused
from caf_platform.ledger.events import ApprovalAwaited, ApprovalGiven, GateDecided
from caf_platform.ledger.streams import MODELS
from caf_platform.ledger.values import Manifest
from caf_platform.model.manifest import manifest_digest, sign_manifest
from caf_platform.ports.scorer import Scorer


@dataclass
class Release:
    """Judges challengers of one play and takes them as far as gate and approvals allow."""

    session: Session
    models: Models
    training: Training

    def challenge(self, window: str, cause: str, cost_of_one: float) -> None:
        """Train a challenger for a cause, judge it, and let it through the door if it may.

        While the gate refuses one for how it treats groups of people, the next alternative that
        the project declares is trained and judged in its place: a whole version each, on record.
        `cost_of_one` is what training one candidate costs, in declared units.
        """
        project = self.session.declaration
        for alternative in (None, *range(len(project.alternatives))):
            trained = len(project.candidates) if alternative is None else 1
            version = self._attempt(window, cause, cost_of_one * trained, alternative)
            if version is None or not self._unfair(version):
                return

    def _attempt(
        self, window: str, cause: str, cost_units: float, alternative: int | None
    ) -> str | None:
        """One challenger on its whole way; None when there is too little to train it on."""
        step = self.session.conductor.step
        version = step(
            window,
            ("train",),
            lambda: self.training.train(window, cause, cost_units, alternative=alternative),
        )
        if version is not None:
            step(version, ("evaluate",), lambda: self._judged(version))
            step(version, ("approve",), lambda: self._approved(version))
            step(version, ("promote",), lambda: self._promoted(version, cause))
        return version

    def _unfair(self, version: str) -> bool:
        """Whether the gate for groups of people refused a version."""
        gate = self.models.state(version).gate
        said = gate.parts.get(FAIR) if gate else None
        return said is not None and said.verdict is Verdict.REFUSE

    def _judged(self, version: str) -> None:
        """Score every contender on the gate's days, judge, and record it; once per version."""
        split = self.training.split()
        if split is None or self.session.done("gate", version):
            return
        frames, trained = self.session.frames, self.models.state(version).trained
        batches = frames.usable(split.gate_from, split.gate_to)
        rows = frames.labelled(batches)
        self.session.timeline.progress(f"judging {version} on {len(rows):,} rows")
        scorers = self._contenders(version)
        with self.session.measuring("evaluate") as measured:
            judged = evaluate(
                rows,
                scorers,
                {
                    who: self.models.trained_on(scorers[who].version)
                    for who in (Contender.CHALLENGER, Contender.CHAMPION)
                    if who in scorers
                },
                project=self.session.declaration,
                policy=self.session.policy,
                times=self.training.times(rows),
                taught=self.models.taught(version, len(rows)),
                risks=self._risks(),
            )
        event = self._decided(self._under_its_own_rules(judged, trained.manifest), trained.manifest)
        days = {"judged_from": str(split.gate_from), "judged_to": str(split.gate_to)}
        data = {**days, "judged_batches": tuple(batches)}
        event = event.model_copy(update={"measured": measured, **data})
        self.session.record("evaluate", MODELS, event, "gate", version)
        self.session.tell(version, "evaluate", event.decision.verdict.value, headline(event))

    def _risks(self) -> tuple[StandingRisk, ...] | None:
        """The register as it stands, where the policy bounds it; None when it cannot be read."""
        if self.session.policy.release.max_risk is None:
            return None
        try:
            judged = judged_risks(self.session.platform.clone or ROOT)
        except (BadInput, Mistakes):
            return None
        return tuple(one.standing for one in judged)

    def _contenders(self, version: str) -> dict[Contender, Scorer]:
        """The challenger, the champion if there is one, and the challenger's two yardsticks."""
        champion = self.session.state.champion
        found = {Contender.CHALLENGER: self.models.scorer(version)}
        if champion is not None:
            found[Contender.CHAMPION] = self.models.scorer(champion)
        yardsticks = self.models.state(version).trained.baselines
        return found | {
            Contender(name): self.models.yardstick(version, name, stored)
            for name, stored in yardsticks.items()
        }

    def _decided(self, judged: Evaluation, trained: Manifest) -> GateDecided:
        """The gate's event; its evidence is stored and becomes part of the signed manifest."""
        evidence = {
            "evidence": judged.evidence.model_dump(mode="json"),
            "decision": judged.decision.model_dump(mode="json"),
            "parts": {name: part.model_dump(mode="json") for name, part in judged.parts.items()},
        }
        lake, project = self.session.lake, self.session.project
        key, content = put_json(lake, project.name, f"{trained.version}/evaluation", evidence)
        manifest = trained.model_copy(
            update={
                "digests": {**trained.digests, "evaluation": content},
                "keys": {**trained.keys, "evaluation": key},
            }
        )
        return GateDecided(
            version=trained.version,
            against=judged.evidence.champion,
            decision=judged.decision,
            parts=judged.parts,
            manifest=manifest,
            manifest_digest=manifest_digest(manifest),
            evidence_key=key,
            policy_digest=project.policy.digest,
            contract_digest=project.declaration.contract.digest,
            manifest_signature=sign_manifest(self.session.platform.signer, manifest),
        )

    def _under_its_own_rules(self, judged: Evaluation, manifest: Manifest) -> Evaluation:
        """What was judged under another policy or contract than it was trained under is not judged.

        Limits that were changed in between say nothing about the version that its manifest names.
        """
        project = self.session.project
        now = {"policy": project.policy.digest, "contract": project.declaration.contract.digest}
        changed = [
            Reason(
                code=f"{name}_changed",
                text=f"it was trained under {name} {short(manifest.digests.get(name, ''))}, "
                f"and judged under {short(digest)}",
            )
            for name, digest in now.items()
            if manifest.digests.get(name) != digest
        ]
        if not changed:
            return judged
        own = Decision(by="own_rules", verdict=Verdict.CANNOT_JUDGE, reasons=tuple(changed))
        parts = {**judged.parts, own.by: own}
        return replace(judged, decision=all_of(judged.decision.by, parts.values()), parts=parts)

    def _approved(self, version: str) -> None:
        gate = self.models.state(version).gate
        if gate is None or self.session.done("approval", version):
            return
        answer = approve(gate, self.session.policy.release, now=self.session.clock.now())
        if answer is None:
            return
        key = "approval" if isinstance(answer, ApprovalGiven) else "approval-awaited"
        self.session.record("approve", MODELS, answer, key, version)
        if isinstance(answer, ApprovalAwaited):
            project = self.session.project.name
            text = f"a person must approve: caf approve {version} --project {project}"
            self.session.tell(version, "approve", "cannot_judge", text)
        else:
            text = f"automatic, by the policy's mode; expires {answer.expires_at:%Y-%m-%d}"
            self.session.tell(version, "approve", "ok", text)

    def _promoted(self, version: str, cause: str) -> None:
        model = self.models.state(version)
        if model.promoted or not any(one.automatic for one in model.approvals.values()):
            return  # where a person says yes, a person publishes: `caf promote`
        try:
            promote(self.models.door(), self.session.state, version, reason=cause)
        except Conflict:
            raise
        except Refused as refusal:
            self.session.tell(version, "promote", "refuse", refusal.what)
            self.session.open_incident(
                "promote",
                f"promotion-refused-{version}",
                severity="high",
                title=f"the door refused to promote {version}",
                cause=refusal.what,
            )
            return
        self.models.mirror()
        self.session.tell(version, "promote", "promoted", f"{version} is the champion now")

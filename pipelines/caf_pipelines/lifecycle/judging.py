"""A batch judged against the contract, with the bytes in which its good rows are stored."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from caf_pipelines.stages.validate import Validated, validate
from caf_platform.contract.model import Contract
from caf_platform.ports.validator import Validator
from caf_platform.project.classified import Classes, to_parquet
from caf_platform.project.model import Declaration
from caf_platform.project.policy import Policy, ValidationPolicy


@dataclass(frozen=True)
class Terms:
    """What every batch of a project is judged by."""

    project: str
    contract: Contract
    policy: ValidationPolicy
    event_time: str | None
    classes: Classes

    @classmethod
    def of(cls, declaration: Declaration, policy: Policy) -> "Terms":
        """A project's own terms, under the policy in force."""
        clock = declaration.clock
        return cls(
            declaration.name,
            declaration.contract,
            policy.validation,
            clock.event_time,
            Classes.of(declaration),
        )


@dataclass(frozen=True)
class Judged:
    """A judgement, and the accepted rows as Parquet bytes; none of a batch that was refused."""

    validated: Validated
    parquet: bytes


def judge(
    raw: bytes,
    terms: Terms,
    validator: Validator,
    *,
    earlier: Container[str],
    arrived_at: datetime,
) -> Judged:
    """Run the stage. What a batch tells of has happened before it arrived."""
    validated = validate(
        raw,
        project=terms.project,
        contract=terms.contract,
        validator=validator,
        policy=terms.policy,
        earlier=earlier,
        not_after={terms.event_time: arrived_at} if terms.event_time else {},
    )
    good = validated.decision.verdict.good
    return Judged(validated, to_parquet(validated.accepted, terms.classes) if good else b"")

"""Stages *promote* and *rollback*: through the one door, and nowhere else."""

from caf_pipelines.stage import Retry, stage
from caf_platform.capabilities import Capability
from caf_platform.door.door import Door
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState


@stage(
    "promote",
    Capability.CONTINUOUS_INTEGRATION_AND_DELIVERY,
    Capability.CHANGE_AND_RELEASE_MANAGEMENT,
    Capability.APPLICATION_SECURITY,
    retry=Retry.NEVER,
)
def promote(door: Door, state: ProjectState, version: str, *, reason: str) -> Record:
    """Ask the door to make a version the champion; raises what the door raises."""
    return door.promote(state, version, reason=reason)


@stage(
    "rollback",
    Capability.AVAILABILITY_AND_CONTINUITY,
    Capability.CHANGE_AND_RELEASE_MANAGEMENT,
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
    retry=Retry.NEVER,
)
def roll_back(door: Door, state: ProjectState, version: str, *, reason: str) -> Record:
    """Ask the door to put the champion back to an earlier version; raises what the door raises."""
    return door.roll_back(state, version, reason=reason)

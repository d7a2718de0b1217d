"""Trainings in a tracking store: one of the sample model."""

from typing import Any

from model_samples import fitted
from tracking_crew import record_of

from caf_platform.ports.tracking import TrackedVersion, Tracking


def log(tracking: Tracking, project: str, **changed: Any) -> TrackedVersion:
    """Log a training of the sample model."""
    return tracking.log_training(record_of(project, **changed), fitted("logistic"))

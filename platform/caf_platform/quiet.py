"""What every process of the platform sets before it imports anything heavy."""

import os
from collections.abc import Mapping
from typing import Final

QUIET: Final[Mapping[str, str]] = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Nothing phones home, and numeric threads do not spin on small machines."""


def quiet() -> None:
    """Set `QUIET` for this process and its children; what a person has set is left alone."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)

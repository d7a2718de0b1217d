"""What holds in every process of the platform before it imports anything heavy.

`caf_platform` itself calls `quiet`, so whoever imports any part of the platform has it: the
command line, a script, a worker of the deployment. Child processes inherit it. Nobody else sets
such variables. Great Expectations has nothing to switch off (read in 1.24), Evidently's library
neither, but its server has.
"""

import os
from collections.abc import Mapping
from typing import Final

QUIET: Final[Mapping[str, str]] = {
    "DO_NOT_TRACK": "true",  # Evidently, Prefect's client; MLflow, for which `1` would not do
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # the server does not look at DO_NOT_TRACK
    "AWS_EC2_METADATA_DISABLED": "true",  # boto3 without credentials asks a link-local address
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Nothing phones home, and numeric threads do not spin on small machines."""


def quiet() -> None:
    """Set `QUIET` for this process and its children; what a person has chosen is left alone.

    A variable that is set to nothing is no choice.
    """
    for name, value in QUIET.items():
        if not os.environ.get(name):
            os.environ[name] = value

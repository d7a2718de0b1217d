"""Starts a worker that judges, tells its process, and waits to be killed.

`python judging_crew.py` prints the worker's process number once it has answered.
"""

import sys
import time
from datetime import UTC, datetime

from micro_play import micro

from caf_pipelines.lifecycle.judging import Terms
from caf_pipelines.lifecycle.worker import Worker

if __name__ == "__main__":
    project = micro()
    worker = Worker(Terms.of(project.declaration, project.policy))
    worker.judge(b"no such column\n", datetime(2020, 1, 1, tzinfo=UTC))
    sys.stdout.write(f"{worker.process.pid}\n")
    sys.stdout.flush()
    time.sleep(600)

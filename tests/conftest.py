"""What every test starts from: quiet libraries, one thread each, and a home of its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from exploring import explore
from postgres import Cluster, postgres_server
from ran import record
from s3 import s3_server

from caf_platform.quiet import QUIET

if TYPE_CHECKING:
    from caf_platform.adapters.ledger import SqlLedger

os.environ.update(
    QUIET,  # whatever a developer has chosen
    # Never a developer's own account: tests speak to a server of their own.
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",  # noqa: S106 (no secret: the server takes any)
    AWS_DEFAULT_REGION="us-east-1",
)
for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
    os.environ.pop(name, None)

explore()  # before any test states its own settings, which begin with these


def pytest_configure(config: pytest.Config) -> None:
    """Each session leaves word of which tests ran over which tree, and how they ended."""
    record(config)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The URL of an S3 server that lives as long as the test session; it starts empty."""
    with s3_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One PostgreSQL server for the session (under xdist: for each worker)."""
    with postgres_server() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of the test's own."""
    with postgres_cluster.database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger can be opened for the first time, once on each engine."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/new/ledger.db"


@pytest.fixture
def ledger(ledger_url: str) -> "Iterator[SqlLedger]":
    """An empty ledger on each engine, with a clock that stands still."""
    # Imported here, so that tests without a ledger start without a database library.
    from ledger_samples import CLOCK

    from caf_platform.adapters.ledger import SqlLedger

    opened = SqlLedger.open(ledger_url, clock=CLOCK)
    yield opened
    opened.close()

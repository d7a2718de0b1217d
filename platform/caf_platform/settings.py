"""Settings of one installation, from `CAF_*` environment variables; strict and all optional."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from caf_platform.errors import BadInput


class Profile(StrEnum):
    """Which set of adapters: everything on this machine, or on AWS."""

    LOCAL = "local"
    AWS = "aws"


class Orchestrator(StrEnum):
    """Who calls the stages: Prefect, or the program itself."""

    PREFECT = "prefect"
    NONE = "none"


class Settings(BaseSettings):
    """One installation; a variable that is set to nothing is as good as not set.

    home          where state lives
    projects      the folder with one use case per sub-folder
    profile       local or aws
    ledger_url    SQLAlchemy URL; default: a SQLite file in home
    lake_url      `s3://bucket/prefix`, or a folder; default: `lake` in home
    witness       the folder of the ledger's witness; default: `witness` in home
    s3_endpoint   another S3 endpoint, e.g. of a test server
    sample        share of rows to play with, for quick runs
    orchestrator  prefect or none
    prices        the price file that makes money of costs; default: the one in the package
    actor         the name that is recorded for what a person does
    """

    model_config = SettingsConfigDict(
        env_prefix="CAF_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Path(".caf")
    projects: Path = Path("examples")
    profile: Profile = Profile.LOCAL
    ledger_url: str = ""
    lake_url: str = ""
    witness: str = ""
    s3_endpoint: str = ""
    sample: Annotated[float, Field(gt=0, le=1)] | None = None
    orchestrator: Orchestrator = Orchestrator.PREFECT
    prices: str = ""
    actor: str = ""

    @property
    def ledger(self) -> str:
        """The ledger's URL."""
        return self.ledger_url or f"sqlite:///{(self.home / 'ledger.db').absolute()}"


def read_settings() -> Settings:
    """The settings of the environment, or `BadInput` that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"CAF_{str(line['loc'][0]).upper()}: {line['msg']}" for line in error.errors()]
        raise BadInput(
            "Settings cannot be read.",
            why="; ".join(lines),
            next_step="Set it as docs/reference.md says, or unset it.",
        ) from None

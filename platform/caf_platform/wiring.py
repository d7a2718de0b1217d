"""The composition root: which adapter stands behind which port, chosen by typed settings.

Adapters are made at first use, and their libraries imported then: a command pays only for what
it touches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from weakref import ReferenceType, ref

from caf_platform.adapters.lake_erased import ErasedLake
from caf_platform.adapters.pseudonyms import FILE, Pseudonyms, open_pseudonyms
from caf_platform.adapters.token_keys import TokenKeys
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, Unavailable
from caf_platform.ledger.erasures import Erasures, read_erasures
from caf_platform.plugins import PLUGINS, Kind, register
from caf_platform.ports.alerts import AlertRoute
from caf_platform.ports.clock import Clock, SystemClock
from caf_platform.ports.drift import DriftMeter
from caf_platform.ports.lake import Lake
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Identities, Principal, Role, Signer
from caf_platform.ports.tracking import Tracking
from caf_platform.ports.validator import Validator
from caf_platform.ports.witness import Witness
from caf_platform.project.load import load_project
from caf_platform.project.model import Project
from caf_platform.settings import Settings

LAKES: Mapping[str, str] = {
    "file": "caf_platform.adapters.lake_local",
    "s3": "caf_platform.adapters.lake_s3",
}
"""The built-in lakes by their URL's scheme; each registers itself when it is imported."""


@register(Kind.CONTROL, "ports and adapters", Capability.PLATFORM_ARCHITECTURE)
@dataclass
class Platform:
    """One installation's ports. Assigning one before its first use replaces its adapter.

    `patience` is how many seconds a writer of the ledger waits for another one. `clone` is the one
    whose risk register and tests are asked; None: the one that runs.
    """

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    patience: float = 30.0
    clone: Path | None = None

    @property
    def home(self) -> Path:
        """Where state lives; made at first use."""
        try:
            self.settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                f"The home '{self.settings.home}' cannot be written.",
                why=str(error.strerror),
                next_step="Set CAF_HOME to a folder that can.",
            ) from error
        return self.settings.home.absolute()

    @cached_property
    def ledger(self) -> Ledger:
        """The log everything else follows."""
        from caf_platform.adapters.ledger import SqlLedger
        from caf_platform.ledger.witnessed import WitnessedLedger

        if not self.settings.ledger_url:
            there(self.home)
        opened = SqlLedger.open(self.settings.ledger, patience=self.patience)
        return WitnessedLedger(opened, self.witness, self.alerts)

    @cached_property
    def witness(self) -> Witness:
        """Who notes how far the ledger had come: a folder with a key of its own."""
        from caf_platform.adapters.witness import LocalWitness

        chosen = self.settings.witness
        folder = Path(chosen).absolute() if chosen else self.home / "witness"
        if folder.exists() and not folder.is_dir():
            raise Unavailable(
                f"The witness '{folder}' is no folder.",
                next_step="Set CAF_WITNESS to the folder in which it keeps what it was shown.",
            )
        return LocalWitness(folder)

    @cached_property
    def lake(self) -> Lake:
        """Write-once bytes: the registered store whose scheme the lake's URL has."""
        url = self.settings.lake_url or str(self.home / "lake")
        scheme = url.partition("://")[0] if "://" in url else "file"
        if scheme in LAKES:
            import_module(LAKES[scheme])
        stores = {plugin.details["scheme"]: plugin for plugin in PLUGINS.of(Kind.STORE)}
        if scheme not in stores:
            known = ", ".join(sorted({*stores, *LAKES}))
            raise BadInput(f"No store for '{url}'.", next_step=f"Known schemes: {known}.")
        lake: Lake = stores[scheme].target.at(url, self.settings)
        return ErasedLake(lake, _told_by(ref(self), self.settings))

    def pseudonyms(self, wanted: str = "") -> Pseudonyms:
        """Keyed digests of people: with the key of this name, or with the one that is there."""
        return open_pseudonyms(self.home / "keys" / FILE, wanted)

    def token_keys(self, project: str) -> TokenKeys:
        """The keys by which a project's identifiers become tokens."""
        return TokenKeys(self.home / "keys" / "tokens" / project)

    @cached_property
    def tracking(self) -> Tracking:
        """MLflow, as the mirror of runs and versions."""
        from caf_platform.adapters.tracking import MlflowTracking

        return MlflowTracking.open(self.home / "mlflow")

    @cached_property
    def validator(self) -> Validator:
        """Great Expectations."""
        from caf_platform.adapters.validator import GreatExpectations

        return GreatExpectations()

    @property
    def has_own_validator(self) -> bool:
        """Whether nobody assigned another one: then every process makes the same."""
        made = vars(self).get("validator")
        return made is None or type(made).__module__ == "caf_platform.adapters.validator"

    @cached_property
    def drift(self) -> DriftMeter:
        """Evidently."""
        from caf_platform.adapters.drift import EvidentlyDrift

        return EvidentlyDrift()

    @cached_property
    def signer(self) -> Signer:
        """The platform's own key: what it does by itself is signed as *platform*, automatic."""
        from caf_platform.adapters.signer import LocalSigner

        platform = Principal(name="platform", roles=(Role.PLATFORM,), automatic=True)
        return LocalSigner.open(self.home / "keys", platform)

    def public_keys(self) -> dict[str, bytes]:
        """The public files of every key here, by name: what others need to verify."""
        from caf_platform.adapters.signer import answers, public_files

        with answers(self.home / "keys"):
            return public_files(self.home / "keys")

    @cached_property
    def identities(self) -> Identities:
        """The people who may act here, each with a key of their own."""
        from caf_platform.adapters.identities import LocalIdentities

        return LocalIdentities(self.home / "keys")

    @cached_property
    def alerts(self) -> AlertRoute:
        """Where alerts go: a file in the home, one JSON line each."""
        from caf_platform.adapters.alerts import FileRoute

        return FileRoute(self.home / "alerts.jsonl")

    def project(self, name: str) -> Project:
        """A use case by name; families are registered by importing them."""
        import caf_platform.model.families  # noqa: F401 - registers the built-in families

        return load_project(self.settings.projects, name)


def there(home: Path) -> None:
    """Raise `Unavailable` for a home that was played in and has lost its ledger.

    Starting over in silence would leave models and data that nobody answers for. Data is looked
    for first: where it is, its ledger was before it, also while others start here at this moment.
    """
    file, played = home / "ledger.db", (home / "lake" / "raw").is_dir()
    if played and (not file.exists() or (file.is_file() and not file.stat().st_size)):
        raise Unavailable(
            f"The home '{home}' has lost its ledger: '{file.name}' is missing or empty.",
            why="Its lake holds data that a ledger told of, and nothing can be believed without.",
            next_step="Restore the file from a backup, or set CAF_HOME to a new folder.",
        )


def _told_by(platform: ReferenceType[Platform], settings: Settings) -> Callable[[str], Erasures]:
    """Reads erasures where a platform has its ledger, and is no reason for it to live on.

    A platform goes when nobody holds it, and its connections with it, not at some later moment.
    """

    def told(project: str) -> Erasures:
        at = platform() or Platform(settings)
        return read_erasures(at.ledger, project, at.signer)

    return told

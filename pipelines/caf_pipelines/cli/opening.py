"""Opens the platform and a project for a verb."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from caf_platform.errors import BadInput
from caf_platform.ledger.events import PlayStarted
from caf_platform.ledger.privileged import proved
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import first_start
from caf_platform.project.load import projects_in
from caf_platform.settings import Settings, read_settings
from caf_platform.wiring import Platform, there

_GIVEN: ContextVar[Platform | None] = ContextVar("platform", default=None)


def open_platform() -> Platform:
    """The platform of this environment's settings, or the one that was given."""
    return _GIVEN.get() or Platform(read_settings())


@contextmanager
def given(platform: Platform) -> Iterator[None]:
    """Within this, verbs act on `platform`: for programs that hold one with adapters of theirs."""
    token = _GIVEN.set(platform)
    try:
        yield
    finally:
        _GIVEN.reset(token)


def has_ledger(settings: Settings) -> bool:
    """Whether there is a ledger already; looking must not make one.

    `Unavailable` for a home that was played in and has lost its own.
    """
    if settings.ledger_url or (settings.home / "ledger.db").exists():
        return True
    there(settings.home)
    return False


def nothing_yet(settings: Settings) -> BadInput:
    """What to raise when there is no ledger to look at, or nothing in it."""
    where = (
        "the ledger of CAF_LEDGER_URL" if settings.ledger_url else f"'{settings.home.absolute()}'"
    )
    return BadInput(
        "Nothing has happened yet.", why=f"Looked in {where}.", next_step="Run: make demo"
    )


def chosen(platform: Platform, project: str) -> str:
    """The project that was named, or the only one that has been played.

    `BadInput` when several could be meant, or the named one was never played.
    """
    played = played_projects(platform)
    if project:
        if project in played:
            return project
        platform.project(project)  # says what is wrong with the name
        raise BadInput(
            f"'{project}' has no history yet.", next_step=f"Run: caf run --project {project}"
        )
    if len(played) == 1:
        return played[0]
    if not played:
        raise nothing_yet(platform.settings)
    raise BadInput(
        "Which project?",
        why=f"Played so far: {', '.join(played)}.",
        next_step="Name it with --project.",
    )


def played_projects(platform: Platform) -> list[str]:
    """The projects of this clone that have a history, in order of their names."""
    if not has_ledger(platform.settings):
        return []
    known = projects_in(platform.settings.projects)
    return [name for name in known if platform.ledger.find(first_start(name)) is not None]


def records_of(platform: Platform, project: str, *, all_plays: bool = False) -> list[Record]:
    """A project's records in order: those of the present play, or of all plays.

    `Tampered` for a record that decides who serves and was not signed by somebody who may.
    """
    found: list[Record] = []
    for record in proved(platform.ledger.read(prefix=f"{project}/"), platform.signer):
        if record.type == PlayStarted.TYPE and not all_plays:
            found.clear()
        found.append(record)
    return found


def plays_of(platform: Platform, project: str) -> list[list[Record]]:
    """A project's records play by play, the present one first."""
    plays: list[list[Record]] = []
    for record in records_of(platform, project, all_plays=True):
        if record.type == PlayStarted.TYPE or not plays:
            plays.append([])
        plays[-1].append(record)
    return plays[::-1]


def state_from(project: str, records: Sequence[Record]) -> ProjectState:
    """The state that some records in order lead to."""
    state = ProjectState(project)
    for record in records:
        state.apply(record)
    return state

"""Opens the platform and a project for a verb."""

import getpass

from caf_platform.errors import BadInput
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import DECISIONS, stream
from caf_platform.project.load import projects_in
from caf_platform.settings import read_settings
from caf_platform.wiring import Platform


def open_platform() -> Platform:
    """The platform of this environment's settings."""
    return Platform(read_settings())


def chosen(platform: Platform, project: str) -> str:
    """The project that was named, or the only one that has been played.

    `BadInput` when several could be meant, or the named one was never played.
    """
    known = projects_in(platform.settings.projects)
    played = [name for name in known if _played(platform, name)]
    if project:
        if project in played:
            return project
        platform.project(project)  # says what is wrong with the name
        raise BadInput(
            f"'{project}' has no history yet.", next_step=f"Run: caf run --project {project}"
        )
    if len(played) == 1:
        return played[0]
    raise BadInput(
        "Which project?" if played else "Nothing has happened yet.",
        why=f"Played so far: {', '.join(played)}." if played else "",
        next_step="Name it with --project." if played else "Run: make demo",
    )


def _played(platform: Platform, name: str) -> bool:
    return platform.ledger.version(stream(name, DECISIONS)) > 0


def state_of(platform: Platform, project: str) -> ProjectState:
    """The present play of a project."""
    return read_state(platform.ledger, chosen(platform, project))


def actor_name(platform: Platform, named: str) -> str:
    """Who acts: named, set in CAF_ACTOR, or the login name."""
    return named or platform.settings.actor or getpass.getuser()

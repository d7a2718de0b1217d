"""The verb that forgets: `caf reset` removes the home folder, and no other folder."""

import shutil
from pathlib import Path

import typer

import caf_pipelines
from caf_pipelines.cli.opening import open_platform
from caf_pipelines.cli.output import console
from caf_pipelines.cli.serving import being_served
from caf_pipelines.lifecycle.turn import being_played
from caf_platform.errors import BadInput, Unavailable
from caf_platform.settings import Settings

LEFT_ALONE = 1


def reset_home(*, yes: bool) -> None:
    """Remove the home after asking; without `yes`, anything but a yes leaves everything alone.

    `BadInput` when the folder does not look like a home of ours, or would take more with it:
    the root, the user's own folder, or one that holds the checkout. `Unavailable` while it is
    played in, or `caf ui` serves it.
    """
    settings = open_platform().settings
    home = settings.home.resolve()
    if not home.exists():
        console().print(f"There is nothing to forget: '{home}' does not exist.", soft_wrap=True)
        return
    _check(home, settings)
    question = f"Remove '{home}' with ledger, data, models and keys, for good?"
    if not yes and not typer.confirm(question):
        console().print("Nothing was removed.")
        raise typer.Exit(LEFT_ALONE)
    try:
        shutil.rmtree(home)
    except OSError as error:
        raise Unavailable(
            f"'{home}' was not removed whole.", why=f"{error.strerror}: '{error.filename}'."
        ) from error
    console().print(f"Removed '{home}'. Start over with: make demo", soft_wrap=True)
    if settings.witness and Path(settings.witness).exists():
        text = f"'{settings.witness}' still tells of that ledger: set its checkpoints aside first."
        console().print(text, soft_wrap=True, markup=False)


def _check(home: Path, settings: Settings) -> None:
    for project, holder in being_played(home).items():
        raise Unavailable(
            f"'{home}' is in use: '{project}' is being played by {holder}.",
            next_step="End that process first (Ctrl-C stops a play), or wait for it.",
        )
    if being_served(home):
        raise Unavailable(
            f"'{home}' is in use: caf ui serves it.",
            next_step="Stop that first, with Ctrl-C where it runs.",
        )
    if settings.ledger_url:
        raise BadInput(
            "The ledger lies in a database of its own, which this does not empty.",
            next_step="Unset CAF_LEDGER_URL, or remove the database by its own tools.",
        )
    if any(kept.is_relative_to(home) for kept in _never_removed(settings)):
        raise BadInput(
            f"'{home}' holds more than a home of the platform, and is not removed.",
            next_step="Set CAF_HOME to the folder that you mean.",
        )
    if not (home / "ledger.db").is_file():
        raise BadInput(
            f"'{home}' does not look like a home of the platform: it has no ledger.db.",
            next_step="Set CAF_HOME to the folder that you mean.",
        )


def _never_removed(settings: Settings) -> tuple[Path, ...]:
    """Folders that must outlive every reset; a home that holds one of them is none."""
    checkout = Path(caf_pipelines.__file__).resolve().parents[2]
    return (Path.home().resolve(), Path.cwd(), checkout, settings.projects.resolve())

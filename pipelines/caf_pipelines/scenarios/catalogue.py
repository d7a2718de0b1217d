"""The game days of a project: one folder each below its `scenarios/`, found by looking."""

from importlib import import_module
from pathlib import Path

from caf_pipelines.scenarios.scenario import MODULE, STORY, Scenario, Told
from caf_platform.errors import BadInput, did_you_mean
from caf_platform.project.load import load_project, package_of, projects_in

LESSON = "## What to learn"


def names(projects: Path, project: str) -> list[str]:
    """The names of a project's scenarios, in order: `bad-batch` for the folder `bad_batch`."""
    folders = (projects / project / "scenarios").glob(f"*/{MODULE}.py")
    return sorted(path.parent.name.replace("_", "-") for path in folders)


def every(projects: Path) -> dict[str, list[str]]:
    """The names of all scenarios, by project; a project without any is left out."""
    known = {project: names(projects, project) for project in projects_in(projects)}
    return {project: found for project, found in known.items() if found}


def project_of(projects: Path, name: str) -> str:
    """Whose scenario it is; `BadInput` when it is nobody's, or more than one has one so called."""
    known = every(projects)
    having = [project for project, found in known.items() if name in found]
    if len(having) == 1:
        return having[0]
    if having:
        raise BadInput(
            f"'{name}' is a scenario of {' and of '.join(having)}.", next_step="Add --project."
        )
    raise BadInput(
        f"No scenario '{name}'.",
        why=did_you_mean(name, [one for found in known.values() for one in found]),
        next_step="Run: caf scenario list",
    )


def find(projects: Path, project: str, name: str) -> Told:
    """One scenario with its story; `BadInput` names the nearest when there is none."""
    known = names(projects, project)
    if name not in known:
        raise BadInput(
            f"No scenario '{name}' for {project}.",
            why=did_you_mean(name, known),
            next_step="Run: caf scenario list",
        )
    import caf_platform.model.families  # noqa: F401 - a declaration names families

    load_project(projects, project)
    folder = name.replace("-", "_")
    module = import_module(f"{package_of(projects / project)}.scenarios.{folder}.{MODULE}")
    scenario = getattr(module, "scenario", None)
    if not isinstance(scenario, Scenario):
        raise BadInput(f"'{name}' declares no scenario.", next_step="scenario = Scenario(...)")
    title, story, lesson = _read(projects / project / "scenarios" / folder / STORY)
    return Told(project, name, title, story, lesson, scenario)


def _read(path: Path) -> tuple[str, str, str]:
    """Title, story and lesson of a story file."""
    try:
        head, _, lesson = path.read_text(encoding="utf-8").partition(LESSON)
    except OSError as error:
        raise BadInput(f"The scenario has no story: {path}.", why=str(error.strerror)) from error
    title, _, story = head.strip().partition("\n")
    return title.removeprefix("# ").strip(), " ".join(story.split()), " ".join(lesson.split())

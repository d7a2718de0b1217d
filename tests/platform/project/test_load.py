"""A project is found and read from its folder, afresh each time and apart from others."""

import shutil

import pytest
from spoilt_project import spoil

from caf_platform.errors import BadInput
from caf_platform.project.load import load_project, projects_in


def test_a_project_is_loaded(folder):
    """With its policy and where it was read; its siblings can be imported."""
    project = load_project(folder.parent, "micro")

    assert (project.name, project.folder) == ("micro", str(folder))
    assert project.policy.training.window_days.value == 8
    assert project.declaration.source(folder).deliveries(None)[0].name == "day-01"


def test_a_project_is_read_afresh(folder):
    """What was changed since the last time counts, also in a sibling."""
    load_project(folder.parent, "micro").declaration.source(folder)
    spoil(folder / "project.py", ("Machine failures", "Broken machines"))
    spoil(folder / "data.py", ('"day-', '"d-'))

    again = load_project(folder.parent, "micro")

    assert again.declaration.title == "Broken machines"
    assert again.declaration.source(folder).deliveries(None)[0].name.startswith("d-")


def test_folders_of_one_name_stay_apart(folder, tmp_path):
    """What a project imports late comes from its own folder, whatever was loaded since."""
    ours = load_project(folder.parent, "micro")
    other = tmp_path / "elsewhere" / "micro"
    shutil.copytree(folder, other)
    (other / "data.py").unlink()
    load_project(other.parent, "micro")

    assert ours.declaration.source(folder).deliveries(None)


def test_projects_are_folders_with_a_declaration(folder):
    """Anything else is passed over."""
    (folder.parent / "notes").mkdir()
    (folder.parent / "readme.md").write_text("-")

    assert projects_in(folder.parent) == ["micro"]
    assert projects_in(folder.parent / "nowhere") == []


def test_an_unknown_project_is_answered_with_the_nearest(folder):
    """And with all there are."""
    with pytest.raises(BadInput, match="Did you mean 'micro'") as refused:
        load_project(folder.parent, "mikro")

    assert refused.value.next_step == "Known: micro."


def test_no_project_at_all(tmp_path):
    """Says where use cases are looked for, instead of naming nothing."""
    with pytest.raises(BadInput, match="Run this in the root of the clone"):
        load_project(tmp_path, "micro")

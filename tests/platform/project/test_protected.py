"""Groups of people: what a declaration and a policy say of them fits together."""

import pytest
from spoilt_project import mistakes, spoil

from caf_platform.project.load import load_project

FAIRNESS = """
  fairness:
    min_group_rows: {value: 50, because: half of a gate's rows}
    min_group_class_rows: {value: 20, because: a fifth of a gate's rows}
    bound:
      site:
        max_tpr_difference: {value: 0.2, because: a hundred rows are noisy}
        min_selection_ratio: {value: 0.5, because: a hundred rows are noisy}
"""
UNBOUND = FAIRNESS.split("    bound:", maxsplit=1)[0] + "    bound: {}\n"
SEGMENTS = 'segments=("site",),'
DAYS = "  approval_valid_days: {value: 7, because: one week and no longer}"
PROTECTED = f'{SEGMENTS}\n    protected=("site",),'
REWEIGHED = (
    'alternatives=(Candidate(family="logistic", parameters={}, '
    'mitigation=Reweighing(column="site")),),'
)


def declare(folder, text, fairness=FAIRNESS):
    """The micro project with this beside its segments, and this part in its policy."""
    spoil(
        folder / "project.py",
        (SEGMENTS, f"{SEGMENTS}\n    {text}"),
        ("    Period,\n", "    Period,\n    Reweighing,\n"),
    )
    spoil(folder / "policy.yaml", (DAYS, DAYS + fairness))


def test_protected_groups_with_bounds_and_an_alternative_load(folder):
    """Everything that belongs together is there."""
    declare(folder, f'protected=("site",), {REWEIGHED}')

    project = load_project(folder.parent, "micro")

    assert project.declaration.protected == ("site",)
    assert project.policy.release.fairness.bound["site"].max_tpr_difference.value == 0.2
    assert project.declaration.alternatives[0].mitigation.column == "site"


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ('protected=("sit",),', "protected", "Did you mean 'site'?"),
        ('protected=("site", "site"),', "protected", "each column once"),
        ('protected=("heat",),', "protected", "a category, not a number column"),
        (REWEIGHED, "alternatives", "protected columns: nothing else tries them"),
        (REWEIGHED, "alternatives.0.mitigation", "a protected column"),
        (
            f'protected=("site",), {REWEIGHED.replace("site", "sites")}',
            "alternatives.0.mitigation",
            "Did you mean 'site'?",
        ),
        (
            'protected=("site",), alternatives=(Candidate(family="logisti", parameters={}),),',
            "alternatives.0.family",
            "logistic",
        ),
        ("rehearsed_on=0.0,", "rehearsed_on", "a share of the rows above 0 and up to 1"),
        ("rehearsed_on=1.5,", "rehearsed_on", "a share of the rows above 0 and up to 1"),
    ],
)
def test_a_declaration_that_does_not_fit_is_told(folder, text, key, words):
    """Where, and what was expected."""
    declare(folder, text)

    found, told = mistakes(folder)

    assert ("micro/project.py", key) in found
    assert words in told


def test_only_yes_and_no_can_be_compared_between_groups(folder):
    """A regression protects nobody by these means, and says so."""
    declare(folder, 'protected=("site",),')
    spoil(
        folder / "project.py",
        ("task=Task.BINARY", "task=Task.REGRESSION"),
        ('classes=("0", "1")', "classes=()"),
    )

    found, told = mistakes(folder)

    assert ("micro/project.py", "protected") in found
    assert "a binary task" in told


@pytest.mark.parametrize(
    ("protected", "fairness", "key", "words"),
    [
        ('protected=("site",),', "", "release.fairness", "how groups are judged, for site"),
        ("", FAIRNESS, "release.fairness.bound", "a protected column of the project"),
        (
            'protected=("site",),',
            FAIRNESS + "    shown: {site: a reason of ten}\n",
            "release.fairness.bound",
            "not both",
        ),
        (
            'protected=("site",),',
            UNBOUND,
            "release.fairness.bound",
            "'site' here, or under shown",
        ),
        (
            'protected=("site",),',
            FAIRNESS.split("    bound:", maxsplit=1)[0]
            + "    bound: {}\n    shown: {site: a reason of ten}\n",
            "release.fairness.bound",
            "what is only shown refuses nobody",
        ),
        (
            'protected=("site",),',
            FAIRNESS + "    shown: {sites: a reason of ten}\n",
            "release.fairness.shown",
            "Did you mean 'site'?",
        ),
    ],
)
def test_a_policy_that_does_not_fit_is_told(folder, protected, fairness, key, words):
    """Each protected column is bound, or shown with its reason, and nothing else is."""
    declare(folder, protected, "\n" + fairness.strip("\n") + "\n" if fairness else "")

    found, told = mistakes(folder)

    assert ("micro/policy.yaml", key) in found
    assert words in told

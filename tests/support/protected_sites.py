"""The micro project as one that protects groups: its two sites, under a bound of a test's own."""

from dataclasses import replace
from typing import Any

from micro_play import micro

from caf_platform.project.model import Candidate, Project, Reweighing

PLAIN = Candidate(family="logistic", parameters={"C": 0.5})
REWEIGHED = Candidate(family="logistic", parameters={}, mitigation=Reweighing(column="site"))


def limit(value: float) -> dict[str, Any]:
    """A limit of a test's own."""
    return {"value": value, "because": "a test asks for it"}


def protecting(difference: float, *alternatives: Candidate) -> Project:
    """The micro project that protects its sites: a difference of at most so much."""
    project = micro()
    policy = project.policy.model_dump()
    bound = {"max_tpr_difference": limit(difference), "min_selection_ratio": limit(0.0)}
    policy["release"]["fairness"] = {
        "min_group_rows": limit(10),
        "min_group_class_rows": limit(5),
        "bound": {"site": bound},
        "shown": {},
    }
    policy["governor"]["max_cost_units"] = limit(10.0)
    declaration = replace(
        project.declaration, protected=("site",), alternatives=alternatives or (PLAIN, REWEIGHED)
    )
    return replace(
        project, declaration=declaration, policy=type(project.policy).model_validate(policy)
    )

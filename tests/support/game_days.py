"""The page of all game days, from what each declares: docs/scenarios.md."""

from typing import Final

from checkout import ROOT

from caf_pipelines.scenarios.catalogue import every, find
from caf_pipelines.scenarios.scenario import NOBODY, Expected, Told

PAGE: Final = ROOT / "docs" / "scenarios.md"

HEAD: Final = """# Game days

On a game day one thing goes wrong in a use case's life, at the edge, where the world meets the
platform. The same days are played without the fault too, and the two are compared: exactly the
part that is named here must object, for the reasons that are named, and nothing else may be
different. Who rightly objects as well stands below, with the reason why, and must. `make scenarios`
plays them all and exits with 1 when one of them goes otherwise; `make demo SCENARIO=bad-batch`
tells one as it happens. What was seen stands on `reports/scenarios/matrix.html` in the home,
and that of some chosen ones on `reports/scenarios/chosen/matrix.html`.

`make harden` tries whether that proves anything: each of those who object is switched off by
editing one line in a copy of the code, and the game day must notice.

This page is written by `docs/write_pages.py`; the faults are in `examples/*/scenarios/`.

"""


def told() -> list[Told]:
    """Every game day, by project and name; those of the flagship first."""
    known = every(ROOT / "examples")
    projects = sorted(known, key=lambda project: -len(known[project]))
    return [
        find(ROOT / "examples", project, name) for project in projects for name in known[project]
    ]


def page(days: list[Told]) -> str:
    """The page in Markdown: a table, then each day's story and lesson."""
    lines = ["| game day | use case | what goes wrong | who objects | with | it ends in |"]
    lines.append("|---|---|---|---|---|---|")
    lines += [_row(one) for one in days]
    for one in days:
        lines += ["", f"## {one.title}", "", f"`{one.name}`. {one.story}"]
        if one.scenario.expected.also:
            lines += ["", "As well:", ""]
            lines += [f"- {_who(by)}: {why}" for by, why in one.scenario.expected.also.items()]
        lines += ["", f"**What to learn.** {one.lesson}"]
    return HEAD + "\n".join(lines) + "\n"


def _row(one: Told) -> str:
    said = one.scenario.expected
    codes = ", ".join(f"`{code}`" for code in sorted(said.codes)) or "-"
    objector = "nobody" if said.by == NOBODY else _who(said.by)
    cells = (f"`{one.name}`", f"`{one.project}`", one.title, objector, codes, _ending(said))
    return f"| {' | '.join(cells)} |"


def _who(name: str) -> str:
    """A gate or monitor by its name in the code, anybody else in words."""
    return f"`{name}`" if " " not in name else f"the {name}"


def _ending(said: Expected) -> str:
    """What the last window ends in and who serves then, where the fault changes it."""
    ends = [f"`{said.action}`" if said.action else "as without it"]
    if said.champion:
        ends.append("no champion" if said.champion == NOBODY else f"{said.champion} serves")
    if said.same_state:
        ends.append("the very same state hash")
    return "; ".join(ends)

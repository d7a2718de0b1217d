"""The verb of the risk register: each risk with what its tests say of it now."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from caf_governance.risks.status import Judged, Status
from caf_pipelines.cli.output import coloured, console, show_json, show_table
from caf_pipelines.proving.checkout import ROOT
from caf_pipelines.risks.reading import judged_risks

RED = 1


def show_risks(out: str, *, proved: bool, as_json: bool) -> None:
    """Show the register of this clone, the worst first; leaves with 1 while a risk is red.

    `proved` leaves with 1 also while one is unproved.

    JSON: red (how many), risks, page (null when none was asked for). Each risk has name, risk,
    owner, status (red, unproved, borne, controlled), inherent, residual and now (likelihood,
    impact, because, score), controls (control, where, tests) and tests (node id: how it ended).
    """
    judged = judged_risks(ROOT)
    written = _write(judged, out) if out else None
    red = sum(one.status is Status.RED for one in judged)
    if as_json:
        risks = [_value(one) for one in judged]
        show_json({"red": red, "risks": risks, "page": str(written) if written else None})
    else:
        _show(judged)
        if written:
            console().print(str(written), markup=False, soft_wrap=True)
    if red or (proved and any(one.status is Status.UNPROVED for one in judged)):
        raise typer.Exit(RED)


def _write(judged: Sequence[Judged], page: str) -> Path:
    from caf_pipelines.risks.page import write_risks

    return write_risks(judged, Path(page))


def _show(judged: Sequence[Judged]) -> None:
    show_table(
        f"Risks: {len(judged)}",
        ("risk", "status", "now", "inherent", "residual", "owner", "what"),
        [
            (
                one.risk.name,
                coloured(one.status.value),
                one.now.score,
                one.risk.inherent.score,
                one.risk.residual.score,
                one.risk.owner,
                one.risk.risk,
            )
            for one in judged
        ],
    )
    out = console()
    for one in judged:
        if one.status is Status.RED:
            out.print(f"{one.risk.name}: {'; '.join(one.objections)}", markup=False, soft_wrap=True)
    if any(one.status is Status.UNPROVED for one in judged):
        out.print("Unproved: their tests did not run over this tree. Run: make test")


def _value(one: Judged) -> dict[str, Any]:
    rated = {"inherent": one.risk.inherent, "residual": one.risk.residual, "now": one.now}
    return {
        **one.risk.model_dump(mode="json"),
        "status": one.status.value,
        **{name: {**rating.model_dump(), "score": rating.score} for name, rating in rated.items()},
        "tests": {test: ended.value for test, ended in one.tests.items()},
    }

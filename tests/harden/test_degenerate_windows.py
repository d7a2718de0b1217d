"""Windows in which anything may be missing, odd or impossible: an answer, and no ok by accident.

First the monitors before whatever evidence can be written down, then the whole stage before rows
that no monitor was made for: none at all, one, all null, constant, of one class, scores that are
no numbers, no reference, no evaluation, a column too many.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest
from degenerate_windows import POLICY, WINDOWS, wrong
from drift import PlainDrift
from hypothesis import HealthCheck, Phase, given, seed, settings
from micro.data import ends, truth
from micro_play import micro
from micro_rows import labelled
from tally import Size, Tally

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors import look
from caf_pipelines.stages.monitor import Served, Watched, monitor
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.lake_columns import LABEL, SCORE

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]
DAYS = range(13, 19)
NEVER_OK = {"rows": ("skill", "calibration", "label_noise", "target_drift", "labels")}
"""What nobody may call ok without labelled rows."""

Rows = pd.DataFrame
ODD: dict[str, Callable[[Rows], Rows]] = {
    "as it is": lambda rows: rows,
    "no rows": lambda rows: rows.head(0),
    "one row": lambda rows: rows.head(1),
    "a few rows": lambda rows: rows.head(7),
    "no labels": lambda rows: rows.assign(**{LABEL: np.nan}),
    "one class": lambda rows: rows.assign(**{LABEL: 1.0}),
    "labels of a third kind": lambda rows: rows.assign(**{LABEL: 2.0}),
    "a column all null": lambda rows: rows.assign(heat=np.nan),
    "a category all null": lambda rows: rows.assign(site=None),
    "a constant column": lambda rows: rows.assign(heat=1.0),
    "infinite numbers": lambda rows: rows.assign(heat=np.inf),
    "constant scores": lambda rows: rows.assign(**{SCORE: 0.5}),
    "certain scores": lambda rows: rows.assign(**{SCORE: 1.0}),
    "scores that are no numbers": lambda rows: rows.assign(**{SCORE: np.nan}),
    "infinite scores": lambda rows: rows.assign(**{SCORE: np.inf}),
    "a column too many": lambda rows: rows.assign(extra="x"),
    "every row twice": lambda rows: pd.concat([rows, rows], ignore_index=True),
    "one day": lambda rows: rows.assign(day="day-13"),
}


def test_monitors_before_any_evidence(tally: Tally, size: Size) -> None:
    """Drawn by Hypothesis: none raises, none says ok without numbers and rows enough."""
    windows = size(20_000, 500)

    @seed(1)
    @settings(
        max_examples=windows,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(WINDOWS)
    def drawn(evidence: WindowEvidence) -> None:
        found = wrong(evidence, look(evidence, POLICY))
        tally.trial(f"{found} of {evidence}", good=not found)

    drawn()

    tally.held(windows)


def rows_of(random: Random) -> tuple[str, Rows]:
    """A window's scored rows with up to three things odd about them."""
    rows = labelled(DAYS)
    odds = 2.5 * rows["heat"] + np.where(rows["site"] == "a", 0.5, -0.5)
    rows = rows.assign(**{SCORE: 1 / (1 + np.exp(-odds))})
    names = random.sample(sorted(ODD), random.randint(1, 3))
    for name in names:
        rows = ODD[name](rows)
    return ", ".join(names), rows.reset_index(drop=True)


def odd_window(random: Random) -> tuple[str, Watched]:
    """What the stage looks at, each part odd in its own way or missing."""
    told, rows = rows_of(random)
    afresh = pd.concat([truth(day) for day in DAYS]).set_index("row")[["heat", "noise", "site"]]
    parts = {
        "reference": random.choice([None, rows_of(random)[1]]),
        "gate": random.choice([None, rows_of(random)[1]]),
        "champion_since": random.choice([None, rows]),
        "recomputed": random.choice([None, afresh, afresh.head(0), afresh.drop(columns="heat")]),
    }
    parts["former_since"] = parts["champion_since"]
    arrivals = [(ends(18), {"sensor": ends(18) - timedelta(hours=4)})]
    return told, Watched(
        window="w",
        served=Served("v2", rows),
        former="v1" if parts["champion_since"] is not None else None,
        arrivals=random.choice([(), arrivals]),
        **parts,
    )


def amiss(watched: Watched) -> str:
    """What is amiss about the stage's answer; empty when all is well."""
    try:
        evidence, readings = monitor(
            watched, project=micro().declaration, policy=micro().policy, meter=PlainDrift()
        )
    except Exception as error:  # noqa: BLE001 - nothing may raise
        return f"raised {error!r}"
    failed = [n for n, r in readings.items() if any(x.code == "monitor_failed" for x in r.reasons)]
    blind = evidence.labelled_rows < micro().policy.monitoring.min_labelled_rows.value
    ok = {name for name, reading in readings.items() if reading.verdict is Verdict.OK}
    careless = sorted(ok.intersection(NEVER_OK["rows"])) if blind else []
    return f"failed: {failed}, ok without labels: {careless}" if failed or careless else ""


def test_the_stage_before_odd_rows(tally: Tally, size: Size) -> None:
    """Rows that no monitor was made for."""
    windows = size(2000, 60)
    for number in range(windows):
        told, watched = odd_window(Random(number))  # noqa: S311 - no secret
        found = amiss(watched)
        tally.trial(f"{number} ({told}): {found}", good=not found)

    tally.held(windows)


def test_the_attack_sees_a_monitor_that_is_easily_pleased() -> None:
    """An ok that rests on nothing, and a monitor that failed, are told of."""
    fine = Reason(code="fine", text="surely")
    pleased = Decision(by="skill", verdict=Verdict.OK, reasons=(fine,))
    failed = Decision(
        by="skew",
        verdict=Verdict.CANNOT_JUDGE,
        reasons=(Reason(code="monitor_failed", text="it fell over"),),
    )

    found = wrong(WindowEvidence(window="w"), {"skill": pleased, "skew": failed})

    assert set(found) == {"skill", "skew"}

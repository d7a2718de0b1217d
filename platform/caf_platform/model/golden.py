"""Golden rows: a few rows with the answers that the model gave when it was made.

Before a version is promoted or put back, it is asked them again: a model that loads but answers
differently (another library, another machine, other bytes) is found before anyone is served.
"""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Reason, Verdict, measured
from caf_platform.errors import BadInput, CafError
from caf_platform.model.inputs import inputs
from caf_platform.model.scorer import VerifiedScorer
from caf_platform.plugins import Kind, register
from caf_platform.ports.scorer import Scorer
from caf_platform.project.classified import NOBODY_DECIDED, Classes, to_parquet

BY: Final = "golden rows"
ROWS: Final = 50
TOLERANCE: Final = 1e-9
"""Absolute. The same bytes on the same libraries answer alike to the last bits of a float64."""
BECAUSE: Final = "the same bytes must answer as they did when the version was made"
_ANSWER: Final = "golden answer "


@dataclass(frozen=True)
class Replay:
    """What asking again showed. `largest_difference` is None when no answer can be compared."""

    rows: int
    largest_difference: float | None
    failure: str = ""


def golden_answers(
    scorer: VerifiedScorer, rows: pd.DataFrame, classes: Classes = NOBODY_DECIDED
) -> bytes:
    """Up to 50 of `rows`, evenly spaced, and the scorer's answers, as Parquet with their classes.

    Of the rows only what the model looks at is kept. Raises `BadInput` for no rows.
    """
    if not len(rows):
        raise BadInput("There are no rows to make golden answers of.")
    picked = np.unique(np.linspace(0, len(rows) - 1, ROWS).round().astype(int))
    sample = inputs(rows.iloc[picked], scorer.features).reset_index(drop=True)
    answers = _table(scorer.score(sample))
    names = [f"{_ANSWER}{column}" for column in range(answers.shape[1])]
    stored = pd.concat([sample, pd.DataFrame(answers, columns=names)], axis=1)
    return to_parquet(stored, classes)


def golden_rows(golden: bytes) -> pd.DataFrame:
    """The stored rows without their answers; `BadInput` for a file that cannot be read."""
    try:
        stored = pd.read_parquet(io.BytesIO(golden), engine="pyarrow")
    except (LookupError, NotImplementedError, OSError, TypeError, ValueError) as error:
        raise BadInput("The golden rows are unreadable.", why=str(error)) from error
    return stored[[name for name in stored.columns if not str(name).startswith(_ANSWER)]]


@register(
    Kind.CONTROL,
    "golden rows",
    Capability.APPLICATION_SECURITY,
    Capability.CONTINUOUS_INTEGRATION_AND_DELIVERY,
)
def check_golden(scorer: Scorer, golden: bytes) -> Decision:
    """Ask the golden rows again and judge: the smoke test before every promotion."""
    return judge_replay(replay(scorer, golden))


def replay(scorer: Scorer, golden: bytes) -> Replay:
    """Ask the stored rows again; a scorer or file that fails is an outcome, not an error."""
    try:
        stored = pd.read_parquet(io.BytesIO(golden), engine="pyarrow")
    except (LookupError, NotImplementedError, OSError, TypeError, ValueError) as error:
        return Replay(
            rows=0, largest_difference=None, failure=f"the golden rows are unreadable: {error}"
        )
    names = [name for name in stored.columns if str(name).startswith(_ANSWER)]
    try:
        answers = _table(scorer.score(stored.drop(columns=names)))
    except CafError as error:
        return Replay(rows=len(stored), largest_difference=None, failure=str(error))
    former = stored[names].to_numpy(dtype=np.float64)
    if answers.shape != former.shape:
        text = f"{answers.shape} answers instead of {former.shape}"
        return Replay(rows=len(stored), largest_difference=None, failure=text)
    difference = float(np.abs(answers - former).max()) if former.size else None
    return Replay(rows=len(stored), largest_difference=difference)


def judge_replay(found: Replay) -> Decision:
    """Pass only if every golden row is answered as before, within the tolerance."""
    difference = found.largest_difference
    if found.failure:
        verdict, code = Verdict.REFUSE, "golden_unanswered"
        text = f"the golden rows were not answered: {found.failure}"
    elif not found.rows or difference is None or not measured(difference):
        verdict, code = Verdict.CANNOT_JUDGE, "golden_unmeasured"
        text = "no golden row could be compared"
    elif difference > TOLERANCE:
        verdict, code = Verdict.REFUSE, "golden_differs"
        text = f"golden answers differ by up to {difference:.3g}; the limit is {TOLERANCE:.0e}"
    else:
        verdict, code = Verdict.PASS, "golden_match"
        text = f"{found.rows} golden rows are answered as when the version was made"
    reason = Reason(code=code, text=text, found=difference, limit=TOLERANCE, because=BECAUSE)
    numbers = {"rows": found.rows, "largest_difference": difference}
    return Decision(by=BY, verdict=verdict, reasons=(reason,), numbers=numbers)


def _table(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    return answers[:, None] if answers.ndim == 1 else answers

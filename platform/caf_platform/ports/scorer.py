"""Port: a verified model that answers."""

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Scorer(Protocol):
    """A loaded model, tied to the digest that was verified before it was opened."""

    @property
    def version(self) -> str:
        """The version it answers for."""
        ...

    @property
    def artifact_digest(self) -> str:
        """SHA-256 of the bytes it was loaded from."""
        ...

    def score(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """One number per row, in row order: probability of the positive class, or the value.

        Multiclass answers have shape (rows, classes).
        """
        ...

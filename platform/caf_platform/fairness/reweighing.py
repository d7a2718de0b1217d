"""A mitigation before training: rows are weighed until group and label are independent.

F. Kamiran and T. Calders, *Data preprocessing techniques for classification without
discrimination*, Knowledge and Information Systems 33 (2012), section 4.2.1: each row of group g
and label y weighs P(g) P(y) / P(g, y). Nothing of the group is needed when the model is asked.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.fairness.groups import NONE


def weights(group: pd.Series, label: pd.Series) -> NDArray[np.float64]:
    """One weight per row, in row order; their mean is 1 where every group has every label."""
    names = group.astype("string").fillna(NONE).to_numpy(dtype=object)
    rows = pd.DataFrame({"group": names, "label": label.to_numpy()})
    together = rows.groupby(["group", "label"])["label"].transform("size")
    alone = [rows.groupby(one)["label"].transform("size") for one in ("group", "label")]
    return np.asarray(alone[0] * alone[1] / (together * len(rows)), dtype=np.float64)

"""Days of the micro project as accepted rows with their labels, without a play around them."""

import pandas as pd
from micro.data import truth

from caf_platform.lake_columns import LABEL, ROW_ID


def labelled(days: range) -> pd.DataFrame:
    """What the lifecycle hands to training and to the gate."""
    rows = pd.concat([truth(day) for day in days], ignore_index=True)
    rows["at"] = pd.to_datetime(rows["at"])
    rows[LABEL] = rows.pop("label").astype("float64")
    rows.insert(0, ROW_ID, [f"id-{row}" for row in rows["row"]])
    return rows

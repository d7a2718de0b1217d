"""The census as deliveries: one file a year, its answers a month later.

The package `nannyml` 0.13.1 ships the public-use microdata of the American Community Survey for
Massachusetts, 2015 to 2018. Its Parquet files are read; the package is never imported.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from caf_platform.errors import BadInput
from caf_platform.project.source import Delivery, DeliveryKind

LEARNT, LATER, ANSWERS = (
    f"employment_MA_{part}.pq" for part in ("reference", "analysis", "analysis_target")
)
CODES: Final = (
    *("SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG"),
    *("MIL", "ANC", "NATIVITY", "DEAR", "DEYE", "DREM", "SEX", "RAC1P"),
)
"""The columns that hold codes of the survey's dictionary."""
YOUNGEST, OLDEST = 16, 65
HOUSEHOLDS_IN_A_BLOCK: Final = 200
FIRST_PERSON, GROUP_QUARTERS = "0", ("16", "17")
"""RELP of whoever answers for a household, and of people who live in none: each begins one."""
RELEASED: Final = (9, 15)
"""A year's file is published in the middle of the next September."""
LABEL_DELAY: Final = timedelta(days=30)
SAMPLE_SEED: Final = 0


class Census:
    """A `Source`: four years, read once and kept in memory."""

    def __init__(self, _cache: Path) -> None:
        pass  # the files are Parquet already: there is nothing to remember

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:
        """A batch per year and its answers; `sample` keeps that share of the blocks (seed 0)."""
        kept = self._people if sample is None else _sampled(self._people, sample)
        return sorted(_files(kept), key=lambda each: each.arrives_at)

    def recompute(self, keys: Sequence[str]) -> pd.DataFrame:
        """The rows of these people from the raw files; index `person`."""
        afresh = _people(_raw()).set_index("person").drop(columns=["employed", "year"])
        unknown = sorted(set(keys) - set(afresh.index))
        if unknown:
            raise BadInput(f"{len(unknown)} people are not in the data, such as {unknown[:3]}.")
        return afresh.loc[list(keys)]

    @cached_property
    def _people(self) -> pd.DataFrame:
        return _people(_raw())


def _raw() -> pd.DataFrame:
    spec = find_spec("nannyml")
    if spec is None or not spec.submodule_search_locations:
        raise BadInput("The package nannyml is not installed.", next_step="Run `make setup`.")
    folder = Path(spec.submodule_search_locations[0]) / "datasets" / "data"
    later = pd.read_parquet(folder / LATER).merge(pd.read_parquet(folder / ANSWERS), on="id")
    wanted = ["id", "year", "AGEP", *CODES, "employed"]
    return pd.concat([pd.read_parquet(folder / LEARNT)[wanted], later[wanted]], ignore_index=True)


def _people(raw: pd.DataFrame) -> pd.DataFrame:
    """People of working age, a row each, in the files' order."""
    codes = raw[list(CODES)].astype(str)
    begins = codes["RELP"].isin([FIRST_PERSON, *GROUP_QUARTERS])
    household = begins.groupby(raw["year"]).cumsum()
    block = (household // HOUSEHOLDS_IN_A_BLOCK).astype(int).map("{:03d}".format)
    people = codes.assign(
        person="P" + raw["id"].astype(str).str.zfill(6),
        block=raw["year"].astype(str) + "-" + block,
        AGEP=raw["AGEP"].astype(int),
        age_group=np.select([raw["AGEP"] < 25, raw["AGEP"] < 55], ["16-24", "25-54"], "55-65"),
        employed=raw["employed"],
        year=raw["year"],
    )
    return people[raw["AGEP"].between(YOUNGEST, OLDEST)].reset_index(drop=True)


def _sampled(people: pd.DataFrame, share: float) -> pd.DataFrame:
    """Whole blocks, so that nobody's household is torn apart; at least one of each year."""
    blocks = people[["year", "block"]].drop_duplicates().groupby("year")["block"]
    many = blocks.transform("size").mul(share).round().clip(lower=1)
    drawn = blocks.sample(frac=1, random_state=SAMPLE_SEED)
    place = drawn.groupby(drawn.str[:4]).cumcount()
    return people[people["block"].isin(drawn[place < many.loc[drawn.index]])]


def _files(people: pd.DataFrame) -> Iterator[Delivery]:
    for year, rows in people.groupby("year"):
        released = datetime(int(str(year)) + 1, *RELEASED, tzinfo=UTC)
        ends = {"survey": datetime(int(str(year)) + 1, 1, 1, tzinfo=UTC)}
        batch = rows.drop(columns=["employed", "year"])
        answers = rows[["person", "employed"]].rename(columns={"employed": "label"})
        yield Delivery(DeliveryKind.BATCH, f"acs-{year}", released, partial(_csv, batch), ends)
        yield Delivery(
            DeliveryKind.LABELS, f"employed-{year}", released + LABEL_DELAY, partial(_csv, answers)
        )


def _csv(rows: pd.DataFrame) -> bytes:
    out = BytesIO()
    rows.to_csv(out, index=False)
    return out.getvalue()

"""Batches of the micro project, judged by its contract."""

from micro.data import batch, csv
from micro_play import micro
from plain_validator import PlainValidator

from caf_pipelines.stages.validate import validate

CONTRACT = micro().declaration.contract


def validated(rows, *, earlier=(), validator=None, project=None, not_after=None):
    """A frame or bytes, judged by the micro project's contract."""
    return validate(
        rows if isinstance(rows, bytes) else csv(rows),
        project="micro",
        contract=CONTRACT,
        validator=validator or PlainValidator(),
        policy=(project or micro()).policy.validation,
        earlier=set(earlier),
        not_after=not_after,
    )


def spoilt(**cells):
    """Day 1, with the first cell of some columns changed."""
    rows = batch(1)
    for name, value in cells.items():
        rows.loc[0, name] = value
    return rows

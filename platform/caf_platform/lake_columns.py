"""The column names that the platform adds to a project's rows; they begin with an underscore."""

from typing import Final

ROW_ID: Final = "_row_id"
"""Sixteen hex characters that identify a row of a project for ever."""

LABEL: Final = "_label"
"""The label as a number: class position for classes, the value for a regression."""

SCORE: Final = "score"
"""A model's answer in the prediction log."""

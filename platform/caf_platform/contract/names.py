"""Columns that the contract does not know."""

from collections.abc import Sequence
from typing import Final

from caf_platform.contract.model import Contract, TableRule, rule

MOST: Final = 20
"""How many strangers are named one by one; a header may hold millions."""
LONGEST: Final = 60
"""How much of a stranger's name is repeated, in characters."""


def unexpected(names: Sequence[str], contract: Contract) -> list[tuple[str, str]]:
    """Code and detail for each unknown column; the last detail counts those not named.

    What is not printable is escaped: a name may hold terminal codes, and is shown on terminals.
    Where the contract is about people, strangers are numbered and not named: of a file without a
    header the first row stands in its place.
    """
    shown = [_printable(name) for name in names[:MOST]]
    detail = "the contract does not know this column"
    if contract.of_people:
        shown = [f"stranger {at}" for at in range(1, len(shown) + 1)]
        detail += "; its name may be somebody's data, and is not repeated"
    details = [detail] * len(shown)
    if len(names) > MOST:
        details[-1] += f", nor {len(names) - MOST} others"
    codes = [rule(name, TableRule.UNEXPECTED_COLUMN) for name in shown]
    return list(zip(codes, details, strict=True))


def _printable(name: str) -> str:
    told = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name[:LONGEST])
    return told if len(name) <= LONGEST else f"{told}..."

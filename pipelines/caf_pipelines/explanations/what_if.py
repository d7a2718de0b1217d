"""The same row with other cells: the contract judges each before the model is asked."""

from collections.abc import Mapping, Sequence

import pandas as pd

from caf_platform.contract.mask import reasons
from caf_platform.contract.model import Contract
from caf_platform.contract.parse import parse
from caf_platform.errors import BadInput, did_you_mean


def asked(texts: Sequence[str]) -> dict[str, str]:
    """`column=value` texts as cells by column; `BadInput` for anything else, or one named twice."""
    found: dict[str, str] = {}
    for text in texts:
        column, equals, value = text.partition("=")
        if not equals or not column:
            raise BadInput(f"'{text}' is no change.", next_step="Write it as: column=value")
        if column in found:
            raise BadInput(f"'{column}' is changed twice.", next_step="Name each column once.")
        found[column] = value
    return found


def changed(
    row: pd.DataFrame, changes: Mapping[str, str], contract: Contract, features: Sequence[str]
) -> pd.DataFrame:
    """`row` (one) with other cells, as a file would hold them; empty is null.

    `BadInput` for a column that the model does not look at, or a cell that breaks the contract,
    with the rules that it breaks.
    """
    for column in changes:
        if column not in features:
            raise BadInput(
                f"The model does not look at '{column}'.",
                why=did_you_mean(column, features) or "So its answer cannot change with it.",
                next_step=f"It looks at: {', '.join(features) or 'no column at all'}.",
            )
    cells = {name: changes.get(name, "") for name in contract.names}
    read = parse(pd.DataFrame([cells]).to_csv(index=False).encode(), contract).frame
    broken = [
        code
        for codes in reasons(read, contract)
        for code in codes
        if code.partition(":")[0] in changes
    ]
    if broken:
        raise BadInput(
            f"The contract refuses {', '.join(f'{n}={v}' for n, v in changes.items())}.",
            why=f"Broken: {', '.join(broken)}.",
            next_step="Ask for cells that a batch could hold: caf catalog show tells the rules.",
        )
    return row.assign(**{name: read[name].to_numpy() for name in changes})

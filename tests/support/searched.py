"""Every file of a folder as text, to be searched for what must not be there."""

import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd


def held(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file with its text; tables are read, for compressed pages hide what they hold."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            text = data.decode("utf-8", "replace")
            if data[:4] == b"PAR1":
                text = pd.read_parquet(io.BytesIO(data)).to_csv()
            yield path.relative_to(folder).as_posix(), text.lower()

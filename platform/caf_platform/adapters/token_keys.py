"""The keys by which a project's identifiers become tokens: one for each play that wants a new one.

They lie in the key folder, away from the data. The same identifier has the same token wherever it
stands in a project, for as long as the key holds; with another key all of them are others, and
nobody without both can tell which is which.
"""

from pathlib import Path
from typing import Final

from caf_platform.adapters.pseudonyms import Pseudonyms, make_key, open_pseudonyms
from caf_platform.errors import Unavailable

MARK: Final = "tok_"
LENGTH: Final = 32
"""Hex characters of a token after its mark: 128 bits, in which no two people meet."""


class TokenKeys:
    """A project's keys in a folder, the oldest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Pseudonyms]:
        """Every key that is there."""
        return [open_pseudonyms(path) for path in sorted(self._folder.glob("[0-9]*.key"))]

    def newest(self) -> Pseudonyms:
        """The key for the next play; made where there is none."""
        found = self.all()
        return found[-1] if found else self.rotate()

    def rotate(self) -> Pseudonyms:
        """A new key, which is the newest from here on; no former one is touched."""
        path = self._folder / f"{len(self.all()) + 1:04d}.key"
        make_key(path)
        return open_pseudonyms(path)

    def named(self, key_id: str) -> Pseudonyms:
        """The key of a play; `Unavailable` when it is gone."""
        for one in self.all():
            if one.key_id == key_id:
                return one
        raise Unavailable(
            f"The key {key_id} by which this play's identifiers became tokens is not there.",
            why=f"None of the files in '{self._folder}' holds it.",
            next_step="Restore it from the backup of the key folder.",
        )


def token(by: Pseudonyms, project: str, cell: str) -> str:
    """`tok_` and 32 hex characters for an identifier; an empty cell stays empty."""
    text = cell.strip()
    return MARK + by.of("token", f"{project}\0{text}")[:LENGTH] if text else cell

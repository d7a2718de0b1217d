"""Releases a data product of a micro play, as an operator would."""

from played import Played

FOR = ("--purpose", "a study", "--for", "the university", "--as", "ops")


def export(played: Played, *words: str, what: str = "rows", out: str = "p.parquet") -> int:
    """The verb, with a file beside the home."""
    return played.caf("export", what, "--out", str(played.root / out), *FOR, *words)

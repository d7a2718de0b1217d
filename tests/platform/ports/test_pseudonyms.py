"""Keyed digests: the same person is known again, by whoever has the key and by nobody else."""

from pathlib import Path

import pytest

from caf_platform.adapters.pseudonyms import FILE, Pseudonyms, open_pseudonyms
from caf_platform.errors import Tampered, Unavailable


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """Whoever opens it again has the same digests; nobody else may read the file."""
    first, second = (
        open_pseudonyms(tmp_path / "keys" / FILE),
        open_pseudonyms(tmp_path / "keys" / FILE),
    )

    assert first.of("subject", "Ada") == second.of("subject", "Ada")
    assert (tmp_path / "keys" / FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [FILE]


def test_another_key_gives_other_digests_and_does_not_open(tmp_path: Path) -> None:
    """A home whose key was changed would let erased people in again: it is refused instead."""
    mine, other = open_pseudonyms(tmp_path / "a" / FILE), open_pseudonyms(tmp_path / "b" / FILE)

    assert mine.of("subject", "Ada") != other.of("subject", "Ada")
    with pytest.raises(Tampered, match=mine.key_id):
        open_pseudonyms(tmp_path / "b" / FILE, mine.key_id)


def test_a_key_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """And what to do is said."""
    with pytest.raises(Unavailable, match="backup"):
        open_pseudonyms(tmp_path / FILE, "0123")
    assert not (tmp_path / FILE).exists()


def test_a_digest_is_of_its_kind(tmp_path: Path) -> None:
    """A row named like a person is another thing, and a name is not found by its plain digest."""
    by = Pseudonyms(b"k" * 32)

    assert by.of("subject", "1") != by.of("row", "1")
    assert "k" * 32 not in by.key_id

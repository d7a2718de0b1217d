"""Identifiers become tokens in the bytes of a file."""

from dataclasses import replace
from pathlib import Path

import pytest
from micro_play import World, micro, telling

from caf_pipelines.erasing.tokens import tokenised
from caf_platform.adapters.pseudonyms import Pseudonyms
from caf_platform.adapters.token_keys import LENGTH, MARK, TokenKeys, token
from caf_platform.contract.model import Column, ColumnKind
from caf_platform.errors import Refused
from caf_platform.project.model import Declaration, Project
from caf_platform.project.removable import TOKEN

BY = Pseudonyms(b"k" * 32)
PERSON = Column(
    name="person", kind=ColumnKind.TEXT, meaning="who", feed="sensor", nullable=True, tokenised=True
)


def about_people(project: Project | None = None) -> Project:
    """The micro project with a column of identifiers."""
    found = project or micro()
    contract = replace(
        found.declaration.contract, columns=(*found.declaration.contract.columns, PERSON)
    )
    return replace(found, declaration=replace(found.declaration, contract=contract))


DECLARED: Declaration = about_people().declaration


def test_each_identifier_becomes_its_token_and_nothing_else_changes() -> None:
    """Also beside quotes and line breaks; an empty cell stays empty."""
    raw = b'row,person,site\r\n1, Ada ,"a, b"\r\n2,,c\r\n3,Ada,"d ""e"""\r\n'
    ada = token(BY, "micro", "Ada")

    made = tokenised(raw, DECLARED, BY)

    assert made.decode() == f'row,person,site\n1,{ada},"a, b"\n2,,c\n3,{ada},"d ""e"""\n'
    assert tokenised(raw, DECLARED, BY) == made
    assert ada.startswith(MARK)
    assert len(ada) == len(MARK) + LENGTH == TOKEN


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        (b"row,persona\n1,Ada\n", b"row,persona\n"),
        (b"row,person\n1\n", b""),
        (b'row,person\n"1,Ada\n', b""),
        ("row,person\n1,Zo\u00eb\n".encode("latin-1"), b""),
        (b"", b""),
    ],
)
def test_of_a_file_without_the_column_no_row_is_kept(raw: bytes, left: bytes) -> None:
    """An identifier could stand anywhere in it; the contract refuses what is left."""
    assert tokenised(raw, DECLARED, BY) == left


def test_a_token_is_of_its_project_and_of_its_key() -> None:
    """Two projects cannot be joined by theirs."""
    assert token(BY, "micro", "Ada") != token(BY, "macro", "Ada")
    assert token(BY, "micro", "Ada") != token(Pseudonyms(b"l" * 32), "micro", "Ada")
    assert token(BY, "micro", " Ada ") == token(BY, "micro", "Ada")


def test_the_newest_key_is_the_one_that_was_made_last(tmp_path: Path) -> None:
    """And every former one can still be asked for by its name."""
    keys = TokenKeys(tmp_path / "micro")
    first = keys.newest()
    second = keys.rotate()

    assert keys.newest().key_id == second.key_id != first.key_id
    assert keys.named(first.key_id).of("token", "x") == first.of("token", "x")


def test_a_play_that_began_with_plain_names_does_not_go_on_as_one_of_tokens() -> None:
    """What is stored already is plain; a new play is asked for."""
    world = World()
    world.opened()

    with pytest.raises(Refused, match="began with plain person"):
        world.opened(about_people(telling(micro().declaration.source(Path()))))

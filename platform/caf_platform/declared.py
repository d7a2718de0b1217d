"""Declarations: frozen values that people write by hand and that are judged all at once.

A declared class does not check itself when it is made, so that a file with five mistakes is
read to its end; `judge` then checks the whole tree strictly and reports every mistake.
"""

from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

from pydantic import ConfigDict, TypeAdapter, ValidationError

from caf_platform.errors import Mistake

T = TypeVar("T")


SHOWN = 60
"""How many characters of a wrong value are shown."""


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


REQUIRED: Any = _Nothing()
"""The default of a field that has no default; left in place it is reported as *nothing*."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def declared(cls: type[T]) -> type[T]:
    """A frozen keyword-only dataclass that `judge` can check strictly."""
    made = dataclass(frozen=True, kw_only=True)(cls)
    config = ConfigDict(
        strict=True, revalidate_instances="always", extra="forbid", arbitrary_types_allowed=True
    )
    made.__pydantic_config__ = config  # type: ignore[attr-defined]
    return made


def mistakes_in(kind: type[Any], value: object, file: str) -> list[Mistake]:
    """Every mistake in a declared tree, each with file, key, found and expected."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return from_pydantic(error, file)
    return []


def from_pydantic(error: ValidationError, file: str) -> list[Mistake]:
    """A pydantic error in our words."""
    return [
        Mistake(
            file=file,
            key=".".join(str(part) for part in line["loc"]) or "(whole file)",
            found=_shown(line["input"]) if line["type"] != "missing" else "nothing",
            expected=_expected(line["type"], line["msg"]),
        )
        for line in error.errors()
    ]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def _expected(kind: str, message: str) -> str:
    known = {
        "missing": "a value",
        "extra_forbidden": "no such key",
        "model_type": "keys with their values",
    }
    words = known.get(kind, message)
    for opening in ("Input should be ", "Value error, "):
        words = words.removeprefix(opening)
    return words

"""A project's source as the platform calls it: what it raises or returns is judged at the edge."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from micro_play import micro

from caf_platform.errors import BadInput, CafError, Refused, Unavailable
from caf_platform.project.guarded import GuardedSource
from caf_platform.project.source import Delivery, DeliveryKind

GOOD = Delivery(DeliveryKind.BATCH, "day-01", datetime(2020, 1, 2, tzinfo=UTC), lambda: b"x")


class Told:
    """A source that answers with what a test gives it, or raises it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def deliveries(self, _sample: float | None) -> Sequence[Delivery]:
        """The answer."""
        return self._given()

    def recompute(self, _keys: Sequence[str]) -> Any:
        """The answer."""
        return self._given()

    def _given(self) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def guarded(source: object) -> GuardedSource:
    """A source of the micro project, or what is raised when it is made."""

    def made(_cache: Path) -> Any:
        if isinstance(source, BaseException):
            raise source
        return source

    declaration = replace(micro().declaration, source=made)
    return GuardedSource(replace(micro(), declaration=declaration), Path("unused"))


def read(source: GuardedSource) -> bytes:
    """The bytes of its first delivery."""
    return source.deliveries(None)[0].read()


def test_good_deliveries_come_through() -> None:
    """With their bytes, read when they are asked for."""
    (found,) = guarded(Told([GOOD])).deliveries(None)

    assert (found.kind, found.name, found.arrives_at) == (GOOD.kind, GOOD.name, GOOD.arrives_at)
    assert found.read() == b"x"


@pytest.mark.parametrize(
    ("raised", "kind", "why"),
    [
        (OSError(5, "Input/output error"), Unavailable, "Input/output error."),
        (FileNotFoundError(2, "No such file", "a.csv"), Unavailable, "No such file: 'a.csv'."),
        (ValueError("no such day"), BadInput, "ValueError: no such day."),
        (SystemExit(0), BadInput, "SystemExit: 0."),
    ],
)
@pytest.mark.parametrize(
    "asked",
    [
        guarded,
        lambda error: guarded(Told(error)).deliveries(None),
        lambda error: guarded(Told(error)).recompute(["a"]),
        lambda error: read(guarded(Told([replace(GOOD, read=Told(error)._given)]))),
    ],
    ids=["made", "asked what arrives", "asked for rows", "read"],
)
def test_whatever_it_raises_is_ours(
    asked: Callable[[BaseException], object],
    raised: BaseException,
    kind: type[CafError],
    why: str,
) -> None:
    """A file or a disk is unavailable, the rest is the project's; both say what next."""
    with pytest.raises(kind) as caught:
        asked(raised)

    assert caught.value.why == why
    assert "run the same command again" in caught.value.next_step


def test_an_error_of_ours_stays_what_it_is() -> None:
    """A project may refuse with words of its own."""
    with pytest.raises(Refused, match="on Sundays"):
        guarded(Told(Refused("Not on Sundays."))).deliveries(None)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("day-01.csv", "It is str, not a Delivery."),
        (replace(GOOD, kind="parcel"), "Its kind is 'parcel', not a DeliveryKind."),
        (replace(GOOD, name=""), "It has no name that can be printed."),
        (replace(GOOD, name=7), "It has no name that can be printed."),
        (replace(GOOD, name="a\nb"), "It has no name that can be printed."),
        (replace(GOOD, arrives_at="soon"), "no moment with a time zone."),
        (replace(GOOD, arrives_at=datetime(2020, 1, 2)), "no moment with a time zone."),  # noqa: DTZ001
        (replace(GOOD, feeds={"a": "now"}), "each needs a moment with a time zone."),
        (replace(GOOD, feeds=None), "each needs a moment with a time zone."),
    ],
)
def test_what_is_no_delivery_is_named(bad: Any, why: str) -> None:
    """Before anything of it is recorded."""
    with pytest.raises(BadInput) as caught:
        guarded(Told([GOOD, bad])).deliveries(None)

    assert caught.value.why.endswith(why)


def test_what_is_read_are_bytes() -> None:
    """A text has lost its encoding already."""
    (found,) = guarded(Told([replace(GOOD, read=lambda: "x")])).deliveries(None)

    with pytest.raises(BadInput, match="read\\(\\) gave str, not bytes"):
        found.read()

"""`infra/sbom.py`: everything installed stands in the bill, the same each time."""

import copy
from pathlib import Path
from typing import Any

import pytest
from sbom import installed, listed, missing, without_licence, write

Bill = dict[str, Any]


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Bill:
    """Of the environment that the tests run in."""
    return write(tmp_path_factory.mktemp("bill") / "sbom.json")


def test_everything_installed_is_in_it(bill: Bill) -> None:
    """The platform and every package."""
    there = installed()

    assert missing(bill, there) == []
    assert len(there) > 200
    assert ("caf-mlops", "0.1.0") in listed(bill)


def test_a_package_that_is_left_out_is_missed(bill: Bill) -> None:
    """By its canonical name."""
    poorer = copy.deepcopy(bill)
    poorer["components"] = [part for part in bill["components"] if part["name"].lower() != "jinja2"]

    assert [name for name, _ in missing(poorer, installed())] == ["jinja2"]


def test_another_version_is_missed(bill: Bill) -> None:
    """The name alone is not enough."""
    assert missing(bill, {("jinja2", "0.0.1")}) == [("jinja2", "0.0.1")]


def test_packages_without_a_licence_are_named(bill: Bill) -> None:
    """Few, and counted among what is listed."""
    poorer = copy.deepcopy(bill)
    poorer["components"][0].pop("licenses", None)

    assert poorer["components"][0]["name"] in without_licence(poorer)
    assert len(without_licence(bill)) < 20


def test_the_same_environment_gives_the_same_bytes(tmp_path: Path) -> None:
    """No time and no random number in it."""
    one, two = tmp_path / "one.json", tmp_path / "two.json"

    write(one)
    write(two)

    assert one.read_bytes() == two.read_bytes()

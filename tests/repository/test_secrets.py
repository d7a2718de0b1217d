"""No secret stands in the tree, and each warning about security that is waived says why."""

from pathlib import Path

import pytest
from checkout import files, name_of
from secret_kinds import NAMES, SECRETS, SMALL, found
from static_checks import has_reason, product, waivers


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_no_file_holds_a_secret(path: Path) -> None:
    """Neither by its name nor by what stands in it."""
    assert not NAMES.search(name_of(path))
    assert path.stat().st_size > SMALL or found(path.read_bytes().decode("latin-1")) == []


PLANTED = {
    "a private key": "-----BEGIN PRIVATE " + "KEY-----\n" + "MC4CAQAwBQYDK2Vw",
    "an AWS key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "a GitHub token": "ghp_" + "a1" * 18,
    "a Slack token": "xoxb-" + "1234567890-abc",
    "a Google key": "AIza" + "B" * 35,
    "a JSON web token": "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + ".c",
    "a password in an address": "postgresql://ada:" + "correcthorse" + "@host/db",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_planted_secret_is_found(kind: str) -> None:
    """Each kind, in the middle of a line."""
    assert found(f"setting = '{PLANTED[kind]}'") == [kind]


@pytest.mark.parametrize("name", ["a/server.pem", "x.key", ".env", "home/id_ed25519"])
def test_a_file_that_is_a_secret_by_its_name_is_found(name: str) -> None:
    """Keys and environments are never committed."""
    assert NAMES.search(name)


def test_every_waiver_of_a_security_rule_has_its_reason() -> None:
    """The linter's and bandit's rules hold everywhere; what is excepted says why on its line."""
    silent = [
        f"{name_of(path)}: {line}"
        for path in product()
        for line in waivers(path.read_text("utf-8"))
        if not has_reason(line)
    ]

    assert silent == []


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("run(words)  # noqa: S603 - our own words", True),
        ("run(words)  # nosec B603 # noqa: S603 - our own words", True),
        ("run(words)  # nosec B603, B607 # our own words", True),
        ("run(words)  # noqa: S603", False),
        ("run(words)  # noqa: D100, S603 - so", False),
        ("run(words)  # nosec B603 # noqa: S603", False),
        ("run(words)  # nosec B603", False),
        ("run(words)  # nosec", False),
        ("run(words)  # nosec - every rule at once, with many words", False),
    ],
)
def test_a_waiver_names_what_it_waives_and_says_why(line: str, good: bool) -> None:
    """Each is seen as a waiver; without a rule or without words it is none."""
    assert waivers(f"x = 1\n{line}\n") == [line]
    assert has_reason(line) is good

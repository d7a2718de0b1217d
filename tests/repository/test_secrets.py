"""No secret stands in the tree, and each warning about security that is waived says why."""

import re
from pathlib import Path

import pytest
from checkout import ROOT, files, name_of

# Written in pieces, so that this file does not hold what it looks for.
SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE " + r"KEY-----\s*[A-Za-z0-9+/]{16}",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})",
    "a Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    "a Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "a JSON web token": r"\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.",
    "a password in an address": r"://[\w.-]+:(?!\$|\{|<|hunter2|test)[^\s@/:'\"]{6,}@",
}
NAMES = re.compile(r"\.(?:pem|key|p12|pfx|jks|keystore)$|(?:^|/)(?:\.env|id_(?:rsa|ed25519))$")
WAIVED = re.compile(r"# noqa: (?:[A-Z]+\d+, )*S\d+(?P<why>.*)")
SMALL = 2_000_000
"""Bytes; a bigger file is data."""


def found(text: str) -> list[str]:
    """Which kinds of secrets a text holds."""
    return [kind for kind, pattern in SECRETS.items() if re.search(pattern, text)]


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
    """The linter's security rules hold everywhere; what is excepted says why on its line."""
    silent = [
        f"{name_of(path)}: {line.strip()}"
        for path in files()
        if path.suffix == ".py" and ROOT / "tests" not in path.parents
        for line in path.read_text("utf-8").splitlines()
        if (waived := WAIVED.search(line)) and len(waived["why"].strip(" -()")) < 8
    ]

    assert silent == []

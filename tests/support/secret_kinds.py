"""What a secret looks like: in a text, and by the name of its file."""

import re

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
SMALL = 2_000_000
"""Bytes; a bigger file is data."""


def found(text: str) -> list[str]:
    """Which kinds of secrets a text holds."""
    return [kind for kind, pattern in SECRETS.items() if re.search(pattern, text)]

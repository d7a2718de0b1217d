"""Asks the servers of `caf ui` as a browser or a program would."""

import json
import urllib.request
from email.message import Message
from typing import Any
from urllib.error import HTTPError

CLIENT = "a-test"


def ask(url: str, *, body: object = None, **headers: str) -> tuple[int, str, Message]:
    """Status, text and headers of one answer, whatever it says; no proxy is asked."""
    sent = {"Accept": "text/html,application/json", "Content-Type": "application/json", **headers}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, sent)  # noqa: S310 - a loopback URL
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


class Prefect:
    """A Prefect server that wants its token from whoever posts."""

    def __init__(self, api: str) -> None:
        self._api = api
        token = self.read(f"csrf-token?client={CLIENT}")["token"]
        self._token = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": CLIENT}

    def read(self, path: str) -> dict[str, Any]:
        """One thing by its address."""
        status, text, _ = ask(f"{self._api}/{path}")
        assert status == 200, text
        found: dict[str, Any] = json.loads(text)
        return found

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Everything of one kind, up to the server's limit of 200."""
        status, text, _ = ask(f"{self._api}/{kind}/filter", body={}, **self._token)
        assert status == 200, text
        found: list[dict[str, Any]] = json.loads(text)
        return found

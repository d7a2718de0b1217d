"""The repository's dated copy of advisories, and a server on loopback that answers from it.

The copy, `advisories.json`, holds facts in the words of the OSV schema (ossf.github.io/osv-schema):
ids, packages and ranges of versions. `pip-audit` asks OSV's query API; `answering` gives it an
address where that API is answered from the copy, so that the audit needs no network.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

COPY = Path(__file__).with_name("advisories.json")
Advisory = dict[str, Any]


@dataclass(frozen=True)
class Copy:
    """What was copied: how new it is, what was looked up, and what was found."""

    dated: str
    covers: dict[str, int]
    """A package that was looked up -> how many advisories are filed under its name."""
    advisories: list[Advisory]

    @classmethod
    def read(cls, path: Path = COPY) -> "Copy":
        """The copy as it lies in the repository."""
        found = json.loads(path.read_text("utf-8"))
        return cls(found["dated"], found["covers"], found["advisories"])

    def about(self, name: str) -> list[Advisory]:
        """Every advisory on a package, by its canonical name."""
        return [advisory for advisory in self.advisories if name in _packages(advisory)]

    def affecting(self, name: str, version: str) -> list[Advisory]:
        """Those whose ranges hold this version."""
        asked = canonicalize_name(name)
        return [
            advisory
            for advisory in self.about(asked)
            for affected in advisory["affected"]
            if affected["package"]["name"] == asked and _holds(affected, Version(version))
        ]

    def covered_in_part(self) -> set[str]:
        """Packages of which fewer advisories are here than are filed."""
        here = Counter(name for advisory in self.advisories for name in _packages(advisory))
        return {name for name, filed in self.covers.items() if here[name] < filed}


def _packages(advisory: Advisory) -> set[str]:
    return {affected["package"]["name"] for affected in advisory["affected"]}


def _holds(affected: Advisory, version: Version) -> bool:
    """Whether the ranges hold it: the events in their order, the last one before it counts."""
    return any(_within(spans["events"], version) for spans in affected["ranges"])


def _within(events: list[dict[str, str]], version: Version) -> bool:
    inside = False
    for event in events:
        ((kind, value),) = event.items()
        match kind:
            case "introduced":
                inside = inside or value == "0" or version >= Version(value)
            case "fixed":
                inside = inside and version < Version(value)
            case "last_affected":
                inside = inside and version <= Version(value)
            case _:
                raise ValueError(f"An advisory has an event of unknown kind: {event}")
    return inside


@contextmanager
def answering(copy: Copy) -> Iterator[str]:
    """The address of a server on loopback that answers OSV's query API from the copy."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = copy.affecting(asked["package"]["name"], asked["version"])
            body = json.dumps({"vulns": found} if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing: what was asked is in the audit's report."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
        finally:
            server.shutdown()

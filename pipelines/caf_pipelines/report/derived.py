"""What is only computed when somebody asks, kept as evidence under what it was computed from.

Whoever asks the same again, a second report of a play, reads it back; whatever it rests on changes
its name.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from caf_pipelines.lifecycle.store import put_json
from caf_platform.digest import digest, digest_of, short
from caf_platform.errors import CafError
from caf_platform.ports.lake import Lake, Zone


@dataclass(frozen=True)
class Derived:
    """The derived evidence of one project."""

    lake: Lake
    project: str

    def get(
        self, name: str, inputs: Mapping[str, Any], compute: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """What `compute` gives for `inputs`: kept from earlier if its bytes are whole, or now.

        A lake that takes nothing does not keep anybody from reading.
        """
        folder = f"report/{name}/{digest_of(inputs)}"
        kept = self._kept(folder)
        if kept is not None:
            return kept
        value = compute()
        with suppress(CafError):
            put_json(self.lake, self.project, folder, value)
        return value

    def where(self, name: str, inputs: Mapping[str, Any]) -> tuple[str, str] | None:
        """Key and digest of what is kept for `inputs`; None where nothing whole is."""
        found = self._found(f"report/{name}/{digest_of(inputs)}")
        return None if found is None else (found[0], digest(found[1]))

    def _kept(self, folder: str) -> Mapping[str, Any] | None:
        found = self._found(folder)
        if found is None:
            return None
        value: Mapping[str, Any] = json.loads(found[1])
        return value

    def _found(self, folder: str) -> tuple[str, bytes] | None:
        """The object in a folder whose bytes are whole, by its key."""
        for key in self.lake.keys(f"{Zone.EVIDENCE}/{self.project}/{folder}/"):
            with suppress(CafError):
                data = self.lake.read(key)
                if key.endswith(f"/{short(digest(data))}.json"):
                    return key, data
        return None

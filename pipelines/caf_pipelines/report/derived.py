"""What only the report computes, kept as evidence under what it was computed from.

The second report of the same play reads it back; whatever it rests on changes its name.
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

    def _kept(self, folder: str) -> Mapping[str, Any] | None:
        for key in self.lake.keys(f"{Zone.EVIDENCE}/{self.project}/{folder}/"):
            with suppress(CafError, ValueError):
                data = self.lake.read(key)
                if key.endswith(f"/{short(digest(data))}.json"):
                    found: Mapping[str, Any] = json.loads(data)
                    return found
        return None

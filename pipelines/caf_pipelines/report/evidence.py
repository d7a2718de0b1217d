"""Evidence objects read back from the lake; one that is gone or not whole says so on the page."""

import json
from collections.abc import Mapping
from typing import Any

from caf_platform.digest import digest, short
from caf_platform.errors import CafError
from caf_platform.ports.lake import Lake


def read_evidence(lake: Lake, key: str | None, expected: str | None = None) -> Mapping[str, Any]:
    """The JSON object under a key; empty when there is none, or it is not what was stored.

    Without a recorded digest its name has to agree: evidence is named by its content.
    """
    if not key:
        return {}
    try:
        data = lake.read(key, expected=expected)
        found = json.loads(data)
    except (CafError, ValueError):
        return {}
    whole = expected is not None or short(digest(data)) in key
    return found if whole and isinstance(found, dict) else {}

"""How the lifecycle names what it puts into the lake: by content, under the project."""

from collections.abc import Mapping
from typing import Any

from caf_platform.digest import canonical, digest, short
from caf_platform.ports.lake import Lake, Zone


def put(
    lake: Lake, zone: Zone, project: str, name: str, data: bytes, suffix: str
) -> tuple[str, str]:
    """Store bytes as `zone/project/name/<digest>.suffix`; returns (key, digest)."""
    content = digest(data)
    key = f"{zone}/{project}/{name}/{short(content)}.{suffix}"
    lake.write(key, data)
    return key, content


def put_json(lake: Lake, project: str, name: str, value: Mapping[str, Any]) -> tuple[str, str]:
    """Store a JSON object as evidence, in canonical form; returns (key, digest)."""
    return put(lake, Zone.EVIDENCE, project, name, canonical(value), "json")

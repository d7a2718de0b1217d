"""Model files: written by skops, and opened only after everything about them has been checked.

The order is the point: the digest, then sizes, then every type and loader that the file names
against the platform's own closed list, then skops' own audit, and only then is anything built,
from the very bytes that were checked. Nothing here reads another format.
"""

import json
from typing import TYPE_CHECKING, Any, Final

from caf_platform.capabilities import Capability
from caf_platform.digest import digest, short
from caf_platform.errors import Refused, Tampered
from caf_platform.model.archive import LIMITS, SCHEMA, Limits, members, nodes
from caf_platform.model.families import trusted_types
from caf_platform.model.reproducible import reproducible
from caf_platform.plugins import Kind, register

if TYPE_CHECKING:  # a command that only looks at data need not wait for scikit-learn
    from sklearn.pipeline import Pipeline

PROTOCOLS: Final = (2,)
"""Versions of the skops format; an older one would choose older, less checked, readers."""

LOADERS: Final = frozenset(
    {
        "DTypeNode",
        "DictNode",
        "FunctionNode",
        "JsonNode",
        "ListNode",
        "LossNode",
        "NdArrayNode",
        "ObjectNode",
        "PartialNode",
        "RandomGeneratorNode",
        "SliceNode",
        "TupleNode",
        "TypeNode",
    }
)
"""How skops rebuilds things: all that the families need. Methods and operators are not here."""

_MARKS: Final = ("__class__", "__module__", "__loader__")

FILE: Final = "file"
"""What skops calls the member that holds a node's array."""


def dump(model: "Pipeline") -> bytes:
    """A fitted pipeline as a skops file; the same model gives the same bytes."""
    import skops.io

    return reproducible(skops.io.dumps(model))


@register(
    Kind.CONTROL,
    "safe model files",
    Capability.VULNERABILITY_MANAGEMENT,
    Capability.APPLICATION_SECURITY,
)
def load(data: bytes, *, expected_digest: str, family: str, limits: Limits = LIMITS) -> "Pipeline":
    """The pipeline in a model file.

    Raises `Tampered` when the bytes are not those of `expected_digest` or are no model file, and
    `Refused` when they exceed a limit or name a type that is not on the family's list. All of it
    happens before anything in the file is built.
    """
    from sklearn import pipeline

    found = digest(data)
    if found != expected_digest:
        raise Tampered(
            f"The model file is {short(found)}, not {short(expected_digest)}.",
            why="These are other bytes than those that were recorded and approved.",
            next_step="Roll back to a version whose file is whole.",
        )
    allowed = trusted_types(family)
    check(data, family=family, limits=limits)
    model = _built(data, allowed)
    if not isinstance(model, pipeline.Pipeline):
        raise Refused(f"The model file holds a {type(model).__name__}, not a pipeline.")
    return model


def check(data: bytes, *, family: str, limits: Limits = LIMITS) -> None:
    """Keep every limit and the family's list of types, with no more than a ZIP and a JSON reader.

    Raises `Refused` naming the first thing that is not allowed, or `Tampered`.
    """
    held = members(data, limits)
    try:
        schema = json.loads(held[SCHEMA])
    except (ValueError, RecursionError) as error:
        raise Tampered(f"{SCHEMA} cannot be read.", why=str(error)) from error
    if not isinstance(schema, dict) or schema.get("protocol") not in PROTOCOLS:
        raise Refused(f"{SCHEMA} is not of skops protocol {PROTOCOLS[-1]}.")
    allowed, named = frozenset(trusted_types(family)), {SCHEMA}
    for node in nodes(schema, limits):
        if any(mark in node for mark in _MARKS):
            _check_node(node, allowed, family)
        if FILE in node:
            named.add(str(node[FILE]))
    if named != held.keys():
        strange = min(named ^ held.keys())
        raise Tampered(f"The model file holds, or lacks, a member '{strange}' against its schema.")


def _check_node(node: dict[str, Any], allowed: frozenset[str], family: str) -> None:
    cls, module, loader = (node.get(mark) for mark in _MARKS)
    if not (isinstance(cls, str) and isinstance(module, str) and isinstance(loader, str)):
        raise Tampered(f"{SCHEMA} holds a node that does not say what it is.")
    if loader not in LOADERS:
        raise Refused(f"The model file asks for the loader {loader!r}, which no family needs.")
    if f"{module}.{cls}" not in allowed:
        raise Refused(
            f"The model file names the type '{module}.{cls}'.",
            why=f"It is not on the platform's list for the family '{family}'.",
        )


def _built(data: bytes, allowed: tuple[str, ...]) -> Any:
    """What skops builds, once its own audit finds nothing beyond the list."""
    import skops.io

    try:
        strange = sorted(set(skops.io.get_untrusted_types(data=data)) - set(allowed))
        if not strange:
            return skops.io.loads(data, trusted=list(allowed))
    except Exception as error:  # a checked file that still cannot be built: any error may come
        raise Tampered("The model file cannot be built.", why=f"{error!r}") from error
    raise Refused(f"The model file names the types {', '.join(strange)}.", why="Not on the list.")

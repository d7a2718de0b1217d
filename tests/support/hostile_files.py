"""Model files as an intruder would make them: valid ZIPs around changed content."""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

SCHEMA = "schema.json"


def unpacked(data: bytes) -> dict[str, bytes]:
    """Member names and contents."""
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes], compression: int = ZIP_STORED) -> bytes:
    """A ZIP of these members."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_schema(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The same file with its schema changed in place, or replaced by what `change` returns."""
    members = unpacked(data)
    schema = json.loads(members[SCHEMA])
    replaced = change(schema)
    return packed({**members, SCHEMA: json.dumps(replaced or schema).encode()})


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The same file with one member more."""
    return packed({**unpacked(data), name: content})


def node(loader: str, module: str, cls: str, **more: Any) -> dict[str, Any]:
    """A skops node."""
    return {"__class__": cls, "__module__": module, "__loader__": loader, "__id__": 1, **more}


def planted(data: bytes, bad: dict[str, Any]) -> bytes:
    """The same file, where the first attribute of the pipeline is another node."""

    def plant(schema: dict[str, Any]) -> None:
        schema["content"]["content"]["steps"] = bad

    return with_schema(data, plant)


TEXT = node("JsonNode", "builtins", "str", content='"touch /tmp/harm"', is_json=True)
ARGUMENTS = node("TupleNode", "builtins", "tuple", content=[TEXT])
NOTHING = node(
    "DictNode",
    "builtins",
    "dict",
    content={},
    key_types=node("ListNode", "builtins", "list", content=[]),
)

HARMFUL: dict[str, dict[str, Any]] = {
    "eval as a function": node("FunctionNode", "builtins", "eval"),
    "exec as a type": node("TypeNode", "builtins", "exec"),
    "os.system called at once": node(
        "ConstructorFromReduceNode", "os", "system", content=ARGUMENTS
    ),
    "a module that runs when imported": node("ObjectNode", "antigravity", "fly", content=NOTHING),
    "a partial of subprocess.call": node(
        "PartialNode",
        "functools",
        "partial",
        content={
            "func": node("FunctionNode", "subprocess", "call"),
            "args": ARGUMENTS,
            "kwds": NOTHING,
            "namespace": NOTHING,
        },
    ),
    "a method of a trusted object": node(
        "MethodNode",
        "sklearn.pipeline",
        "Pipeline",
        content={"func": "set_params", "obj": node("ObjectNode", "sklearn.pipeline", "Pipeline")},
    ),
    "operator.methodcaller": node("OperatorFuncNode", "operator", "methodcaller", attrs=ARGUMENTS),
    "an estimator of another family": node(
        "ObjectNode", "sklearn.neighbors._classification", "KNeighborsClassifier", content=NOTHING
    ),
    "a numpy function": node("FunctionNode", "numpy", "exp"),
    "a trusted type with a loader in another case": node("objectnode", "builtins", "dict"),
}


def bomb(data: bytes, size: int = 50_000_000) -> bytes:
    """A small file that unpacks to `size` bytes of zeros."""
    return packed({**unpacked(data), "1.npy": bytes(size)}, ZIP_DEFLATED)


def nested(data: bytes, depth: int) -> bytes:
    """A file whose schema holds lists within lists."""
    deep = "[" * depth + "]" * depth
    members = unpacked(data)
    schema = json.loads(members[SCHEMA])
    schema["deep"] = 0
    text = json.dumps(schema).replace('"deep": 0', f'"deep": {deep}')
    return packed({**members, SCHEMA: text.encode()})

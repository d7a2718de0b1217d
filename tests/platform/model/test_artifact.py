"""Model files: what the platform wrote comes back; whatever else it is refused unopened."""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hostile_files import (
    HARMFUL,
    bomb,
    nested,
    node,
    packed,
    planted,
    unpacked,
    with_member,
    with_schema,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from model_samples import FEATURES, SERVED, classes, file_of, fitted, labels, rows

from caf_platform.digest import digest
from caf_platform.errors import Refused, Tampered
from caf_platform.model import artifact
from caf_platform.model.archive import SCHEMA
from caf_platform.model.training import fit, predict
from caf_platform.project.model import Task


def load(data: bytes, family: str = "logistic") -> Any:
    """Open a file that somebody signed: its digest is always right."""
    return artifact.load(data, expected_digest=digest(data), family=family)


@pytest.mark.parametrize(("family", "task"), SERVED)
def test_a_model_comes_back_as_it_was(family: str, task: Task) -> None:
    """Every family answers bit for bit alike after its round trip."""
    loaded = load(file_of(family, task), family)

    assert np.array_equal(
        predict(loaded, rows(50), task), predict(fitted(family, task), rows(50), task)
    )


@pytest.mark.parametrize(("family", "task"), SERVED)
@pytest.mark.parametrize("odd", ["full", "all null", "whole numbers", "tiny", "many categories"])
def test_whatever_the_window_holds_the_list_is_long_enough(
    family: str, task: Task, odd: str
) -> None:
    """No kind of window makes a family write a type that its own list lacks."""
    frame = {
        "full": rows().ffill().bfill(),
        "all null": rows().assign(wind=np.nan, origin=None),
        "whole numbers": rows().assign(wind=3, hour=rows()["hour"].astype("Int64")),
        "tiny": rows(30),
        "many categories": rows(600).assign(origin=[f"{at % 290}" for at in range(600)]),
    }[odd]
    answers = labels(rows(len(frame)), task)
    model = fit(
        family, {}, frame, answers, features=FEATURES, task=task, seed=1, classes=classes(task)
    )

    loaded = load(artifact.dump(model), family)

    assert np.array_equal(predict(loaded, frame, task), predict(model, frame, task))


def test_the_digest_is_checked_before_anything_else() -> None:
    """Other bytes are named by both digests, even if they are no file at all."""
    with pytest.raises(Tampered, match=f"is {digest(b'x')[:12]}, not {'0' * 12}"):
        artifact.load(b"x", expected_digest="0" * 64, family="logistic")


def test_a_swapped_valid_model_is_refused() -> None:
    """Another sound model of the same family is still not the one that was approved."""
    approved, other = file_of("logistic"), file_of("logistic", seed=2)

    with pytest.raises(Tampered, match="other bytes"):
        artifact.load(other, expected_digest=digest(approved), family="logistic")


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_changed_file_is_opened(data: st.DataObject) -> None:
    """Flip, cut, splice or append anywhere: the digest refuses it."""
    good = file_of("logistic")
    at = data.draw(st.integers(0, len(good) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :],
                good[:at],
                good[:at] + good[at // 2 :] + b"\0",
                good + good[at:],
            ]
        )
    )

    with pytest.raises(Tampered):
        artifact.load(changed, expected_digest=digest(good), family="logistic")


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_a_signed_file_with_a_flipped_bit_is_refused_or_means_the_same(at: int, bit: int) -> None:
    """Even if somebody signs it: either a typed refusal, or a model that answers as before."""
    good = bytearray(file_of("dummy"))
    good[at % len(good)] ^= 1 << bit

    try:
        loaded = load(bytes(good), "dummy")
    except (Tampered, Refused):
        return

    expected = predict(fitted("dummy"), rows(5), Task.BINARY)
    assert np.array_equal(predict(loaded, rows(5), Task.BINARY), expected)


@pytest.mark.parametrize("name", HARMFUL)
def test_a_signed_file_that_asks_for_harm_is_refused(name: str) -> None:
    """A type or a loader that is not on the platform's list is refused by its name."""
    data = planted(file_of("logistic"), HARMFUL[name])

    with pytest.raises(Refused, match=r"names the type '|asks for the loader '"):
        load(data)


def test_the_refusal_names_the_type() -> None:
    """Whoever reads the refusal knows what was asked for, and of which family."""
    data = planted(file_of("logistic"), HARMFUL["eval as a function"])

    with pytest.raises(Refused, match=r"'builtins.eval'.*family 'logistic'"):
        load(data)


def test_one_family_cannot_carry_another() -> None:
    """A sound boosting file presented as a logistic regression is refused."""
    with pytest.raises(Refused, match=r"HistGradientBoosting|OrdinalEncoder|TreePredictor"):
        load(file_of("gradient_boosting"), "logistic")


def test_a_list_inside_the_file_is_not_believed() -> None:
    """A file that says what to trust is not asked."""
    data = planted(file_of("logistic"), HARMFUL["exec as a type"])
    data = with_schema(data, lambda schema: {**schema, "skops_trusted_types": ["builtins.exec"]})

    with pytest.raises(Refused, match=r"'builtins\.exec'"):
        load(data)


@pytest.mark.parametrize(
    "bad",
    [
        {"__class__": "dict", "__module__": "builtins"},
        {"__class__": {"a": 1}, "__module__": "builtins", "__loader__": "DictNode"},
        {"__loader__": "JsonNode", "content": "1"},
    ],
)
def test_a_node_that_hides_what_it_is_is_refused(bad: dict[str, Any]) -> None:
    """A node says its class, module and loader in plain text, or it is not read."""
    with pytest.raises(Tampered, match="does not say what it is"):
        load(planted(file_of("logistic"), bad))


@pytest.mark.parametrize("protocol", [0, 1, 3, -1, True, None, "2", [2]])
def test_other_protocols_are_refused(protocol: object) -> None:
    """An older format would choose older readers with fewer checks."""
    data = with_schema(file_of("logistic"), lambda schema: {**schema, "protocol": protocol})

    with pytest.raises(Refused, match="protocol 2"):
        load(data)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"1" * 5000])
def test_a_schema_that_is_no_object_is_refused(text: bytes) -> None:
    """Whatever stands in the schema, the answer is a typed refusal."""
    with pytest.raises((Tampered, Refused)):
        load(packed({**unpacked(file_of("logistic")), SCHEMA: text}))


def test_allowed_types_that_make_no_model_are_refused() -> None:
    """A file of plain data keeps every rule and is still no pipeline."""
    text = node("JsonNode", "builtins", "str", content="1", protocol=2)

    with pytest.raises(Refused, match="holds a int, not a pipeline"):
        load(packed({SCHEMA: json.dumps(text).encode()}))


def test_a_file_that_cannot_be_built_is_refused() -> None:
    """Allowed types put together wrongly end in a typed error, not in skops' own."""
    cut = with_schema(file_of("logistic"), lambda schema: {**schema, "content": {}})

    with pytest.raises(Tampered, match="cannot be built"):
        load(packed({SCHEMA: unpacked(cut)[SCHEMA]}))


@pytest.mark.parametrize("what", ["lacks one", "has one more"])
def test_a_file_whose_arrays_are_not_those_of_its_schema_is_refused(what: str) -> None:
    """Nothing is missing when it is built, and nothing comes along unnamed."""
    held = unpacked(file_of("logistic"))
    array = next(name for name in held if name != SCHEMA)
    if what == "lacks one":
        del held[array]
    else:
        held["424242.npy"] = held[array]

    with pytest.raises(Tampered, match="against its schema"):
        load(packed(held))


WATCHED = """
import sys
from pathlib import Path
import skops.io, sklearn.ensemble
from caf_platform.digest import digest
from caf_platform.errors import Refused, Tampered
from caf_platform.model import artifact

seen = []
# Not `compile`: numpy parses an array's header as a literal, which runs nothing.
WATCH = {"import", "exec", "pickle.find_class", "os.system", "subprocess.Popen",
         "socket.connect", "open"}

def watch(event, args):
    if event in WATCH:
        seen.append((event, str(args[:1])))

good = Path(sys.argv[2]).read_bytes()  # once, so that everything of Python's own is imported
artifact.load(good, expected_digest=digest(good), family="logistic")
sys.addaudithook(watch)
for path in sorted(Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    for expected in (digest(data), "0" * 64):
        seen.clear()
        try:
            artifact.load(data, expected_digest=expected, family="logistic")
        except (Refused, Tampered) as error:
            print(path.name, type(error).__name__, seen)
        else:
            print(path.name, "OPENED", seen)
"""


def test_refusing_runs_and_imports_nothing(tmp_path: Any) -> None:
    """Python's own audit sees no import, exec, unpickling, file or process while refusing."""
    good = file_of("logistic")
    hostile = {name: planted(good, bad) for name, bad in HARMFUL.items()}
    hostile |= {
        "bomb": bomb(good),
        "nested": nested(good, 100_000),
        "extra": with_member(good, "run.py", b"import os"),
        "cut": good[: len(good) // 2],
        "other family": file_of("gradient_boosting"),
    }
    (tmp_path / "hostile").mkdir()
    for name, data in hostile.items():
        (tmp_path / "hostile" / name.replace(".", " ")).write_bytes(data)
    (tmp_path / "good").write_bytes(good)

    command = [sys.executable, "-c", WATCHED, str(tmp_path / "hostile"), str(tmp_path / "good")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    lines = done.stdout.splitlines()
    assert len(lines) == 2 * len(hostile)
    assert all(line.endswith("[]") and "OPENED" not in line for line in lines), lines


def test_what_is_written_is_plain_json_and_arrays() -> None:
    """The file's schema is readable text without any code."""
    schema = json.loads(unpacked(file_of("logistic"))[SCHEMA])

    assert schema["protocol"] == artifact.PROTOCOLS[-1]

"""No refusal is only written: what the product can answer, and what tests have reached of it.

That everything was reached is asked after all tests: `make threats`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from reached import NOTED, watch
from reason_codes import Code, codes, main, missing
from release_evidence import evidence, release_policy, training_policy

from caf_governance.gates.calibrated import calibrated
from caf_pipelines.proving.ran import reached
from caf_platform.decision import Reason
from caf_platform.errors import Refused

CALIBRATED = "governance/caf_governance/gates/calibrated.py"


def test_the_code_is_read_for_what_it_can_answer(tmp_path: Path) -> None:
    """Literals, constants and texts that are filled in, each with its line."""
    path = tmp_path / "gate.py"
    path.write_text(
        "WORD = 'named'\n"
        "def refuses(code, text): ...\n"
        "refuses(WORD, '')\n"
        "refuses(f'too_few_{what}', '')\n"
        "Reason(code='bad' if bad else 'good')\n",
        "utf-8",
    )

    assert [(one.pattern, one.where) for one in codes((path,))] == [
        ("named", "gate.py:3"),
        ("too_few_[a-z0-9_:-]+", "gate.py:4"),
        ("bad", "gate.py:5"),
        ("good", "gate.py:5"),
    ]
    assert len(codes()) > 100


def test_a_code_counts_in_the_module_that_gives_it() -> None:
    """The same word of another module is another reason."""
    code = Code("too_few_[a-z0-9_:-]+", "gates/some.py:12")

    assert code.in_({"gates/some.py too_few_rows"})
    assert code.in_({"gates/some.py heat:too_few_rows"})
    assert not code.in_({"gates/other.py too_few_rows", "gates/some.py too_many", "too_few_rows"})


def test_what_the_product_answers_is_noted() -> None:
    """The code with the gate's own module and the one that helped it; the verdict; the error."""
    watch()
    NOTED.difference_update({f"{CALIBRATED} bias_too_large", "calibrated refuse"})
    seen = evidence(performance={"challenger": {"bias": 0.4, "calibration_error": 0.02}})

    calibrated(seen, release_policy(), training_policy())

    assert f"{CALIBRATED} bias_too_large" in NOTED
    assert "calibrated refuse" in NOTED


def test_what_a_test_makes_itself_is_not_noted() -> None:
    """Nor what is read back."""
    watch()

    made = Reason(code="made_by_a_test", text="no product code said so")
    Reason.model_validate(made.model_dump() | {"code": "read_back"})
    error = Refused("made by a test as well")

    assert not [one for one in NOTED if "made_by_a_test" in one or "read_back" in one]
    assert error.what


def test_nothing_reached_is_everything_missing() -> None:
    """Each kind of answer is told apart."""
    lost = missing(())

    kinds = {line.split()[0] for line in lost if ".py:" not in line}
    assert kinds == {"rule", "error", "verdict"}
    assert "verdict calibrated cannot_judge" in lost
    assert "error Tampered" in lost
    assert "rule minimum" in lost
    assert len([line for line in lost if ".py:" in line]) == len(codes())


def test_a_session_tells_what_was_reached_with_workers_and_without(tmp_path: Path) -> None:
    """And nothing of it counts once the tree has changed."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text(
        "from ran import record\n\n\ndef pytest_configure(config):\n    record(config)\n"
    )
    (tmp_path / "test_it.py").write_text(
        "from asked_gates import ask\n\n\ndef test_it():\n    ask('calibrated', performance={})\n"
    )
    given = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    given |= {"PYTHONPATH": str(ROOT / "tests" / "support"), "PYTHONDONTWRITEBYTECODE": "1"}
    told = []
    for workers in ((), ("-n", "1")):
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers],
            cwd=tmp_path,
            env=given,
            capture_output=True,
            check=True,
        )
        told.append("calibrated cannot_judge" in reached(tmp_path))
        (tmp_path / "pytest.ini").write_text(f"[pytest]\n# {workers}\n")
        told.append("calibrated cannot_judge" in reached(tmp_path))

    assert told == [True, False, True, False]


def test_the_program_ends_with_one_where_something_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And names the first of it."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    code = main(tmp_path)

    told = capsys.readouterr().out
    assert code == 1
    assert "no test over this tree has reached platform/" in told
    assert "were never reached" in told

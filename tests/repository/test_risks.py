"""`governance/risks.yaml` names what is there: every module, every test, and enough risks."""

import pytest
from checkout import ROOT

from caf_governance.risks.register import Risk
from caf_pipelines.risks.reading import existing_tests, read_register

REGISTER = read_register(ROOT)
OWNERS = {"business owner", "model owner", "data owner", "data steward", "operations"}


@pytest.mark.parametrize("risk", REGISTER.risks, ids=lambda risk: risk.name)
def test_every_control_is_there_and_shown(risk: Risk) -> None:
    """The files that hold a control, and the tests that show it."""
    files = [name for control in risk.controls for name in control.where]

    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert set(risk.tests) <= existing_tests(ROOT, REGISTER)
    assert risk.owner in OWNERS


def test_the_register_is_no_formality() -> None:
    """Enough risks, some of them borne, and no control that attacks of `make harden` alone show."""
    assert len(REGISTER.risks) >= 15
    assert [risk.name for risk in REGISTER.risks if not risk.controls]
    assert not [test for risk in REGISTER.risks for test in risk.tests if "tests/harden" in test]

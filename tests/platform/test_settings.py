"""Settings come from `CAF_*` variables, are strict, and all have a default."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from caf_platform.errors import BadInput
from caf_platform.settings import Orchestrator, Profile, Settings, read_settings


@pytest.fixture
def environment(monkeypatch):
    """Sets variables; whatever the machine has set is gone."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CAF_{name.upper()}", raising=False)
    return monkeypatch


def test_nothing_needs_to_be_set(environment):
    """Everything on this machine, below `.caf`."""
    found = read_settings()

    assert (found.home, found.projects) == (Path(".caf"), Path("examples"))
    assert (found.profile, found.orchestrator) == (Profile.LOCAL, Orchestrator.PREFECT)
    assert found.ledger == f"sqlite:///{Path('.caf/ledger.db').absolute()}"


def test_a_variable_that_is_set_to_nothing_is_not_set(environment):
    """`CAF_HOME= caf demo` must not make a home of the present folder, its keys among it."""
    for name in ("CAF_HOME", "CAF_SAMPLE", "CAF_PROFILE"):
        environment.setenv(name, "")

    found = read_settings()

    assert (found.home, found.sample, found.profile) == (Path(".caf"), None, Profile.LOCAL)


def test_variables_are_read(environment):
    """By their upper-case names; others than the platform's are left alone."""
    environment.setenv("CAF_SAMPLE", "0.2")
    environment.setenv("CAF_LEDGER_URL", "postgresql://db/caf")
    environment.setenv("CAF_UNHEARD_OF", "x")

    found = read_settings()

    assert (found.sample, found.ledger) == (0.2, "postgresql://db/caf")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAF_SAMPLE", "0"),
        ("CAF_SAMPLE", "1.5"),
        ("CAF_SAMPLE", "all"),
        ("CAF_SAMPLE", "nan"),
        ("CAF_PROFILE", "azure"),
        ("CAF_ORCHESTRATOR", "cron"),
    ],
)
def test_a_wrong_value_names_its_variable(environment, name, value):
    """No traceback of a library; the person knows what to change."""
    environment.setenv(name, value)

    with pytest.raises(BadInput, match=name):
        read_settings()


def test_every_wrong_variable_is_named(environment):
    """All at once."""
    environment.setenv("CAF_SAMPLE", "2")
    environment.setenv("CAF_PROFILE", "azure")

    with pytest.raises(BadInput, match=r"CAF_PROFILE.*CAF_SAMPLE"):
        read_settings()


def test_settings_do_not_change():
    """One installation for the life of a process."""
    with pytest.raises(ValidationError):
        Settings().home = Path("elsewhere")

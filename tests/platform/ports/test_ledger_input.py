"""What a ledger does not take: names, values, URLs, and databases that do not answer."""

import pytest
from ledger_samples import ENVELOPE, event

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.errors import BadInput, Unavailable
from caf_platform.ledger.events import IncidentOpened


@pytest.fixture(params=["a folder", "no database", "below a file", "nobody listens"])
def unreachable_url(request, tmp_path):
    """URLs of the right form behind which there is no database."""
    file = tmp_path / "file"
    file.write_bytes(b"surely not a database" * 100)
    return {
        "a folder": f"sqlite:///{tmp_path}",
        "no database": f"sqlite:///{file}",
        "below a file": f"sqlite:///{file}/ledger.db",
        "nobody listens": "postgresql://ada:hunter2@127.0.0.1:1/ledger",
    }[request.param]


@pytest.mark.parametrize("name", ["", "a\x00b", "a\nb", "\ud800"])
def test_unprintable_names_are_bad_input(ledger, name):
    """What one engine stores and another refuses is refused by both."""
    for stream, key in ((name, "k"), ("s", name)):
        with pytest.raises(BadInput):
            ledger.append(stream, None, event("w"), key=key, envelope=ENVELOPE)
    for ask in (ledger.find, ledger.version, lambda stream: ledger.read(stream=stream)):
        with pytest.raises(BadInput):
            ask(name)
    assert ledger.verify().records == 0


def incident(value):
    """An event whose evidence may be anything at all."""
    return IncidentOpened(
        incident="i", severity="s", title="t", cause="c", evidence={"value": value}
    )


@pytest.mark.parametrize("value", [2**60, object(), "\ud800"])
def test_what_canonical_json_cannot_hold_is_bad_input(ledger, value):
    """Evidence of any kind is allowed by type, so the ledger itself refuses what has no hash."""
    with pytest.raises(BadInput, match="incident_opened"):
        ledger.append("s", None, incident(value), key="k", envelope=ENVELOPE)

    assert ledger.verify().records == 0


def test_a_number_that_is_none_is_recorded_as_not_measured(ledger):
    """NaN has no JSON: like everywhere in the platform it becomes null, *not measured*."""
    record = ledger.append("s", None, incident(float("nan")), key="k", envelope=ENVELOPE)

    assert record.payload["evidence"] == {"value": None}
    assert ledger.verify().sound


def test_a_database_that_does_not_answer_is_unavailable(unreachable_url):
    """What, why and what next, in our words; a password in the URL is never shown."""
    with pytest.raises(Unavailable) as caught:
        SqlLedger.open(unreachable_url)

    assert "did not answer" in caught.value.what
    assert caught.value.why
    assert caught.value.next_step
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "mysql://h/d"],
)
def test_urls_that_cannot_hold_a_ledger_are_bad_input(url):
    """A ledger needs a file or a PostgreSQL database, and the error spells both."""
    with pytest.raises(BadInput, match="sqlite:////absolute"):
        SqlLedger.open(url)

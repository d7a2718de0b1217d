"""A ledger's first start: by many at once, by one that is killed, and by one that comes later."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from ledger_crew import Child, crew
from ledger_samples import ENVELOPE, entry, event
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import DBAPIError

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.adapters.ledger_table import EVENTS
from caf_platform.errors import Unavailable
from caf_platform.ledger import migrations


@pytest.fixture
def database(ledger, ledger_url):
    """A plain engine beside an opened ledger, for whoever goes around the port."""
    engine = create_engine(ledger_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def eight_processes():
    """Started once for all rounds."""
    with crew(8) as children:
        yield children


def test_the_head_constant_is_the_newest_migration():
    """The fast path compares with a constant; it is what Alembic would say."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))

    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_migrations_make_the_table_that_the_adapter_uses(database):
    """Names, types and nullability agree between the migrations and the queries."""
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrations.VERSION_TABLE}
        )
        assert compare_metadata(context, EVENTS.metadata) == []
    unique = {found["name"] for found in inspect(database).get_unique_constraints("events")}
    assert unique == {"events_key", "events_stream_position"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET payload='{}'",
        "UPDATE events SET real_time=real_time WHERE seq=1",
        "DELETE FROM events",
        "DELETE FROM events WHERE seq=2",
    ],
)
def test_the_database_itself_refuses_update_and_delete(ledger, database, statement):
    """An accident with a database tool changes nothing."""
    ledger.append_all([entry("s", "one"), entry("s", "two")])

    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.begin() as connection,
    ):
        connection.exec_driver_sql(statement)

    assert ledger.verify().records == 2


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("seq", "stream", "position", "key"),
    [(1, "x", 1, "x"), (9, "x", 1, "one"), (9, "s", 1, "x"), (None, "x", 1, "one")],
    ids=["seq", "key", "position", "no seq"],
)
def test_sqlite_refuses_to_replace(ledger, database, seq, stream, position, key):
    """INSERT OR REPLACE would delete without asking the delete trigger."""
    ledger.append_all([entry("s", "one"), entry("s", "two")])

    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.begin() as connection,
    ):
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, '', 1, '{}', '{}', '', '', '')",
            (seq, stream, position, key),
        )

    assert ledger.verify().records == 2


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_postgresql_refuses_to_truncate(ledger, database):
    """TRUNCATE is a delete of another name."""
    ledger.append_all([entry("s", "one")])

    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.begin() as connection,
    ):
        connection.exec_driver_sql("TRUNCATE events")

    assert ledger.verify().records == 1


def test_sqlite_is_durable_and_does_not_block_readers(tmp_path):
    """WAL in the file for good, and full synchronisation on each connection."""
    ledger = SqlLedger.open(f"sqlite:///{tmp_path}/ledger.db")
    with ledger._engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous")
        ]
    ledger.close()

    assert found == ["wal", 2]


@pytest.mark.parametrize("start", range(3))
def test_eight_processes_start_at_once_on_nothing(eight_processes, ledger_url, start):
    """All of them open the same new store and append; none fails, and the chain is one."""
    for number, child in enumerate(eight_processes):
        child.tell("open", url=ledger_url)
        child.tell("append", stream="s", expected=None, key=f"k{number}")

    answers = [[child.answer(), child.answer()] for child in eight_processes]

    assert answers == [["opened", "won"]] * 8
    audit = SqlLedger.open(ledger_url).verify()
    assert (audit.sound, audit.records) == (True, 8)


def test_a_first_start_that_is_killed_leaves_nothing_half_done(ledger_url):
    """Killed before its first statement, its second, and so on: the next start just works."""
    child = Child()
    child.tell("die_while_opening", url=ledger_url)

    deaths = child.answer()

    child.dismiss()
    assert deaths > 8
    ledger = SqlLedger.open(ledger_url)
    ledger.append("s", 0, event("one"), key="one", envelope=ENVELOPE)
    assert ledger.verify().records == 1
    ledger.close()


def test_a_ledger_of_a_newer_platform_is_left_alone(ledger, ledger_url, database):
    """An unknown revision is Unavailable, with what to install; nothing is changed."""
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_version SET version_num='9999'")

    with pytest.raises(Unavailable, match="9999"):
        SqlLedger.open(ledger_url)


def test_a_set_up_that_hangs_elsewhere_is_unavailable(tmp_path):
    """Whoever waits too long for another process's first start is told for what."""
    with FileLock(tmp_path / "ledger.db.lock"), pytest.raises(Unavailable, match="set up"):
        SqlLedger.open(f"sqlite:///{tmp_path}/ledger.db", patience=0.05)


def test_a_restored_copy_without_wal_gets_it_back(tmp_path):
    """A copy in another journal mode is put right when it is opened, and stays a ledger."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    first = SqlLedger.open(url)
    first.append("s", 0, event("one"), key="one", envelope=ENVELOPE)
    first.close()
    with create_engine(url).connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")

    ledger = SqlLedger.open(url)

    with ledger._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert ledger.verify().records == 1
    ledger.close()


def test_opening_an_existing_ledger_imports_no_migration_library(tmp_path):
    """Alembic and its templates would cost half a second at each start."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    SqlLedger.open(url).close()
    script = (
        "import sys; from caf_platform.adapters.ledger import SqlLedger; "
        f"SqlLedger.open({url!r}).head(); "
        "print({'alembic', 'mako', 'filelock'} & set(sys.modules))"
    )

    said = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert said == "set()\n"

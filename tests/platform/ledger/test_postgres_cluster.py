"""The throwaway server of the tests: found, given away by the database, or loudly missed."""

import pytest
from postgres import absent, binaries
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError


def test_the_newest_debian_version_is_taken(tmp_path):
    """Versions are compared as numbers: 9.6 is older than 15."""
    for version in ("9.6", "15", "14"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()

    assert binaries(tmp_path) == tmp_path / "15" / "bin"


def test_no_binaries_anywhere_is_none(tmp_path):
    """Neither Debian's folder nor PATH has one."""
    assert binaries(tmp_path, path=str(tmp_path)) is None


def test_without_postgresql_people_skip_and_ci_fails():
    """A skip that nobody sees in CI would hide half of the contract."""
    with pytest.raises(pytest.skip.Exception, match="NO POSTGRESQL"):
        absent({})
    with pytest.raises(pytest.fail.Exception, match="NO POSTGRESQL"):
        absent({"CI": "true"})


@pytest.mark.postgres
def test_each_database_is_fresh_and_gone_afterwards(postgres_cluster):
    """Two tests never see each other's tables, and an open connection does not keep one."""
    urls = []
    for _ in range(2):
        with postgres_cluster.database() as url:
            urls.append(url)
            connection = create_engine(url).connect()
            connection.exec_driver_sql("CREATE TABLE t (n int)")
            connection.commit()

    assert urls[0] != urls[1]
    with pytest.raises(OperationalError, match="does not exist"):
        create_engine(urls[0]).connect()

"""The ledger's tables, step by step. Importing this package imports no migration library."""

from typing import Final

HEAD: Final = "0001"
"""The newest revision; a database that says so needs no migration."""

VERSION_TABLE: Final = "ledger_version"
"""Not Alembic's usual name, so that other applications may share a PostgreSQL database."""

"""Alembic's entry: runs the steps on the connection, and in the transaction, that it is handed."""

from alembic import context

from caf_platform.ledger.migrations import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,  # true of SQLite as well, once the driver leaves BEGIN to us
)
with context.begin_transaction():
    context.run_migrations()

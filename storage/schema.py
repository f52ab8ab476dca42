"""Which revision a database is at, and how it gets to the newest."""

from pathlib import Path

from sqlalchemy import Connection

from bot.errors import SchemaMismatch

APPLICATION_ID = 0x57616B6C
"""Marks the file as Wakil's ("Wakl") in its header, where `file` and we can read it."""

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> tuple[str, ...]:
    """Name every revision, oldest first: they are numbered from 0001 without a gap."""
    return tuple(sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def pending(connection: Connection) -> tuple[str, ...]:
    """Name the revisions that the database lacks, oldest first.

    Raises `SchemaMismatch` when it is another program's, or a newer version's.
    """
    mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if mark != APPLICATION_ID and (mark or tables or version):
        raise SchemaMismatch("the file is a database, but not one of Wakil")
    if version > len(revisions()):
        raise SchemaMismatch(f"the database is of a newer version: its revision is {version:04}")
    return revisions()[version:]


def migrate(connection: Connection, *, to: str = "head") -> tuple[str, ...]:
    """Apply the revisions that are missing, up to `to`, and name them."""
    lacking = pending(connection)
    applied = tuple(revision for revision in lacking if to == "head" or revision <= to)
    if applied:
        # Alembic and the dialects it knows are a tenth of the process, and seldom needed.
        from alembic import command  # noqa: PLC0415 # see above
        from alembic.config import Config  # noqa: PLC0415 # see above

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, applied[-1])
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {int(applied[-1])}")
    return applied

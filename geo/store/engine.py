"""Connections: SQLite made safe, PostgreSQL as it comes; and the schema brought up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from geo.errors import SetupError

SCHEMA_VERSION: Final = "0002"
# A key of our own for PostgreSQL's advisory locks: "yz" and what is locked.
_WRITING, _MIGRATING, JOBS = 0x797A01, 0x797A02, 0x797A03
_BUSY_S: Final = 60.0
_MIGRATIONS = Path(__file__).with_name("migrations")


def make_engine(url: str) -> sa.Engine:
    """An engine for ``sqlite:///…`` or ``postgresql+psycopg://…``. Raises :class:`SetupError`."""
    try:
        parsed = sa.make_url(url)
    except SQLAlchemyError:
        raise _wrong_url() from None
    if parsed.drivername == "postgresql+psycopg":
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    if parsed.drivername != "sqlite" or not parsed.database:
        raise _wrong_url()
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_S})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees one state throughout."""
    options = {"isolation_level": "REPEATABLE READ"} if _is_postgresql(engine) else {}
    with _told(), engine.connect() as connection, connection.execution_options(**options).begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine, lock: int = _WRITING) -> Iterator[sa.Connection]:
    """A connection in a transaction that no other writer (of the same ``lock``) is in."""
    with _told(), engine.connect() as connection, connection.execution_options(write=True).begin():
        if _is_postgresql(engine):
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})
        yield connection


def migrate(engine: sa.Engine) -> None:
    """Bring the schema up to date; processes that do it at once wait for each other."""
    with _told():
        with engine.connect() as connection:
            if _version(connection) == SCHEMA_VERSION:
                return
        # Only now, because most openings find the schema in place.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with writing(engine, _MIGRATING) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, SCHEMA_VERSION)


def _is_postgresql(engine: sa.Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own idea of when a transaction begins is switched off: see _begin_sqlite.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes its lock at once, not when it is too late to wait for it."""
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the database as sentences, without its address, which may hold a password."""
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        said = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
        if "disk is full" in said or "No space left" in said:
            raise SetupError(
                "磁盘已满，这次改动没有保存；原有版本不受影响",
                "the disk is full: this change was not kept; what was there is untouched",
            ) from None
        kind = type(cause).__name__
        raise SetupError(
            f"数据库无法使用（{kind}）；请检查 YIZHAN_DATABASE_URL 与数据目录的权限",
            f"the database cannot be used ({kind}): check YIZHAN_DATABASE_URL and the"
            " permissions of the data folder",
        ) from error


def _wrong_url() -> SetupError:
    return SetupError(
        "YIZHAN_DATABASE_URL 应形如 postgresql+psycopg://用户@主机/库名",
        "YIZHAN_DATABASE_URL should be such as postgresql+psycopg://user@host/database",
    )

"""The tables. A row of `mlsec_interval` is one standing; one that still holds has no end, so that it costs no write."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
    text,
)

from scanner.errors import HistoryError
from scanner.history.rows import AboutRow, checked, damaged

VERSION = 1
_PROGRAM = "mlsec-scan"

_TABLES = MetaData()

ABOUT = Table(
    "mlsec_history",
    _TABLES,
    Column("program", Text, nullable=False),
    Column("version", Integer, nullable=False),
)
SCOPE = Table(
    "mlsec_scope",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("text", Text, nullable=False),
)
RUN = Table(
    "mlsec_run",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("scope", Integer, nullable=False, index=True),
    Column("started", String(40), nullable=False),
    Column("finished", String(40), nullable=False),
    Column("source", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("rules", Integer, nullable=False),
)
RULE = Table(
    "mlsec_rule",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("text", Text, nullable=False),
)
SUBJECT = Table(
    "mlsec_subject",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("text", Text, nullable=False),
)
INTERVAL = Table(
    "mlsec_interval",
    _TABLES,
    Column("scope", Integer, primary_key=True, autoincrement=False),
    Column("rule", Integer, primary_key=True, autoincrement=False),
    Column("subject", Integer, primary_key=True, autoincrement=False),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),
    Column("verdict", String(8), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("waived", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
Index("mlsec_interval_until", INTERVAL.c.scope, INTERVAL.c.until)


RUN_COLUMNS = (RUN.c.id, RUN.c.started, RUN.c.finished, RUN.c.source, RUN.c.version, RUN.c.rules)


def require_ours(connection: Connection, name: str) -> bool:
    """Tell whether the database holds a history. Raises HistoryError for one of a newer schema or another program.

    A server's database may serve others too; a file does not.
    """
    tables = inspect(connection).get_table_names()
    if ABOUT.name not in tables:
        if tables and connection.dialect.name == "sqlite":
            raise HistoryError(f"{name} belongs to another program; name another file")
        return False
    if not {*_TABLES.tables} <= {*tables}:
        raise damaged(name, "a table is missing")
    _require_plain(connection, name)
    found = [*checked(connection.execute(select(ABOUT.c.program, ABOUT.c.version)), AboutRow, name)]
    if len(found) != 1 or found[0].program != _PROGRAM:
        raise HistoryError(f"{name} belongs to another program; name another database")
    if found[0].version > VERSION:
        raise HistoryError(
            f"{name} has schema {found[0].version} of a newer mlsec-scan; this one knows {VERSION}: update it"
        )
    lost = select(RUN.c.id).where(RUN.c.scope.not_in(select(SCOPE.c.id))).limit(1)
    if connection.scalar(lost) is not None:
        raise damaged(name, "a run is of no scope")
    return True


def _require_plain(connection: Connection, name: str) -> None:
    """Raise HistoryError for a file in which reading or writing a table runs what somebody else wrote."""
    if connection.dialect.name == "sqlite":
        other = text("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view') LIMIT 1")
        if connection.scalar(other) is not None:
            raise damaged(name, "it holds a trigger or a view")


def create(connection: Connection) -> None:
    """Create the tables in an open transaction."""
    _TABLES.create_all(connection, checkfirst=False)
    connection.execute(ABOUT.insert().values(program=_PROGRAM, version=VERSION))

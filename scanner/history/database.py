"""Opening a database for one transaction, and saying in plain words what is wrong with it."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from scanner.errors import HistoryError, one_line
from scanner.history.address import is_address, masked, require_postgresql

_PATIENCE = 60
"""Seconds to wait for another run that is being written; one takes a few at most."""

_LONGEST = 16 * 2**20
"""Bytes of one value: of a scope with a hundred thousand subscriptions, and far more than anything else takes."""

_CONNECT = 10
_PRIVATE = 0o600
_LOCK = 0x6D6C736563
"""The key of our advisory lock; any number that others do not use."""


class Database(Protocol):
    """Where runs are kept. `name` is what messages call it, without a password.

    Each block is one transaction, kept when it ends well and undone when it does not. All raise HistoryError.
    """

    name: str

    def is_new(self) -> bool:
        """Tell whether the first run would create it, in a place where that can be done."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Open it for writing, alone: others that write wait."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Open it for reading, as it is at this moment."""


def database(where: str) -> Database:
    """Return the database at a path or address. Raises HistoryError for an address of another kind."""
    if not is_address(where):
        return SqliteFile(Path(where))
    require_postgresql(where)
    return PostgresqlServer(where)


class SqliteFile:
    """A file of our own, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._folder = path.absolute().parent

    def is_new(self) -> bool:
        """Tell whether the file is missing. Raises HistoryError where it could not be created."""
        if self._path.exists():
            return False
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise HistoryError(f"{self.name} cannot be created: its folder is missing or not yours to write in")
        return True

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open it for writing, alone; it is created where it is missing.

        SQLite would find out that it cannot write beside it when it does: after the scan.
        """
        if not self.is_new() and not all(os.access(each, os.W_OK) for each in (self._path, self._folder)):
            raise HistoryError(f"{self.name} cannot be written, or its folder cannot; name another file")
        with self._open("BEGIN IMMEDIATE", os.O_RDWR | os.O_CREAT) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open it for reading; it must be there."""
        with self._open("BEGIN", os.O_RDONLY) as connection:
            yield connection

    @contextmanager
    def _open(self, begin: str, flags: int) -> Iterator[Connection]:
        self._require_file(flags)
        engine = create_engine("sqlite://", creator=self._connect, poolclass=NullPool)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        with told(self.name), engine.begin() as connection:
            yield connection

    def _require_file(self, flags: int) -> None:
        """Create the file if that is asked for: SQLite would do so for everybody to read."""
        try:
            # A pipe without a writer would keep us waiting.
            handle = os.open(self._path, flags | getattr(os, "O_NONBLOCK", 0), _PRIVATE)
        except OSError as error:
            raise HistoryError(f"{self.name} cannot be opened: {error.strerror or error}") from error
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise HistoryError(f"{self.name} is not a file: name one")
        finally:
            os.close(handle)

    def _connect(self) -> sqlite3.Connection:
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        # The file may come from somebody else: its schema runs no functions, and its pages are looked at.
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        return connection


class PostgresqlServer:
    """A database on a server; it may be used by others too."""

    def __init__(self, address: str) -> None:
        self.name = masked(address)
        self._url = make_url(address).set(drivername="postgresql+psycopg")

    def is_new(self) -> bool:
        """Return that it is not: creating databases is the administrator's work."""
        return False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open it for writing, alone."""
        with told(self.name, *_secrets(self._url)), self._engine("READ COMMITTED").begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open it for reading; what others write meanwhile is not seen."""
        with told(self.name, *_secrets(self._url)), self._engine("REPEATABLE READ").begin() as connection:
            yield connection

    def _engine(self, isolation: str) -> Engine:
        patience = {} if "connect_timeout" in self._url.query else {"connect_timeout": _CONNECT}
        return create_engine(self._url, poolclass=NullPool, isolation_level=isolation, connect_args=patience)


def _secrets(url: URL) -> list[str]:
    """Return what an address holds that no message may repeat."""
    query = url.query.get("password", ())
    return [each for each in (url.password, *([query] if isinstance(query, str) else query)) if each]


@contextmanager
def told(name: str, *secrets: str) -> Iterator[None]:
    """Turn what a database complains of into a HistoryError."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = one_line(error.orig if isinstance(error, DBAPIError) else error)
        for each in secrets:
            cause = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", "***", cause)
        raise HistoryError(f"{name} cannot be used: {cause}{_advice(error)}") from None
    except UnicodeDecodeError:
        # What Python's sqlite3 comes to where a message about a damaged schema repeats that.
        raise HistoryError(f"{name} cannot be used: its schema is no text{_DAMAGED}") from None


_DAMAGED = "; it is damaged or something else: name another file, or restore this one"


def _advice(error: SQLAlchemyError) -> str:
    said = str(error).lower()
    if "locked" in said or "lock timeout" in said:
        return f"; another run held it for more than {_PATIENCE} seconds, try again"
    if "not a database" in said or "malformed" in said:
        return _DAMAGED
    return "; is the server there, and may you use it?" if isinstance(error, OperationalError) else ""

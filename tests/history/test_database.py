"""What is wrong with a database is said in one line, without its password, and the file is its owner's alone."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from scanner.errors import HistoryError
from scanner.history.address import masked
from scanner.history.database import database
from scanner.history.intervals import Key
from scanner.history.packages import require_packages
from scanner.history.store import keep, require_writable
from scanner.history.view import viewed
from tests.history.server import PASSWORD, Server
from tests.history.support import FAIL, new_run, saw, sight
from tests.system.users import as_nobody


def _keep(where: Path | str) -> None:
    keep(new_run(saw(FAIL), 0), database(str(where)))


def _read(where: Path | str) -> None:
    with viewed(database(str(where))) as view:
        view.scopes()


def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _keep(tmp_path / "h.db")
    finally:
        os.umask(before)

    assert (tmp_path / "h.db").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["h.db"]


@pytest.mark.parametrize("name", ["with space ?mode=memory#x.db", "ümlaut%20.db", "-h.db"])
def test_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    _keep(tmp_path / name)

    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_empty_file_is_a_history_that_begins(tmp_path: Path) -> None:
    (tmp_path / "h.db").touch()
    require_writable(database(str(tmp_path / "h.db")))
    with pytest.raises(HistoryError, match="holds no history yet"):
        _read(tmp_path / "h.db")
    _keep(tmp_path / "h.db")

    _read(tmp_path / "h.db")


def test_trying_whether_a_run_could_be_kept_creates_nothing(tmp_path: Path) -> None:
    require_writable(database(str(tmp_path / "h.db")))

    assert [*tmp_path.iterdir()] == []


def test_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "h.db")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()
    before = (tmp_path / "h.db").read_bytes()

    with pytest.raises(HistoryError, match="belongs to another program"):
        _keep(tmp_path / "h.db")
    assert (tmp_path / "h.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"{}" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_file_that_is_no_database_is_refused_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "h.db").write_bytes(content)

    with pytest.raises(HistoryError, match="it is damaged or something else"):
        _keep(tmp_path / "h.db")
    with pytest.raises(HistoryError, match="it is damaged or something else"):
        _read(tmp_path / "h.db")
    assert (tmp_path / "h.db").read_bytes() == content


def test_file_that_is_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    _keep(tmp_path / "h.db")
    content = bytearray((tmp_path / "h.db").read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    (tmp_path / "h.db").write_bytes(content)

    with pytest.raises(HistoryError, match=r"cannot be used|damaged"):
        _read(tmp_path / "h.db")
    with pytest.raises(HistoryError, match=r"cannot be used|damaged"):
        _keep(tmp_path / "h.db")


def test_file_that_is_not_there_is_not_created_by_reading(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="cannot be opened: No such file"):
        _read(tmp_path / "h.db")
    assert [*tmp_path.iterdir()] == []


def test_place_where_no_file_can_be_is_told_before_a_scan(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="its folder is missing"):
        require_writable(database(str(tmp_path / "no" / "h.db")))
    with pytest.raises(HistoryError, match="cannot be opened: Is a directory"):
        require_writable(database(str(tmp_path)))


# Servers


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be somebody else")
def test_file_in_a_folder_of_somebody_else_is_told_before_a_scan() -> None:
    with TemporaryDirectory() as name:
        where = Path(name) / "history.db"
        _keep(where)
        Path(name).chmod(0o755)
        where.chmod(0o666)

        def check() -> None:
            with pytest.raises(HistoryError, match="cannot be written, or its folder cannot"):
                require_writable(database(str(where)))

        as_nobody(check)


def test_server_that_is_not_there_is_told(postgresql: Server) -> None:
    with pytest.raises(HistoryError, match=r"^postgresql://127.0.0.1:1/x cannot be used: .*refused") as told:
        require_writable(database(f"postgresql://me:{PASSWORD}@127.0.0.1:1/x"))
    assert PASSWORD not in str(told.value)
    assert postgresql.port != 1


def test_wrong_password_is_told_and_not_shown(postgresql: Server) -> None:
    with pytest.raises(HistoryError, match="password authentication failed") as told:
        require_writable(database(postgresql.address("postgres", "wr0ng-one")))
    assert "wr0ng-one" not in str(told.value)


def test_database_of_a_server_that_is_not_there_is_told(postgresql: Server) -> None:
    with pytest.raises(HistoryError, match=r"postgresql://127.0.0.1:\d+/nope cannot be used: .*does not exist"):
        require_writable(database(postgresql.address("nope")))


def test_user_who_may_not_create_tables_is_told(postgresql: Server) -> None:
    where = postgresql.database()
    with database(where).writing() as connection:
        connection.exec_driver_sql("CREATE ROLE reader LOGIN PASSWORD 'r'")
    reader = where.replace(f"mlsec:{PASSWORD}", "reader:r")

    with pytest.raises(HistoryError, match="permission denied"):
        _keep(reader)


def test_more_subjects_than_a_statement_takes(postgresql: Server) -> None:
    seen = {Key("rule-a", f"/subscriptions/s/{number}"): FAIL for number in range(66_000)}
    where = database(postgresql.database())
    keep(new_run(sight(seen), 0), where)

    with viewed(where) as view:
        assert view.standing(1) == seen


def test_server_whose_database_others_use_too_takes_a_history(postgresql: Server) -> None:
    where = postgresql.database()
    with database(where).writing() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (x integer)")
    _keep(where)

    _read(where)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:secret@db.example:5432/mlsec", "postgresql://db.example:5432/mlsec"),
        ("postgresql+psycopg://me@db.example/mlsec?password=secret", "postgresql+psycopg://db.example/mlsec"),
        ("postgresql:///mlsec?host=/run/postgresql", "postgresql:///mlsec"),
        ("postgresql://me:sec/ret@db.example/mlsec", "postgresql://…"),
        ("postgresql://me:sec@ret@db.example/mlsec", "postgresql://…"),
        ("postgresql://me:sec?ret@db.example/mlsec", "postgresql://…"),
        ("postgresql://me:secret/mlsec", "postgresql://…"),
        ("postgresql://me:secret@[::1]:5432/mlsec", "postgresql://[::1]:5432/mlsec"),
        ("se cret://x", "address://…"),
        ("history.db", "history.db"),
    ],
)
def test_address_is_shown_without_what_is_secret(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.mark.parametrize("address", ["mysql://db.example/x", "sqlite:///h.db", "postgresql+asyncpg://db.example/x"])
def test_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(HistoryError, match=r"a history is a file or postgresql://USER@HOST/DATABASE"):
        database(address)


def test_malformed_address_is_refused_with_what_to_write() -> None:
    with pytest.raises(HistoryError, match=r"^postgresql://… is not an address .* write @ as %40"):
        database("postgresql://me:sec@ret@db.example/mlsec")


@pytest.mark.parametrize("where", ["h.db", "postgresql://db.example/mlsec"])
def test_packages_are_there(where: str) -> None:
    require_packages(where)


@pytest.mark.parametrize(
    ("where", "missing", "says"),
    [
        ("h.db", {"sqlalchemy"}, r"--history needs sqlalchemy: in a checkout, pip install '\.\[history\]'"),
        ("postgresql://x/y", {"psycopg"}, r"--history needs psycopg: in a checkout, pip install '\.\[postgresql\]'"),
    ],
)
def test_missing_package_is_named_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, where: str, missing: set[str], says: str
) -> None:
    monkeypatch.setattr("scanner.history.packages.find_spec", lambda name: None if name in missing else name)

    with pytest.raises(HistoryError, match=says):
        require_packages(where)

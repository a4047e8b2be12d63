"""The catalogue's revisions, on SQLite or PostgreSQL: every state that it ever had is kept."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from geo.catalogue import CatalogueInfo, Declaration
from geo.declarations import declaration_json, declaration_of
from geo.errors import ConflictError, MixedDataError, NotFoundError
from geo.store.engine import make_engine, migrate, reading, writing
from geo.store.listen import Listener
from geo.store.model import (
    Changed,
    Difference,
    Listed,
    Pending,
    Proposal,
    Revision,
    changed_fields,
)
from geo.store.office import Duplicates, Keys, Reports, Uploads
from geo.store.rows import COLUMNS, listed_of, row_of
from geo.store.tables import LIST_VERSION, PENDING_VERSION, REVISION, STATION_VERSION

_POLL_S: Final = 0.25
_STATION_COLUMNS: Final = tuple(STATION_VERSION.c[name] for name in COLUMNS)
_PUT: Final = f"COPY station_version (since, {', '.join(COLUMNS)}) FROM STDIN"


def open_store(url: str) -> "Store":
    """Open a store and bring its schema up to date. Raises :class:`SetupError` in words."""
    engine = make_engine(url)
    migrate(engine)
    return Store(engine)


class Store:
    """Revisions 1, 2, 3 … of the catalogue. Safe to use from threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._listener: Listener | None = None
        self.keys = Keys(engine)
        self.reports = Reports(engine)
        self.duplicates = Duplicates(engine)
        self.uploads = Uploads(engine)

    def close(self) -> None:
        """Give the connections back."""
        if self._listener:
            self._listener.close()
        self._engine.dispose()

    def head(self) -> int:
        """The number of the newest revision; 0 if there is none."""
        with reading(self._engine) as connection:
            return _head(connection)

    def revisions(self, *, limit: int | None = None) -> list[Revision]:
        """The revisions, newest first."""
        wanted = sa.select(REVISION).order_by(REVISION.c.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [_revision(row) for row in connection.execute(wanted)]

    def revision(self, number: int) -> Revision:
        """One revision. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            return _revision(_revision_row(connection, number))

    def stations(self, number: int | None = None) -> list[Listed]:
        """The stations of a revision (the newest by default), by id."""
        with reading(self._engine) as connection:
            number = _head(connection) if number is None else number
            return _stations(connection, _valid_at(STATION_VERSION, number))

    def station(self, station_id: str) -> Listed:
        """One station of the newest revision. Raises :class:`NotFoundError`."""
        present = STATION_VERSION.c.until.is_(None) & (STATION_VERSION.c.id == station_id)
        with reading(self._engine) as connection:
            found = _stations(connection, present)
        if not found:
            shown = station_id[:40]
            raise NotFoundError(
                f"没有编号为 {shown} 的站点", f"there is no station with the id {shown}"
            )
        return found[0]

    def info(self, number: int | None = None) -> CatalogueInfo:
        """What is declared of a revision as a whole. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            row = _revision_row(connection, _head(connection) if number is None else number)
            lists = _lists(connection, row.number)
        return CatalogueInfo(
            provinces=tuple(row.provinces),
            declarations=tuple(lists.values()),
            synthetic=row.synthetic,
            sources_digest=row.sources_digest,
            revision=row.number,
        )

    def pending(self, number: int | None = None, list_key: str | None = None) -> list[Pending]:
        """The rows that wait for coordinates."""
        with reading(self._engine) as connection:
            number = _head(connection) if number is None else number
            found = _pending(connection, number)
        return [each for each in found if list_key in {None, each.list_key}]

    def commit(self, proposal: Proposal) -> Revision:
        """Make a proposal the newest revision, whole or not at all.

        A station is written only if it differs from what it was. A proposal that changes
        nothing makes no revision: the newest one is given back. Raises
        :class:`ConflictError` if there is a newer revision than the one it was compared
        with, :class:`MixedDataError` where real and synthetic stations would meet, and
        :class:`SetupError` if it cannot be written (the disk is full).
        """
        with writing(self._engine) as connection:
            head = _head(connection)
            if head != proposal.base:
                raise ConflictError(
                    f"其间已有新版本 {head}（比较时是 {proposal.base}），请重新比较",
                    f"there is a newer revision {head} than {proposal.base}: compare again",
                )
            _require_same_world(connection, proposal, head)
            return _Commit(connection, proposal).made()

    def restore(self, number: int, *, who: str, note: str) -> Revision:
        """Make a new revision that says what an older one said. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            head, row = _head(connection), _revision_row(connection, number)
            wanted = _by_id(_stations(connection, _valid_at(STATION_VERSION, number)))
            now = _by_id(_stations(connection, _valid_at(STATION_VERSION, head)))
            lists, lists_now = _lists(connection, number), _lists(connection, head)
            pending, pending_now = _pending(connection, number), _pending(connection, head)
        put = [each for key, each in wanted.items() if now.get(key) != each]
        removed = sorted(now.keys() - wanted.keys())
        keys = {each.list_key for each in (*pending, *pending_now)}
        return self.commit(
            Proposal(
                base=head,
                who=who,
                action="restore",
                note=note or f"← {number}",
                list_key=None,
                source_file=None,
                source_sha256=None,
                put=put,
                remove=removed,
                put_lists=[each for key, each in lists.items() if lists_now.get(key) != each],
                remove_lists=sorted(lists_now.keys() - lists.keys()),
                pending={key: [p for p in pending if p.list_key == key] for key in keys},
                provinces=tuple(row.provinces),
                synthetic=row.synthetic,
                sources_digest=row.sources_digest,
                counts={
                    "added": sum(each.station.id not in now for each in put),
                    "changed": sum(each.station.id in now for each in put),
                    "removed": len(removed),
                },
            )
        )

    def diff(self, before: int, after: int) -> Difference:
        """What differs between two revisions; 0 is the empty one before all."""
        low, high = sorted((before, after))
        table = STATION_VERSION.c
        touched = sa.select(table.id).where(
            table.since.between(low + 1, high) | table.until.between(low + 1, high)
        )
        with reading(self._engine) as connection:
            for number in filter(None, (before, after)):
                _revision_row(connection, number)
            old, new = (
                _by_id(_stations(connection, _valid_at(STATION_VERSION, n) & table.id.in_(touched)))
                for n in (before, after)
            )
        return _difference(old, new)

    def next_serial(self, district: str) -> int:
        """The first serial of a district (or area abroad) that no station ever had."""
        start = f"{district}-"
        ids = sa.select(STATION_VERSION.c.id).where(
            STATION_VERSION.c.id.startswith(start, autoescape=True)
        )
        with reading(self._engine) as connection:
            tails = [key.removeprefix(start) for key in connection.scalars(ids.distinct())]
        return max((int(tail) for tail in tails if tail.isdecimal()), default=0) + 1

    def wait(self, after: int, timeout_s: float) -> int:
        """The newest revision, as soon as it is another than ``after`` or the time is up."""
        until = time.monotonic() + timeout_s
        while True:
            head = self.head()
            left = until - time.monotonic()
            if head != after or left <= 0:
                return head
            if self._engine.dialect.name == "postgresql":
                self._listening().wait(left)
            else:
                time.sleep(min(_POLL_S, left))

    def _listening(self) -> Listener:
        if self._listener is None:
            self._listener = Listener(self._engine)
        return self._listener


class _Commit:
    """One proposal on its way into the tables, inside a transaction."""

    def __init__(self, connection: sa.Connection, proposal: Proposal) -> None:
        self._connection = connection
        self._proposal = proposal
        self._number = proposal.base + 1
        base = proposal.base
        present = _by_id(_present(connection, [each.station.id for each in proposal.put]))
        self._put = [each for each in proposal.put if present.get(each.station.id) != each]
        self._replaced = [e.station.id for e in self._put if e.station.id in present]
        self._removed = list(proposal.remove)
        lists = _lists(connection, base)
        self._lists = [each for each in proposal.put_lists if lists.get(each.path) != each]
        self._lists_gone = [key for key in proposal.remove_lists if key in lists]
        before = _pending(connection, base)
        self._waiting = {
            key: rows
            for key, rows in proposal.pending.items()
            if [each for each in before if each.list_key == key] != list(rows)
        }

    def made(self) -> Revision:
        changes = (self._put, self._removed, self._lists, self._lists_gone, self._waiting)
        if self._proposal.base and not any(changes):
            return _revision(_revision_row(self._connection, self._proposal.base))
        self._write_revision()
        self._end(STATION_VERSION, "id", [*self._replaced, *self._removed])
        self._write_stations()
        self._write_lists()
        self._write_pending()
        self._count()
        if self._connection.dialect.name == "postgresql":
            told = sa.text("SELECT pg_notify('yizhan_revision', :number)")
            self._connection.execute(told, {"number": str(self._number)})
        return _revision(_revision_row(self._connection, self._number))

    def _write_revision(self) -> None:
        p = self._proposal
        self._connection.execute(
            sa.insert(REVISION).values(
                number=self._number,
                parent=p.base or None,
                created_at=datetime.now(UTC),
                who=p.who,
                action=p.action,
                list_key=p.list_key,
                source_file=p.source_file,
                source_sha256=p.source_sha256,
                note=p.note,
                counts=dict(p.counts),
                provinces=list(p.provinces),
                synthetic=p.synthetic,
                sources_digest=p.sources_digest,
                stations=0,
            )
        )

    def _end(self, table: sa.Table, column: str, keys: Sequence[str]) -> None:
        """The present versions of these keys are valid no longer."""
        if not keys:
            return
        until, key = table.c.until, table.c[column]
        if self._connection.dialect.name == "postgresql":
            array = sa.bindparam("keys", type_=sa.ARRAY(sa.Text))
            ended = sa.update(table).where(until.is_(None), key == sa.any_(array))
            self._connection.execute(ended.values(until=self._number), {"keys": list(keys)})
        else:
            ended = sa.update(table).where(until.is_(None), key == sa.bindparam("ended"))
            rows = [{"ended": each} for each in keys]
            self._connection.execute(ended.values(until=self._number), rows)

    def _write_stations(self) -> None:
        if not self._put:
            return
        rows: Iterable[dict[str, Any]] = (row_of(each) for each in self._put)
        if self._connection.dialect.name == "postgresql":
            driver = self._connection.connection.driver_connection
            if driver is None:
                raise RuntimeError("the connection was lost")
            with driver.cursor().copy(_PUT) as copy:
                for row in rows:
                    copy.write_row((self._number, *(row[name] for name in COLUMNS)))
        else:
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            statement = (
                f"INSERT INTO station_version (since, {', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608 (names of ours)
            )
            values = [(self._number, *(row[name] for name in COLUMNS)) for row in rows]
            self._connection.exec_driver_sql(statement, values)

    def _write_lists(self) -> None:
        self._end(LIST_VERSION, "key", [*(each.path for each in self._lists), *self._lists_gone])
        rows = [
            {"key": each.path, "since": self._number, "declaration": declaration_json(each)}
            for each in self._lists
        ]
        if rows:
            self._connection.execute(sa.insert(LIST_VERSION), rows)

    def _write_pending(self) -> None:
        self._end(PENDING_VERSION, "list_key", list(self._waiting))
        rows = [
            {
                "key": each.key,
                "list_key": key,
                "since": self._number,
                "row": each.row,
                "reason": each.reason,
                "fields": dict(each.fields),
            }
            for key, waiting in self._waiting.items()
            for each in waiting
        ]
        if rows:
            self._connection.execute(sa.insert(PENDING_VERSION), rows)

    def _count(self) -> None:
        """How many stations the revision has: what a reader can hold it against."""
        table = STATION_VERSION.c
        present = sa.select(sa.func.count()).where(table.until.is_(None)).scalar_subquery()
        change = sa.update(REVISION).where(REVISION.c.number == self._number)
        self._connection.execute(change.values(stations=present))


def _head(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(REVISION.c.number))) or 0


def _revision_row(connection: sa.Connection, number: int) -> sa.Row[Any]:
    wanted = sa.select(REVISION).where(REVISION.c.number == number)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFoundError(f"没有版本 {number}", f"there is no revision {number}")
    return row


def _revision(row: sa.Row[Any]) -> Revision:
    moment = row.created_at
    return Revision(
        number=row.number,
        parent=row.parent,
        created_at=moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC),
        who=row.who,
        action=row.action,
        list_key=row.list_key,
        source_file=row.source_file,
        source_sha256=row.source_sha256,
        note=row.note,
        counts=dict(row.counts),
        sources_digest=row.sources_digest,
    )


def _valid_at(table: sa.Table, number: int) -> sa.ColumnElement[bool]:
    until = table.c.until
    return (table.c.since <= number) & (until.is_(None) | (until > number))


def _stations(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[Listed]:
    wanted = sa.select(*_STATION_COLUMNS).where(where)
    found = [listed_of(row) for row in connection.execute(wanted)]
    # Not by the database, whose order of texts depends on its locale.
    return sorted(found, key=lambda each: each.station.id.encode())


def _present(connection: sa.Connection, ids: Sequence[str]) -> list[Listed]:
    """The present versions of some stations."""
    present = STATION_VERSION.c.until.is_(None)
    few = 500
    if len(ids) <= few:
        return _stations(connection, present & STATION_VERSION.c.id.in_(ids))
    return _stations(connection, present)


def _lists(connection: sa.Connection, number: int) -> Mapping[str, Declaration]:
    table = LIST_VERSION.c
    wanted = (
        sa.select(table.key, table.declaration)
        .where(_valid_at(LIST_VERSION, number))
        .order_by(table.serial)
    )
    found = {row.key: declaration_of(row.declaration) for row in connection.execute(wanted)}
    return dict(sorted(found.items()))


def _pending(connection: sa.Connection, number: int) -> list[Pending]:
    table = PENDING_VERSION.c
    wanted = (
        sa.select(table.key, table.list_key, table.row, table.reason, table.fields)
        .where(_valid_at(PENDING_VERSION, number))
        .order_by(table.serial)
    )
    return [Pending(**row._asdict()) for row in connection.execute(wanted)]


def _by_id(listed: Iterable[Listed]) -> dict[str, Listed]:
    return {each.station.id: each for each in listed}


def _difference(old: Mapping[str, Listed], new: Mapping[str, Listed]) -> Difference:
    changed = [
        Changed(old[key].station, new[key].station, fields)
        for key in sorted(old.keys() & new.keys())
        if (fields := changed_fields(old[key].station, new[key].station))
    ]
    return Difference(
        added=tuple(new[key].station for key in sorted(new.keys() - old.keys())),
        changed=tuple(changed),
        removed=tuple(old[key].station for key in sorted(old.keys() - new.keys())),
    )


def _require_same_world(connection: sa.Connection, proposal: Proposal, head: int) -> None:
    synthetic = _revision_row(connection, head).synthetic if head else proposal.synthetic
    stations = (each.station.synthetic for each in proposal.put)
    if proposal.synthetic != synthetic or any(each != synthetic for each in stations):
        raise MixedDataError(
            "真实站点与示意站点不能放在同一个库里",
            "real and synthetic stations cannot be in one store",
        )

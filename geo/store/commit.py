"""One proposal on its way into the tables."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from geo.declarations import declaration_json
from geo.store.model import Proposal, Revision
from geo.store.office import queue_pairs
from geo.store.queries import by_id, lists_at, pending_at, present, revision_of, revision_row
from geo.store.rows import COLUMNS, row_of
from geo.store.tables import LIST_VERSION, PENDING_VERSION, REVISION, STATION_VERSION

_PUT: Final = f"COPY station_version (since, {', '.join(COLUMNS)}) FROM STDIN"

# Rows of a large list are handed to SQLite in parts: all of them at once would fill the memory.
_VALUES: Final = itemgetter(*COLUMNS)
_AT_ONCE: Final = 5_000


class Commit:
    """The difference that a proposal makes, inside a transaction."""

    def __init__(self, connection: sa.Connection, proposal: Proposal) -> None:
        self._connection = connection
        self._proposal = proposal
        self._number = proposal.base + 1
        base = proposal.base
        now = by_id(present(connection, [each.station.id for each in proposal.put]))
        self._put = [each for each in proposal.put if now.get(each.station.id) != each]
        self._replaced = [e.station.id for e in self._put if e.station.id in now]
        self._removed = list(proposal.remove)
        lists = lists_at(connection, base)
        self._lists = [each for each in proposal.put_lists if lists.get(each.path) != each]
        self._lists_gone = [key for key in proposal.remove_lists if key in lists]
        before = pending_at(connection, base)
        self._waiting = {
            key: rows
            for key, rows in proposal.pending.items()
            if [each for each in before if each.list_key == key] != list(rows)
        }

    def made(self) -> Revision:
        """Write what differs; the newest revision as it is, if nothing does."""
        changes = (self._put, self._removed, self._lists, self._lists_gone, self._waiting)
        if self._proposal.base and not any(changes):
            return revision_of(revision_row(self._connection, self._proposal.base))
        self._write_revision()
        self._end(STATION_VERSION, "id", [*self._replaced, *self._removed])
        self._write_stations()
        self._write_lists()
        self._write_pending()
        queue_pairs(self._connection, self._proposal.duplicates, self._number)
        self._count()
        if self._connection.dialect.name == "postgresql":
            told = sa.text("SELECT pg_notify('yizhan_revision', :number)")
            self._connection.execute(told, {"number": str(self._number)})
        return revision_of(revision_row(self._connection, self._number))

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
                    copy.write_row((self._number, *_VALUES(row)))
        else:
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            statement = (
                f"INSERT INTO station_version (since, {', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608 (names of ours)
            )
            values = ((self._number, *_VALUES(row)) for row in rows)
            while some := list(islice(values, _AT_ONCE)):
                self._connection.exec_driver_sql(statement, some)

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

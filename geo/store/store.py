"""The catalogue's revisions, on SQLite or PostgreSQL: every state that it ever had is kept."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from geo.catalogue import CatalogueInfo
from geo.errors import ConflictError, NotFoundError
from geo.store.commit import Commit
from geo.store.engine import make_engine, migrate, reading, writing
from geo.store.jobs import Jobs
from geo.store.listen import Listener
from geo.store.model import Difference, Listed, Pending, Proposal, Revision
from geo.store.office import Duplicates, Keys, Reports, Uploads
from geo.store.plans import Plans
from geo.store.queries import (
    by_id,
    columns_where,
    difference,
    head_of,
    lists_at,
    pending_at,
    require_same_world,
    revision_of,
    revision_row,
    stations_where,
    valid_at,
)
from geo.store.tables import REVISION, STATION_VERSION

_POLL_S: Final = 0.25


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
        self.jobs = Jobs(engine)
        self.plans = Plans(engine)

    def close(self) -> None:
        """Give the connections back."""
        if self._listener:
            self._listener.close()
        self._engine.dispose()

    def head(self) -> int:
        """The number of the newest revision; 0 if there is none."""
        with reading(self._engine) as connection:
            return head_of(connection)

    def revisions(self, *, limit: int | None = None) -> list[Revision]:
        """The revisions, newest first."""
        wanted = sa.select(REVISION).order_by(REVISION.c.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [revision_of(row) for row in connection.execute(wanted)]

    def revision(self, number: int) -> Revision:
        """One revision. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            return revision_of(revision_row(connection, number))

    def stations(self, number: int | None = None) -> list[Listed]:
        """The stations of a revision (the newest by default), by id."""
        with reading(self._engine) as connection:
            number = head_of(connection) if number is None else number
            return stations_where(connection, valid_at(STATION_VERSION, number))

    def columns(self, number: int) -> Iterator[dict[str, Sequence[Any]]]:
        """The stations of a revision as columns of flat values, in parts and in no order.

        They are those of :func:`geo.station.station_of_values`, but ``extra`` is JSON.
        """
        with reading(self._engine) as connection:
            yield from columns_where(connection, valid_at(STATION_VERSION, number))

    def station(self, station_id: str) -> Listed:
        """One station of the newest revision. Raises :class:`NotFoundError`."""
        present = STATION_VERSION.c.until.is_(None) & (STATION_VERSION.c.id == station_id)
        with reading(self._engine) as connection:
            found = stations_where(connection, present)
        if not found:
            shown = station_id[:40]
            raise NotFoundError(
                f"没有编号为 {shown} 的站点", f"there is no station with the id {shown}"
            )
        return found[0]

    def info(self, number: int | None = None) -> CatalogueInfo:
        """What is declared of a revision as a whole. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            row = revision_row(connection, head_of(connection) if number is None else number)
            lists = lists_at(connection, row.number)
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
            number = head_of(connection) if number is None else number
            found = pending_at(connection, number)
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
            head = head_of(connection)
            if head != proposal.base:
                raise ConflictError(
                    f"其间已有新版本 {head}（比较时是 {proposal.base}），请重新比较",
                    f"there is a newer revision {head} than {proposal.base}: compare again",
                )
            require_same_world(connection, proposal, head)
            return Commit(connection, proposal).made()

    def restore(self, number: int, *, who: str, note: str) -> Revision:
        """Make a new revision that says what an older one said. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            head, row = head_of(connection), revision_row(connection, number)
            wanted = by_id(stations_where(connection, valid_at(STATION_VERSION, number)))
            now = by_id(stations_where(connection, valid_at(STATION_VERSION, head)))
            lists, lists_now = lists_at(connection, number), lists_at(connection, head)
            pending, pending_now = pending_at(connection, number), pending_at(connection, head)
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
                revision_row(connection, number)
            old, new = (
                by_id(
                    stations_where(connection, valid_at(STATION_VERSION, n) & table.id.in_(touched))
                )
                for n in (before, after)
            )
        return difference(old, new)

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

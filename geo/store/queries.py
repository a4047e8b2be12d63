"""What the tables hold, as of a revision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, Final

import sqlalchemy as sa

from geo.catalogue import Declaration
from geo.declarations import declaration_of
from geo.errors import MixedDataError, NotFoundError
from geo.store.model import (
    Changed,
    Difference,
    Listed,
    Pending,
    Proposal,
    Revision,
    changed_fields,
)
from geo.store.rows import COLUMNS, columns_of, listed_of
from geo.store.tables import LIST_VERSION, PENDING_VERSION, REVISION, STATION_VERSION

_STATION_COLUMNS: Final = tuple(STATION_VERSION.c[name] for name in COLUMNS)
# So many ids are asked for by name; for more, all that is present is read.
_FEW: Final = 500
_AT_ONCE: Final = 5_000


def head_of(connection: sa.Connection) -> int:
    """The number of the newest revision; 0 if there is none."""
    return connection.scalar(sa.select(sa.func.max(REVISION.c.number))) or 0


def revision_row(connection: sa.Connection, number: int) -> sa.Row[Any]:
    """The row of a revision. Raises :class:`NotFoundError`."""
    wanted = sa.select(REVISION).where(REVISION.c.number == number)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFoundError(f"没有版本 {number}", f"there is no revision {number}")
    return row


def revision_of(row: sa.Row[Any]) -> Revision:
    """The revision of a row."""
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


def valid_at(table: sa.Table, number: int) -> sa.ColumnElement[bool]:
    """That a version was valid at a revision."""
    until = table.c.until
    return (table.c.since <= number) & (until.is_(None) | (until > number))


def stations_where(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[Listed]:
    """Stations by id."""
    wanted = sa.select(*_STATION_COLUMNS).where(where)
    rows = connection.execute(wanted, execution_options={"yield_per": _AT_ONCE})
    found = [listed_of(row) for part in rows.partitions() for row in part]
    # Not by the database, whose order of texts depends on its locale.
    return sorted(found, key=lambda each: each.station.id.encode())


def columns_where(
    connection: sa.Connection, where: sa.ColumnElement[bool]
) -> Iterator[dict[str, Sequence[Any]]]:
    """Stations as columns of flat values, in parts and in no order."""
    wanted = sa.select(*_STATION_COLUMNS).where(where)
    rows = connection.execute(wanted, execution_options={"yield_per": _AT_ONCE})
    return (columns_of(part) for part in rows.partitions())


def present(connection: sa.Connection, ids: Sequence[str]) -> list[Listed]:
    """The present versions of some stations."""
    present = STATION_VERSION.c.until.is_(None)
    if len(ids) <= _FEW:
        return stations_where(connection, present & STATION_VERSION.c.id.in_(ids))
    return stations_where(connection, present)


def lists_at(connection: sa.Connection, number: int) -> Mapping[str, Declaration]:
    """The declarations of lists at a revision, by key."""
    table = LIST_VERSION.c
    wanted = (
        sa.select(table.key, table.declaration)
        .where(valid_at(LIST_VERSION, number))
        .order_by(table.serial)
    )
    found = {row.key: declaration_of(row.declaration) for row in connection.execute(wanted)}
    return dict(sorted(found.items()))


def pending_at(connection: sa.Connection, number: int) -> list[Pending]:
    """The waiting rows of a revision."""
    table = PENDING_VERSION.c
    wanted = (
        sa.select(table.key, table.list_key, table.row, table.reason, table.fields)
        .where(valid_at(PENDING_VERSION, number))
        .order_by(table.serial)
    )
    return [Pending(**row._asdict()) for row in connection.execute(wanted)]


def by_id(listed: Iterable[Listed]) -> dict[str, Listed]:
    """Stations by their ids."""
    return {each.station.id: each for each in listed}


def difference(old: Mapping[str, Listed], new: Mapping[str, Listed]) -> Difference:
    """What is new, otherwise, and gone."""
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


def require_same_world(connection: sa.Connection, proposal: Proposal, head: int) -> None:
    """Raise :class:`MixedDataError` where real and synthetic stations would meet."""
    synthetic = revision_row(connection, head).synthetic if head else proposal.synthetic
    stations = (each.station.synthetic for each in proposal.put)
    if proposal.synthetic != synthetic or any(each != synthetic for each in stations):
        raise MixedDataError(
            "真实站点与示意站点不能放在同一个库里",
            "real and synthetic stations cannot be in one store",
        )

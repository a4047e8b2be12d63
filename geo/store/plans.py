"""Plans that were computed, and their files: bounded, and the same for every worker."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from geo.errors import NotFoundError
from geo.store.engine import JOBS, reading, writing
from geo.store.jobs_model import MadePlan, Part, PlanRecord
from geo.store.moments import with_moments
from geo.store.tables import PLAN, PLAN_PART

# Of the plans that somebody asked for, the newest so many stay, and so many bytes of them.
MOST_ASKED: Final = 100
MOST_ASKED_BYTES: Final = 256 * 2**20


class Plans:
    """What was computed. Of each city the newest standard plan stays; of all others the newest."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, plan: MadePlan) -> None:
        """Keep a plan, whole or not at all; an equal one is replaced."""
        with writing(self._engine, JOBS) as connection:
            put_plan(connection, plan)

    def get(self, key: str) -> PlanRecord | None:
        """The plan with this key, if it is still there."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(PLAN).where(PLAN.c.key == key)).one_or_none()
        return _record(row) if row else None

    def standard(self, city: str) -> PlanRecord | None:
        """The newest standard plan of a city: of the newest revision, or of the one before."""
        return next(iter(self._standards(PLAN.c.city == city)), None)

    def standards(self) -> list[PlanRecord]:
        """The standard plans of all cities that have one, by adcode."""
        return self._standards(sa.true())

    def part(self, key: str, name: str) -> Part:
        """A file of a plan. Raises :class:`NotFoundError`."""
        wanted = sa.select(
            PLAN_PART.c.name, PLAN_PART.c.media_type, PLAN_PART.c.content, PLAN_PART.c.policy
        ).where(PLAN_PART.c.key == key, PLAN_PART.c.name == name)
        with reading(self._engine) as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise NotFoundError(
                f"这份规划没有文件 {name[:40]}，或已不再保存",
                f"this plan has no file {name[:40]}, or is kept no longer",
            )
        return Part(**row._asdict())

    def parts(self, key: str) -> list[str]:
        """The names of a plan's files."""
        wanted = sa.select(PLAN_PART.c.name).where(PLAN_PART.c.key == key).order_by("name")
        with reading(self._engine) as connection:
            return list(connection.scalars(wanted))

    def _standards(self, where: sa.ColumnElement[bool]) -> list[PlanRecord]:
        wanted = sa.select(PLAN).where(PLAN.c.standard, where).order_by("city")
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(wanted)]


def put_plan(connection: sa.Connection, plan: MadePlan) -> None:
    """Write a plan and let go of those that it replaces, inside a transaction."""
    record = plan.record
    gone = PLAN.c.key == record.key
    if record.standard:
        gone |= PLAN.c.standard & (PLAN.c.city == record.city)
    connection.execute(sa.delete(PLAN).where(gone))
    size = sum(len(part.content) for part in plan.parts)
    values = {field: getattr(record, field) for field in PlanRecord.__dataclass_fields__}
    connection.execute(
        sa.insert(PLAN).values(values | {"size": size, "summary": dict(record.summary)})
    )
    connection.execute(sa.insert(PLAN_PART), [_row(record.key, part) for part in plan.parts])
    _bound(connection)


def _row(key: str, part: Part) -> dict[str, Any]:
    return {"key": key} | {name: getattr(part, name) for name in Part.__dataclass_fields__}


def _bound(connection: sa.Connection) -> None:
    """The newest of the plans that were asked for stay."""
    asked = sa.select(PLAN.c.key, PLAN.c.size).where(~PLAN.c.standard)
    kept_bytes = 0
    gone: list[str] = []
    for nth, row in enumerate(connection.execute(asked.order_by(PLAN.c.made_at.desc()))):
        kept_bytes += row.size
        if nth >= MOST_ASKED or (nth and kept_bytes > MOST_ASKED_BYTES):
            gone.append(row.key)
    if gone:
        connection.execute(sa.delete(PLAN).where(PLAN.c.key.in_(gone)))


def _record(row: sa.Row[Any]) -> PlanRecord:
    values = with_moments(row)
    values.pop("size")
    return PlanRecord(**values)


def keys_kept(connection: sa.Connection, keys: Sequence[str]) -> set[str]:
    """Which of the keys have a plan, inside a transaction."""
    return set(connection.scalars(sa.select(PLAN.c.key).where(PLAN.c.key.in_(keys))))

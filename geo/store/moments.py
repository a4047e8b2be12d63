"""Moments in the tables: aware, UTC, on a database that keeps no offset too."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def aware(moment: datetime) -> datetime:
    """SQLite keeps no offset; what we write is UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def with_moments(row: sa.Row[Any]) -> dict[str, Any]:
    """The columns of a row by name, moments made aware."""
    return {
        name: aware(value) if isinstance(value, datetime) else value
        for name, value in row._asdict().items()
    }

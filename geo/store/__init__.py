"""Revisions of the catalogue: SQLite by itself, or PostgreSQL with PostGIS for many workers."""

from typing import TYPE_CHECKING

from geo.store.jobs_model import ENDED, Job, JobState, MadePlan, Part, PlanRecord, Wanted
from geo.store.model import (
    SCOPES,
    WHATS,
    Changed,
    Difference,
    Duplicate,
    KeyRecord,
    Listed,
    Pending,
    Proposal,
    Report,
    Revision,
    Upload,
    change_of_stations,
    changed_fields,
)

if TYPE_CHECKING:
    from geo.store.store import Store


def open_store(url: str) -> "Store":
    """Open a store and bring its schema up to date. Raises :class:`~geo.errors.SetupError`.

    ``url`` is ``sqlite:///…`` or ``postgresql+psycopg://…``. The database's library is
    imported when it is first needed.
    """
    from geo.store import store  # noqa: PLC0415

    return store.open_store(url)


def __getattr__(name: str) -> object:
    if name == "Store":
        from geo.store.store import Store  # noqa: PLC0415

        return Store
    raise AttributeError(name)


__all__ = [
    "ENDED",
    "SCOPES",
    "WHATS",
    "Changed",
    "Difference",
    "Duplicate",
    "Job",
    "JobState",
    "KeyRecord",
    "Listed",
    "MadePlan",
    "Part",
    "Pending",
    "PlanRecord",
    "Proposal",
    "Report",
    "Revision",
    "Store",
    "Upload",
    "Wanted",
    "change_of_stations",
    "changed_fields",
    "open_store",
]

"""Revisions of the catalogue: SQLite by itself, or PostgreSQL with PostGIS for many workers."""

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
    changed_fields,
)
from geo.store.store import Store, open_store

__all__ = [
    "SCOPES",
    "WHATS",
    "Changed",
    "Difference",
    "Duplicate",
    "KeyRecord",
    "Listed",
    "Pending",
    "Proposal",
    "Report",
    "Revision",
    "Store",
    "Upload",
    "changed_fields",
    "open_store",
]

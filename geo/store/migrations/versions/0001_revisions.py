"""Revisions, stations, lists, waiting rows, and the office's queues.

Revision ID: 0001
Revises:
"""

from alembic import op

from geo.store import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = [
    tables.REVISION,
    tables.STATION_VERSION,
    tables.LIST_VERSION,
    tables.PENDING_VERSION,
    tables.API_KEY,
    tables.REPORT,
    tables.DUPLICATE,
    tables.UPLOAD,
]


def upgrade() -> None:
    """Create every table; on PostgreSQL a position that a GIS reads and searches."""
    bind = op.get_bind()
    tables.METADATA.create_all(bind, tables=_TABLES, checkfirst=False)
    if bind.dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        op.execute(
            "ALTER TABLE station_version ADD COLUMN position geography(Point, 4326)"
            " GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography) STORED"
        )
        op.execute(
            "CREATE INDEX ix_station_version_position ON station_version USING gist (position)"
            " WHERE until IS NULL"
        )
    op.execute("CREATE VIEW station AS SELECT * FROM station_version WHERE until IS NULL")


def downgrade() -> None:
    """Drop everything."""
    op.execute("DROP VIEW station")
    tables.METADATA.drop_all(op.get_bind(), tables=_TABLES)

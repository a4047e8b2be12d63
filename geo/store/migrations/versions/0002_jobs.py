"""Jobs, and the plans that they make.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

from geo.store import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = [tables.JOB, tables.PLAN, tables.PLAN_PART]


def upgrade() -> None:
    """Create the tables."""
    tables.METADATA.create_all(op.get_bind(), tables=_TABLES, checkfirst=False)


def downgrade() -> None:
    """Drop them."""
    tables.METADATA.drop_all(op.get_bind(), tables=_TABLES)

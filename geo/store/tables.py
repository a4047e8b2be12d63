"""The schema, the same on SQLite and PostgreSQL; what only PostGIS can is in the migrations.

A version of a station is valid from the revision ``since`` up to, and without, ``until``;
the present one has none. So is a version of a list's declaration and of a waiting row.
"""

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
_MOMENT = sa.DateTime(timezone=True)


def _valid() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("since", sa.Integer, sa.ForeignKey("revision.number"), nullable=False),
        sa.Column("until", sa.Integer, sa.ForeignKey("revision.number")),
    )


REVISION: Final = sa.Table(
    "revision",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("parent", sa.Integer, sa.ForeignKey("revision.number")),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("list_key", sa.Text),
    sa.Column("source_file", sa.Text),
    sa.Column("source_sha256", sa.Text),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("counts", sa.JSON, nullable=False),
    sa.Column("provinces", sa.JSON, nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Column("sources_digest", sa.Text, nullable=False),
    sa.Column("stations", sa.Integer, nullable=False),
)

STATION_VERSION: Final = sa.Table(
    "station_version",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("since", sa.Integer, sa.ForeignKey("revision.number"), primary_key=True),
    sa.Column("until", sa.Integer, sa.ForeignKey("revision.number")),
    sa.Column("list_key", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("lon", sa.Double, nullable=False),
    sa.Column("lat", sa.Double, nullable=False),
    sa.Column("position_quality", sa.Text, nullable=False),
    sa.Column("position_note", sa.Text),
    sa.Column("position_error_m", sa.Double),
    sa.Column("published_lon", sa.Double, nullable=False),
    sa.Column("published_lat", sa.Double, nullable=False),
    sa.Column("published_datum", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("district", sa.Text, nullable=False),
    sa.Column("zone", sa.Text),
    sa.Column("hours_text", sa.Text),
    # Codes separated by semicolons; null is unknown, empty is none.
    sa.Column("facilities", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("area_m2", sa.Double),
    sa.Column("phone", sa.Text),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("listed_on", sa.Text),
    sa.Column("verified_on", sa.Text),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    # A JSON object of texts.
    sa.Column("extra", sa.Text),
    sa.Index("ix_station_version_present", "id", unique=True, sqlite_where=sa.text("until IS NULL"),
             postgresql_where=sa.text("until IS NULL")),
    sa.Index("ix_station_version_since", "since"),
    sa.Index("ix_station_version_until", "until"),
)  # fmt: skip

LIST_VERSION: Final = sa.Table(
    "list_version",
    METADATA,
    sa.Column("serial", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    *_valid(),
    sa.Column("declaration", sa.JSON, nullable=False),
)

PENDING_VERSION: Final = sa.Table(
    "pending_version",
    METADATA,
    sa.Column("serial", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("list_key", sa.Text, nullable=False),
    *_valid(),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
)

API_KEY: Final = sa.Table(
    "api_key",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("prefix", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("cities", sa.JSON, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("revoked_at", _MOMENT),
)

REPORT: Final = sa.Table(
    "report",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("station_id", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("received_at", _MOMENT, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_at", _MOMENT),
    sa.Column("decided_by", sa.Text),
)

DUPLICATE: Final = sa.Table(
    "duplicate",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("first", sa.Text, nullable=False),
    sa.Column("second", sa.Text, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("found_in", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_at", _MOMENT),
    sa.Column("decided_by", sa.Text),
    sa.UniqueConstraint("first", "second", name="uq_duplicate_pair"),
)

UPLOAD: Final = sa.Table(
    "upload",
    METADATA,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("revision", sa.Integer),
)

JOB: Final = sa.Table(
    "job",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    # What is computed: equal keys are equal plans.
    sa.Column("key", sa.Text, nullable=False, index=True),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, sa.ForeignKey("revision.number"), nullable=False),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("request", sa.JSON, nullable=False),
    # Null: nobody asked, the service computes it ahead.
    sa.Column("owner", sa.Integer, sa.ForeignKey("api_key.id")),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("stopping", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("share", sa.Double, nullable=False),
    # Pairs of sentences, Chinese and English.
    sa.Column("stage", sa.JSON),
    sa.Column("problem", sa.JSON),
    sa.Column("runner", sa.Text),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("started_at", _MOMENT),
    sa.Column("seen_at", _MOMENT),
    sa.Column("ended_at", _MOMENT),
)

PLAN: Final = sa.Table(
    "plan",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("city", sa.Text, nullable=False, index=True),
    sa.Column("revision", sa.Integer, sa.ForeignKey("revision.number"), nullable=False),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("standard", sa.Boolean, nullable=False),
    sa.Column("summary", sa.JSON, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("made_at", _MOMENT, nullable=False),
)

PLAN_PART: Final = sa.Table(
    "plan_part",
    METADATA,
    sa.Column("key", sa.Text, sa.ForeignKey("plan.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("policy", sa.Text),
    # Compressed with gzip.
    sa.Column("content", sa.LargeBinary, nullable=False),
)

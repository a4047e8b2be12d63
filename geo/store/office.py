"""Keys, reports, possible duplicates, uploads: what the office works with between revisions."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal, cast

import sqlalchemy as sa

from geo.errors import InputError, NotFoundError
from geo.store.engine import reading, writing
from geo.store.model import SCOPES, WHATS, Duplicate, KeyRecord, Report, Upload
from geo.store.moments import aware, now, with_moments
from geo.store.tables import API_KEY, DUPLICATE, REPORT, UPLOAD
from geo.text import Text

_KEY_PREFIX: Final = "yz_"
_SHOWN_LENGTH: Final = 10
_UPLOADS_KEPT: Final = timedelta(days=2)


class Keys:
    """Keys of the admin API.

    A key is 256 random bits: a plain SHA-256 keeps it as safe as a slow hash would, since
    nobody can try them all, and it can be looked up.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(
        self, label: str, *, cities: Sequence[str], scopes: Sequence[str]
    ) -> tuple[str, KeyRecord]:
        """The key's text, which is never to be had again, and its record."""
        for scope in scopes:
            if scope not in SCOPES:
                raise InputError(
                    "scope",
                    zh=f"没有权限 {scope[:20]}",
                    en=f"there is no scope {scope[:20]}",
                    value=scope[:20],
                    expected=Text("、".join(SCOPES), ", ".join(SCOPES)),
                )
        text = _KEY_PREFIX + secrets.token_urlsafe(32)
        values = {
            "label": label,
            "prefix": text[:_SHOWN_LENGTH],
            "sha256": _hashed(text),
            "cities": list(cities),
            "scopes": list(scopes),
            "created_at": now(),
        }
        with writing(self._engine) as connection:
            added = sa.insert(API_KEY).values(values).returning(API_KEY)
            row = connection.execute(added).one()
        return text, _key(row)

    def list(self) -> list[KeyRecord]:
        """Every key, revoked ones too."""
        with reading(self._engine) as connection:
            return [_key(row) for row in connection.execute(sa.select(API_KEY).order_by("id"))]

    def revoke(self, number: int) -> None:
        """End a key. Raises :class:`NotFoundError`."""
        change = sa.update(API_KEY).where(API_KEY.c.id == number, API_KEY.c.revoked_at.is_(None))
        with writing(self._engine) as connection:
            if not connection.execute(change.values(revoked_at=now())).rowcount:
                raise NotFoundError(f"没有有效的密钥 {number}", f"there is no valid key {number}")

    def check(self, text: str) -> KeyRecord | None:
        """The record of a key that is valid now.

        It is looked up by its hash, which says nothing of the key to whoever measures time.
        """
        wanted = sa.select(API_KEY).where(
            API_KEY.c.sha256 == _hashed(text), API_KEY.c.revoked_at.is_(None)
        )
        with reading(self._engine) as connection:
            row = connection.execute(wanted).one_or_none()
        return _key(row) if row else None


class Reports:
    """What people said of stations."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, station_id: str, what: str) -> None:
        """Keep a report; one that says the same and is still pending is enough."""
        if what not in WHATS:
            raise InputError(
                "what",
                zh="没有这种报告",
                en="there is no such report",
                value=what[:20],
                expected=Text("、".join(WHATS), ", ".join(WHATS)),
            )
        same = sa.select(REPORT.c.id).where(
            REPORT.c.station_id == station_id,
            REPORT.c.what == what,
            REPORT.c.state == "pending",
        )
        values = {"station_id": station_id, "what": what, "received_at": now()}
        with writing(self._engine) as connection:
            if connection.execute(same).first() is None:
                connection.execute(sa.insert(REPORT).values(**values, state="pending"))

    def list(self, *, state: str = "pending") -> list[Report]:
        """The reports in a state, oldest first."""
        wanted = sa.select(REPORT).where(REPORT.c.state == state).order_by("id")
        with reading(self._engine) as connection:
            return [_report(row) for row in connection.execute(wanted)]

    def get(self, number: int) -> Report:
        """One report. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(REPORT).where(REPORT.c.id == number)).one_or_none()
        if row is None:
            raise NotFoundError(f"没有报告 {number}", f"there is no report {number}")
        return _report(row)

    def decide(self, number: int, state: Literal["accepted", "rejected"], *, who: str) -> None:
        """Accept or reject a report."""
        change = sa.update(REPORT).where(REPORT.c.id == number)
        with writing(self._engine) as connection:
            connection.execute(change.values(state=state, decided_at=now(), decided_by=who))


class Duplicates:
    """Pairs of stations that may be one."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def open(self) -> list[Duplicate]:
        """The pairs that nobody decided yet."""
        wanted = sa.select(DUPLICATE).where(DUPLICATE.c.state == "open").order_by("id")
        with reading(self._engine) as connection:
            return [_duplicate(row) for row in connection.execute(wanted)]

    def get(self, number: int) -> Duplicate:
        """One pair. Raises :class:`NotFoundError`."""
        wanted = sa.select(DUPLICATE).where(DUPLICATE.c.id == number)
        with reading(self._engine) as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise NotFoundError(f"队列中没有 {number}", f"the queue has no pair {number}")
        return _duplicate(row)

    def decide(self, number: int, state: Literal["same", "different"], *, who: str) -> None:
        """Say what a pair is; it is never queued again."""
        change = sa.update(DUPLICATE).where(DUPLICATE.c.id == number)
        with writing(self._engine) as connection:
            connection.execute(change.values(state=state, decided_at=now(), decided_by=who))


def queue_pairs(
    connection: sa.Connection, pairs: Iterable[tuple[str, str, Mapping[str, Any]]], found_in: int
) -> None:
    """Queue pairs that were never queued before."""
    table = DUPLICATE.c
    known = {tuple(row) for row in connection.execute(sa.select(table.first, table.second))}
    new = [
        {
            "first": first,
            "second": second,
            "evidence": dict(evidence),
            "found_in": found_in,
            "state": "open",
        }
        for first, second, evidence in pairs
        if (first, second) not in known
    ]
    if new:
        connection.execute(sa.insert(DUPLICATE), new)


class Uploads:
    """Files that were handed in and wait for a yes; after two days they are gone."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, *, file_name: str, content: bytes, options: Mapping[str, Any], who: str) -> str:
        """Keep a file; the token under which it is to be had."""
        token = secrets.token_urlsafe(16)
        values = {
            "token": token,
            "file_name": file_name,
            "content": content,
            "options": dict(options),
            "who": who,
            "created_at": now(),
        }
        with writing(self._engine) as connection:
            connection.execute(sa.insert(UPLOAD).values(values))
        self.forget_old()
        return token

    def forget(self, token: str) -> None:
        """Delete a file that cannot be taken."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(UPLOAD).where(UPLOAD.c.token == token))

    def forget_old(self) -> None:
        """Delete what nobody said yes to in time: it may hold what is personal."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(UPLOAD).where(_is_old()))

    def get(self, token: str) -> Upload:
        """A file. Raises :class:`NotFoundError`."""
        with reading(self._engine) as connection:
            wanted = sa.select(UPLOAD).where(UPLOAD.c.token == token, ~_is_old())
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise NotFoundError(
                "没有这个上传，或已过期（保留两天）",
                "there is no such upload, or it expired (2 days)",
            )
        values = row._asdict()
        return Upload(**{**values, "created_at": aware(values["created_at"])})

    def accept(self, token: str, revision: int) -> None:
        """Note which revision a file became."""
        change = sa.update(UPLOAD).where(UPLOAD.c.token == token)
        with writing(self._engine) as connection:
            connection.execute(change.values(revision=revision))


def _is_old() -> sa.ColumnElement[bool]:
    return UPLOAD.c.created_at < now() - _UPLOADS_KEPT


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _key(row: sa.Row[Any]) -> KeyRecord:
    values = with_moments(row)
    values.pop("sha256")
    values["cities"], values["scopes"] = tuple(values["cities"]), tuple(values["scopes"])
    return KeyRecord(**values)


def _report(row: sa.Row[Any]) -> Report:
    return Report(**cast("Any", with_moments(row)))


def _duplicate(row: sa.Row[Any]) -> Duplicate:
    return Duplicate(**cast("Any", with_moments(row)))

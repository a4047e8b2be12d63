"""Whether a station is open, as members of an answer: made once a minute for each text."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from geo.hours import Reading, State, state_at
from geo.index import Schedules
from geo.text import Lang, Text

_KEPT = 8_192
_NONE_WRITTEN = Reading(None, Text("名录没有写明开放时间", "the list gives no opening hours"), None)
_ABROAD = Reading(
    None,
    Text("境外站点：不知当地时区与节假日", "abroad: its time zone and holidays are not known here"),
    None,
)


class Openings:
    """Writes the opening of rows in one language."""

    def __init__(self, schedules: Schedules, lang: Lang) -> None:
        self._schedules, self._lang = schedules, lang
        self._codes = schedules.codes
        self._written = lru_cache(_KEPT)(self._write)

    def json(self, row: int, at: datetime) -> bytes:
        """``"opening":{…},`` for a row at a moment (aware)."""
        code = int(self._codes[row])
        abroad = code < 0 and self._schedules.is_abroad(row)
        return self._written(code, at.replace(second=0, microsecond=0), abroad)

    def _write(self, code: int, minute: datetime, abroad: bool) -> bytes:  # noqa: FBT001 (a cache's key)
        unwritten = _ABROAD if abroad else _NONE_WRITTEN
        reading = self._schedules.reading(code) if code >= 0 else unwritten
        members = opening(reading, state_at(reading, minute), self._lang)
        return b'"opening":' + orjson.dumps(members) + b","


def opening(reading: Reading, state: State, lang: Lang) -> dict[str, Any]:
    """A state as members of an answer; times are RFC 3339 in Asia/Shanghai."""
    return {
        "state": state.state,
        "opens_at": _rfc3339(state.opens_at),
        "closes_at": _rfc3339(state.closes_at),
        "closes_in_min": state.closes_in_min,
        "reason": state.reason.get(lang),
        "assumption": state.assumption.get(lang) if state.assumption else None,
        "specification": reading.hours.spec if reading.hours else None,
        "as_of": _rfc3339(state.as_of),
    }


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None

"""Whether a station is open, as members of an answer: made once a minute for each text."""

from array import array
from collections import OrderedDict
from datetime import datetime
from typing import Any, Final

import numpy as np
import orjson

from geo.hours import ABROAD, UNWRITTEN, Reading, State, state_at
from geo.index import Schedules
from geo.text import Lang

# Answers on arrival speak of as many minutes as stations are minutes away.
_MINUTES_KEPT: Final = 256
_ABROAD: Final = -2
_UNWRITTEN: Final = {-1: UNWRITTEN, _ABROAD: ABROAD}


class Openings:
    """Writes the opening of rows in one language."""

    def __init__(self, schedules: Schedules, lang: Lang) -> None:
        self._schedules, self._lang = schedules, lang
        codes = np.where(schedules.abroad, np.int32(_ABROAD), schedules.codes)
        # An array of Python's: single values come out fastest.
        self._codes = array("i", codes.astype(np.intc).tobytes())
        self._minutes: OrderedDict[datetime, Minute] = OrderedDict()

    def at(self, moment: datetime) -> "Minute":
        """What is written of rows at the minute of a moment (aware)."""
        minute = moment.replace(second=0, microsecond=0)
        known = self._minutes.get(minute)
        if known is None:
            known = self._minutes[minute] = Minute(self, minute)
            while len(self._minutes) > _MINUTES_KEPT:
                self._minutes.popitem(last=False)
        return known

    def code(self, row: int) -> int:
        """The number of a row's text; negative if it has none that is evaluated."""
        return self._codes[row]

    def write(self, code: int, minute: datetime) -> bytes:
        """``"opening":{…},`` for a text at a minute."""
        reading = self._schedules.reading(code) if code >= 0 else _UNWRITTEN[code]
        members = opening(reading, state_at(reading, minute), self._lang)
        return b'"opening":' + orjson.dumps(members) + b","


class Minute:
    """One minute: each text is evaluated when the first of its stations is written."""

    def __init__(self, openings: Openings, minute: datetime) -> None:
        self._openings, self._minute = openings, minute
        self._written: dict[int, bytes] = {}

    def of(self, row: int) -> bytes:
        """``"opening":{…},`` for a row."""
        code = self._openings.code(row)
        written = self._written.get(code)
        if written is None:
            written = self._written[code] = self._openings.write(code, self._minute)
        return written


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

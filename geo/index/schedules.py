"""Which rows of a snapshot are open at a moment: each distinct text is read and asked once."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.catalogue import is_abroad
from geo.hours import Reading, open_at, read_hours
from geo.snapshot import Snapshot
from geo.travel import Travel

UnknownHours = Literal["include", "exclude"]
OPEN: Final = 1
CLOSED: Final = 0
UNKNOWN: Final = -1

_MINUTES_KEPT = 64


@dataclass(frozen=True, slots=True)
class OpenAt:
    """Open at a moment (aware), or, with ``travel``, at the caller's arrival after it.

    Stations of unknown hours may be open: they are answers too, unless
    ``unknown_hours="exclude"``.
    """

    at: datetime
    unknown_hours: UnknownHours = "include"
    travel: Travel | None = None

    def accepts(self, state: int) -> bool:
        """Whether a station in this state is an answer."""
        return state == OPEN or (state == UNKNOWN and self.unknown_hours == "include")


class _Minute(NamedTuple):
    """The state of each text at a minute; one more, the last, is that of rows without any."""

    states: NDArray[np.int8]
    digest: bytes


class Schedules:
    """The hours of a snapshot's rows, by the number of their distinct text.

    ``codes`` has shape (n,); -1 is a row whose hours are unknown because none are written, or
    because it is ``abroad`` (shape (n,)), where neither the time zone nor the holidays are
    known here.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        codes, self.texts = snapshot.codes("hours_text")
        self.abroad = _abroad(snapshot)
        self.codes: NDArray[np.int32] = np.where(self.abroad, np.int32(-1), codes)
        self._readings: list[Reading | None] = [None] * len(self.texts)
        self._minutes: OrderedDict[datetime, _Minute] = OrderedDict()
        self._lock = Lock()

    def reading(self, code: int) -> Reading:
        """What a text says."""
        found = self._readings[code]
        if found is None:
            found = self._readings[code] = read_hours(self.texts[code])
        return found

    def state(self, row: int, at: datetime) -> int:
        """Whether one row is open at a moment."""
        code = int(self.codes[row])
        return UNKNOWN if code < 0 else int(self._minute(at).states[code])

    def states(self, at: datetime) -> NDArray[np.int8]:
        """Whether each row is open at a moment: shape (n,)."""
        return self._minute(at).states[self.codes]

    def digest(self, at: datetime) -> bytes:
        """Equal for moments at which the same texts are open."""
        return self._minute(at).digest

    def _minute(self, at: datetime) -> "_Minute":
        minute = at.replace(second=0, microsecond=0)
        with self._lock:
            known = self._minutes.get(minute)
        if known is None:
            found = [self._state(code, minute) for code in range(len(self.texts))]
            states = np.array([*found, UNKNOWN], dtype=np.int8)
            known = _Minute(states, hashlib.sha256(states.tobytes()).digest())
            with self._lock:
                self._minutes[minute] = known
                while len(self._minutes) > _MINUTES_KEPT:
                    self._minutes.popitem(last=False)
        return known

    def _state(self, code: int, at: datetime) -> int:
        hours = self.reading(code).hours
        is_open = None if hours is None else open_at(hours, at)
        return UNKNOWN if is_open is None else int(is_open)


def arrival(asked: OpenAt, distance_m: float) -> datetime:
    """When a caller who sets out at the moment asked about arrives."""
    if asked.travel is None:
        return asked.at
    return asked.at + timedelta(seconds=asked.travel.seconds(distance_m))


def _abroad(snapshot: Snapshot) -> NDArray[np.bool_]:
    codes, cities = snapshot.codes("city")
    abroad = np.array([is_abroad(city) for city in cities], dtype=np.bool_)
    rows: NDArray[np.bool_] = abroad[codes]
    return rows

"""Which rows of a snapshot are open at a moment: each distinct text is read and asked once."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Literal

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


class Schedules:
    """The hours of a snapshot's rows, by the number of their distinct text.

    ``codes`` has shape (n,); -1 is a row whose hours are unknown because none are written, or
    because it is abroad, where neither the time zone nor the holidays are known here.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        codes, self.texts = snapshot.codes("hours_text")
        self._abroad = _abroad(snapshot)
        self.codes: NDArray[np.int32] = np.where(self._abroad, np.int32(-1), codes)
        self._readings: list[Reading | None] = [None] * len(self.texts)
        self._states: OrderedDict[datetime, NDArray[np.int8]] = OrderedDict()
        self._lock = Lock()

    def is_abroad(self, row: int) -> bool:
        """Whether a row lies in a list of a place outside China."""
        return bool(self._abroad[row])

    def reading(self, code: int) -> Reading:
        """What a text says."""
        found = self._readings[code]
        if found is None:
            found = self._readings[code] = read_hours(self.texts[code])
        return found

    def state(self, row: int, at: datetime) -> int:
        """Whether one row is open at a moment."""
        code = int(self.codes[row])
        return UNKNOWN if code < 0 else int(self._states_at(at)[code])

    def states(self, at: datetime) -> NDArray[np.int8]:
        """Whether each row is open at a moment: shape (n,)."""
        return self._states_at(at)[self.codes]

    def _states_at(self, at: datetime) -> NDArray[np.int8]:
        """Of each text; one more, the last, for rows without any."""
        minute = at.replace(second=0, microsecond=0)
        with self._lock:
            states = self._states.get(minute)
        if states is None:
            found = [self._state(code, minute) for code in range(len(self.texts))]
            states = np.array([*found, UNKNOWN], dtype=np.int8)
            with self._lock:
                self._states[minute] = states
                while len(self._states) > _MINUTES_KEPT:
                    self._states.popitem(last=False)
        return states

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

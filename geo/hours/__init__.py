"""Opening hours: as people write them, as OpenStreetMap specifies them, and at a moment."""

from geo.hours.calendar import SHANGHAI, DayType, calendar, day_type
from geo.hours.evaluate import State, open_at, open_intervals, state_at
from geo.hours.reading import OpeningHours, Reading, read_hours

__all__ = [
    "SHANGHAI",
    "DayType",
    "OpeningHours",
    "Reading",
    "State",
    "calendar",
    "day_type",
    "open_at",
    "open_intervals",
    "read_hours",
    "state_at",
]

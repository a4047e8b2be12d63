"""Opening hours: as people write them, as OpenStreetMap specifies them, and at a moment."""

from geo.hours.calendar import SHANGHAI, DayType, calendar, day_type
from geo.hours.evaluate import State, open_at, open_intervals, state_at
from geo.hours.reading import ABROAD, UNWRITTEN, OpeningHours, Reading, read_hours
from geo.hours.week import KINDS, Week, weeks

__all__ = [
    "ABROAD",
    "KINDS",
    "SHANGHAI",
    "UNWRITTEN",
    "DayType",
    "OpeningHours",
    "Reading",
    "State",
    "Week",
    "calendar",
    "day_type",
    "open_at",
    "open_intervals",
    "read_hours",
    "state_at",
    "weeks",
]

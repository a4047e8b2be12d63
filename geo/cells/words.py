"""What a page needs to put cells into words: labels, speeds, and the days of a year."""

import orjson

from geo.hours import calendar
from geo.text import Lang
from geo.travel import DETOUR, TRAVELS
from geo.vocabulary import vocabulary


def words(lang: Lang) -> bytes:
    """Kinds and facilities with their labels in one language; the detour factor, speeds in km/h."""
    terms = vocabulary()
    content = {
        "kinds": {
            code: {"label": kind.label.get(lang), "group": kind.group}
            for code, kind in terms.kinds.items()
        },
        "facilities": {
            code: {"label": facility.label.get(lang), "group": facility.group}
            for code, facility in terms.facilities.items()
        },
        "detour": DETOUR,
        "speed_kmh": {mode: travel.speed_kmh for mode, travel in TRAVELS.items()},
    }
    return orjson.dumps(content)


def days_of_year(year: int) -> bytes | None:
    """Public holidays with their names, and make-up workdays; ``None`` if it is not published."""
    days = calendar()
    if year not in days.years:
        return None
    content = {
        "year": year,
        "notice": days.notices[year],
        "holidays": {
            day.isoformat(): name._asdict()
            for day, name in sorted(days.holidays.items())
            if day.year == year
        },
        "makeup": sorted(day.isoformat() for day in days.makeup if day.year == year),
    }
    return orjson.dumps(content)

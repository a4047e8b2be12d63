"""What kind of day a date is in China: the State Council's holidays and make-up workdays.

The table is ``day_types.toml``, one entry for each published year, with its notice.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from geo.text import Text

# China has one time zone and no summer time since 1991.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

DayType = Literal["workday", "weekend", "holiday", "makeup"]
_SATURDAY: Final = 5
_FILE = Path(__file__).with_name("day_types.toml")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published years: ``holidays`` by date with their names, ``makeup`` workdays."""

    years: frozenset[int]
    holidays: Mapping[date, Text]
    makeup: frozenset[date]
    notices: Mapping[int, str]
    digest: str

    def day_type(self, day: date) -> DayType | None:
        """The type of a day, ``None`` if its year is not published."""
        if day.year not in self.years:
            return None
        if day in self.holidays:
            return "holiday"
        if day in self.makeup:
            return "makeup"
        return "weekend" if day.weekday() >= _SATURDAY else "workday"


@cache
def calendar() -> Calendar:
    """The calendar of this version of the software."""
    content = _FILE.read_bytes()
    tables = tomllib.loads(content.decode())
    years = tables["year"]
    return Calendar(
        years=frozenset(year["year"] for year in years),
        holidays=MappingProxyType(
            {day: name for year in years for day, name in _holidays(year, tables["names"])}
        ),
        makeup=frozenset(day for year in years for day in year["makeup"]),
        notices=MappingProxyType({year["year"]: year["notice"] for year in years}),
        digest=hashlib.sha256(content).hexdigest(),
    )


def day_type(day: date) -> DayType | None:
    """The type of a day, ``None`` if its year is not published."""
    return calendar().day_type(day)


def _holidays(year: Mapping[str, Any], names: Mapping[str, Any]) -> list[tuple[date, Text]]:
    return [
        (holiday["first"] + timedelta(days=nth), Text(**names[holiday["name"]]))
        for holiday in year["holidays"]
        for nth in range((holiday["last"] - holiday["first"]).days + 1)
    ]

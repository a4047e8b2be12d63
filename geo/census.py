"""What the census of 2020 knows of cities and districts beside their people.

Two tables beside ``people.csv``: ``census_shares.csv`` (the urban share and the working residents
of districts) and ``census_remainders.csv`` (people of a city whose census unit is no district of
today). What is absent is unknown, never 0.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, get_args

from geo.places import Place, Places
from geo.text import Text

# Residents who are counted in place of all: who live in towns, or work in a branch.
WorkerGroup = Literal["urban", "transport", "catering"]
WORKER_GROUPS: Final[tuple[WorkerGroup, ...]] = get_args(WorkerGroup)
GROUP_LABELS: Final[Mapping[WorkerGroup, Text]] = MappingProxyType(
    {
        "urban": Text("城镇常住人口", "urban residents"),
        "transport": Text(
            "在交通运输、仓储和邮政业就业的居民", "residents working in transport, storage and post"
        ),
        "catering": Text(
            "在住宿和餐饮业就业的居民", "residents working in accommodation and catering"
        ),
    }
)
SOURCE: Final = Text(
    "2020 年第七次全国人口普查分县资料（国家统计局，2022）",
    "Tabulation on the 2020 Population Census by County (National Bureau of Statistics, 2022)",
)

_HERE = Path(__file__).parent


class Shares(NamedTuple):
    """Of one district: the share of its people who live in towns, and who works in a branch."""

    urban: float | None
    transport: int | None
    catering: int | None


class Remainder(NamedTuple):
    """People of a city who are in none of its districts' figures.

    ``units`` of the census have no district of today; ``zones`` of these are development zones
    that the census counts apart, the others districts that have another code since. ``people``
    are those of all units, ``zone_people`` those of the zones.
    """

    units: int
    people: int
    zones: int
    zone_people: int
    urban_share: float


@dataclass(frozen=True, slots=True)
class CityPeople:
    """The people of one city: ``total`` is those of its ``districts`` and of the ``remainder``.

    Districts whose figure is unknown are there with ``None``; so is the total of a city of
    which the census says nothing.
    """

    city: Place
    total: int | None
    districts: Mapping[str, int | None]
    remainder: Remainder | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The districts without a figure."""
        return tuple(code for code, people in self.districts.items() if people is None)

    @property
    def redivided(self) -> bool:
        """Whether districts were divided anew after the census, so that a code may mean less."""
        return self.remainder is not None and self.remainder.units > self.remainder.zones


def city_people(places: Places, adcode: str) -> CityPeople:
    """The people of one city."""
    city = places.get(adcode, "city")
    districts = {place.adcode: place.people for place in places.districts_of(city)}
    return CityPeople(city, city.people, MappingProxyType(districts), _remainders().get(adcode))


def district_shares(adcode: str) -> Shares:
    """What is known of one district."""
    return _shares().get(adcode, _UNKNOWN)


_UNKNOWN: Final = Shares(None, None, None)


@cache
def _shares() -> Mapping[str, Shares]:
    return MappingProxyType(
        {
            row["adcode"]: Shares(
                float(row["urban_share"]), _count(row["transport_post"]), _count(row["catering"])
            )
            for row in _rows("census_shares.csv")
        }
    )


@cache
def _remainders() -> Mapping[str, Remainder]:
    return MappingProxyType(
        {
            row["adcode"]: Remainder(
                units=int(row["units"]),
                people=int(row["people"]),
                zones=int(row["zones"]),
                zone_people=int(row["zone_people"]),
                urban_share=float(row["urban_share"]),
            )
            for row in _rows("census_remainders.csv")
        }
    )


def _count(cell: str) -> int | None:
    return int(cell) if cell else None


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))

"""What is said of coverage: bands, thresholds, lenses, and what is reached of a city under them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from shapely.geometry.base import BaseGeometry

from geo.text import Text
from geo.travel import TravelMode

LensGroup = Literal["all", "kind", "facility", "hours"]


class Band(NamedTuple):
    """At least ``low``, at most ``high``; equal where nothing is unknown."""

    low: float
    high: float

    def over(self, total: float) -> "Band | None":
        """The band as a share of a total; ``None`` of nothing."""
        return Band(self.low / total, self.high / total) if total > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Within reach: a straight line of ``radius_m``.

    Where reach was asked for in ``minutes``, the radius is the straight line that these allow
    by :mod:`geo.travel`, and is never called a radius of its own.
    """

    radius_m: float
    minutes: float | None = None
    mode: TravelMode | None = None

    @property
    def label(self) -> Text:
        """As a heading: 500 m, 1 km, 15 minutes on foot."""
        if self.minutes is not None:
            zh, en = ("骑行", "riding") if self.mode == "ride" else ("步行", "on foot")
            return Text(f"{zh} {self.minutes:g} 分钟", f"{self.minutes:g} minutes {en}")
        if self.radius_m >= 1000:
            return Text(f"{self.radius_m / 1000:g} 公里", f"{self.radius_m / 1000:g} km")
        return Text(f"{self.radius_m:g} 米", f"{self.radius_m:g} m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Which stations count: all, those of a kind, with a facility, or open at a kind of moment.

    ``code`` is ``all``, ``kind:rider_station``, ``facility:toilet`` or ``hours:workday:02:00``.
    """

    code: str
    group: LensGroup
    label: Text


ALL_STATIONS = Lens(code="all", group="all", label=Text("全部站点", "all stations"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What is reached of one place. ``people`` is ``None`` where its people are not known.

    ``backup`` is what two or more stations reach. The lower ends count what is certain; the
    upper ends add stations of unknown hours or facilities, suspect positions, and the other
    way to spread people over a district.
    """

    adcode: str
    area_km2: float
    area: Band
    area_backup: Band
    people_total: int | None
    people: Band | None
    people_backup: Band | None

    @property
    def area_ratio(self) -> Band | None:
        """Share of the area that is reached."""
        return self.area.over(self.area_km2)

    @property
    def people_ratio(self) -> Band | None:
        """Share of the people who are reached; ``None`` if that is unknown."""
        if self.people is None or not self.people_total:
            return None
        return self.people.over(self.people_total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One city under one lens and one threshold.

    ``stations`` counts those that certainly count, neighbours' that reach in included, and
    ``possible`` those that may count besides. ``position_band`` is the 5–95 % band of the city's
    people (else area) ratio when stations of known position error are displaced by it;
    ``unmeasured`` counts those of unknown error. ``covered`` and ``backup`` are what the certain
    ones reach once and twice, cut to the city: given for all stations, ``None`` for other lenses.
    """

    threshold: Threshold
    lens: Lens
    city: Covered
    districts: Sequence[Covered]
    stations: int
    possible: int
    position_band: Band | None
    unmeasured: int
    covered: BaseGeometry | None
    backup: BaseGeometry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The city's list in numbers.

    Of the ``listed`` of the network, ``counted`` are open and of sound position, ``suspect``
    contradict their own record, ``not_open`` are closed or suspended. ``neighbours`` are counted
    stations of other cities that reach in. ``others`` are listed, but not of the network.
    """

    listed: int
    counted: int
    suspect: int
    not_open: int
    unknown_hours: int
    unknown_facilities: int
    neighbours: int
    others: int
    by_kind: Mapping[str, int]
    by_district: Mapping[str, int]

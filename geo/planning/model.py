"""What a planner is told of one city: every figure with what is unknown of it.

These records are what :mod:`geo.planning` computes and what pages, reports, files and the API
show. Positions and outlines are WGS-84 degrees, ``lon, lat``; areas are on the ellipsoid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from shapely.geometry.base import BaseGeometry

from geo.catalogue import Completeness
from geo.places import Place
from geo.position import Position
from geo.text import Text
from geo.travel import TravelMode

# How much of the stations that exist the list holds: nothing that can be measured, a part, or
# as many as are published.
ListState = Literal["none", "partial", "complete"]
# What the finest thing known about people is.
DemandBasis = Literal["district", "grid", "points"]


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
    """Which stations count: all, those of a kind, with a facility, or open at a kind of moment."""

    code: str
    label: Text


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

    ``position_band`` is the 5–95 % band of the city's people (else area) ratio when stations of
    known position error are displaced by it; ``unmeasured`` counts those of unknown error.
    """

    threshold: Threshold
    lens: Lens
    city: Covered
    districts: Sequence[Covered]
    stations: int
    position_band: Band | None
    unmeasured: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A connected patch that no counted station reaches, ranked by its people (else its area).

    ``at_unlisted_border`` tells that it touches a city without a list, from where stations that
    we do not know may reach it.
    """

    rank: int
    outline: BaseGeometry
    centre: Position
    area_km2: float
    people: Band | None
    district: str
    near: str | None
    nearest_station: str | None
    nearest_name: str | None
    nearest_m: float | None
    at_unlisted_border: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """How evenly districts are served.

    ``gini`` is the Gini coefficient of stations per 100,000 people over districts, each counted
    once; ``gini_weighted`` counts each by its people.
    """

    per_100k: Mapping[str, float | None]
    gini: float | None
    gini_weighted: float | None
    worst: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One place for a next station.

    ``area`` is where the gain is within the gap of the best, if the data decide no point;
    ``candidate`` the id of a user's candidate, ``position`` its point.
    """

    order: int
    position: Position
    area: BaseGeometry | None
    candidate: str | None
    name: str | None
    district: str
    gain_people: float
    covered_people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The best set of ``count`` sites: objective, proven bound, and which proposals it has."""

    count: int
    objective: float
    bound: float
    gap: float
    sites: Sequence[Proposal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Where the next stations should go: a plan for each number, and one order to build in.

    ``nested`` is the order; ``nested_loss[n - 1]`` the share of the optimum's bound at n that its
    first n sites lose at most. ``optima`` are independent plans.
    """

    model: str
    threshold: Threshold
    kind: str | None
    nested: Sequence[Proposal]
    nested_loss: Sequence[float]
    optima: Sequence[Optimum]
    fairness_price: float | None
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A part of the change of a ratio between two revisions; the parts add up to the whole."""

    code: str
    label: Text
    stations: int
    people: float | None
    area_km2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed against another revision, split by cause in a fixed order."""

    threshold: Threshold
    since: int
    before: Covered
    after: Covered
    causes: Sequence[Cause]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of a standard's check list: how many meet it, do not, and are unknown."""

    standard: str
    code: str
    label: Text
    met: int | None
    unmet: int | None
    unknown: int | None
    value: Band | None
    note: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One line of the method sheet: what was assumed or used, and where it comes from."""

    code: str
    label: Text
    value: Text
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPlan:
    """Everything about one city, of one revision. Empty parts mean: not to be said (see ``notes``).

    ``notes`` are the warnings that every page, sheet and map carries; ``synthetic`` that all of
    it is of synthetic stations.
    """

    place: Place
    districts: Sequence[Place]
    revision: int
    snapshot: str
    software: str
    made_at: datetime
    list_state: ListState
    completeness: Completeness | None
    listed_on: date | None
    synthetic: bool
    demand_basis: DemandBasis
    people_total: int | None
    coverages: Sequence[Coverage]
    gaps: Mapping[float, Sequence[Gap]]
    fairness: Mapping[float, Fairness]
    proposals: Proposals | None
    change: Sequence[Change]
    checks: Sequence[Check]
    methods: Sequence[Method]
    notes: Sequence[Text]

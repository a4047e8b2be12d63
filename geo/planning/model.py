"""What a planner is told of one city: every figure with what is unknown of it.

These records are what :mod:`geo.planning` computes and what pages, reports, files and the API
show. Positions and outlines are WGS-84 degrees, ``lon, lat``; areas are on the ellipsoid.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shapely.geometry.base import BaseGeometry

from geo.catalogue import Completeness
from geo.coverage.model import (
    ALL_STATIONS,
    Band,
    Counts,
    Coverage,
    Covered,
    Lens,
    Threshold,
)
from geo.places import Place
from geo.position import Position
from geo.text import Text

__all__ = [
    "ALL_STATIONS",
    "Band",
    "Cause",
    "Change",
    "Check",
    "CityPlan",
    "Counts",
    "Coverage",
    "Covered",
    "DemandBasis",
    "DistrictService",
    "Fairness",
    "Gap",
    "Gaps",
    "Lens",
    "ListState",
    "Method",
    "Optimum",
    "Proposal",
    "Proposals",
    "Threshold",
    "Unit",
]

# How much of the stations that exist the list holds: there is no list; a part of what is
# published; a list that does not say how many there are; as many as are published.
ListState = Literal["none", "partial", "unstated", "complete"]
# What the finest thing known about people is; "none" where not even a district's people are.
DemandBasis = Literal["none", "district", "grid", "points"]
# What gains and optima are counted in; "people_m" is people times metres of straight line.
Unit = Literal["people", "km2", "sites", "people_m", "km2_m", "m"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A connected patch of one district that no counted station reaches.

    ``land`` tells built-up land from the rest, where that is known. ``centre`` lies inside, as
    far from the edge as can be. ``where`` says it in words: the place nearest to it. The nearest
    station may be of another city. ``at_unlisted_border`` tells that a city without a list is so
    near that stations we do not know may reach it.
    """

    rank: int
    outline: BaseGeometry
    centre: Position
    area_km2: float
    people: Band | None
    district: str
    land: Literal["built_up", "other"] | None
    where: Text
    nearest_station: str | None
    nearest_name: str | None
    nearest_m: float | None
    at_unlisted_border: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What no counted station reaches, in patches ranked by people (else by area).

    ``total`` patches make up ``area_km2`` and hold ``people``; ``ranked`` are the first of them,
    and what the others come to stands in ``left_out``, ``left_out_km2`` and ``left_out_people``.
    ``in_list`` tells that they are gaps in a list known to be partial.
    """

    threshold: Threshold
    ranked: Sequence[Gap]
    total: int
    area_km2: float
    people: Band | None
    left_out: int
    left_out_km2: float
    left_out_people: Band | None
    in_list: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictService:
    """One district beside the others: its own counted stations, and the share reached.

    ``ratio`` is of people, else of area.
    """

    adcode: str
    people: int | None
    stations: int
    per_100k: float | None
    ratio: Band | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """How evenly districts are served.

    ``gini`` is the Gini coefficient of stations per 100,000 people over districts, each counted
    once; ``gini_weighted`` counts each by its people. ``worst`` has the lowest ratio.
    """

    threshold: Threshold
    districts: Sequence[DistrictService]
    gini: float | None
    gini_weighted: float | None
    worst: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One place for a next station.

    ``area`` is where the gain is within the gap of the best, if the data decide no point, and
    ``as_good_km2`` how much land elsewhere is as good; ``candidate`` is the id of a user's
    candidate, ``position`` its point or the middle of the best cell. ``gain`` is what it adds
    to those before it, ``covered`` what is then reached in all, both in the unit of the
    proposals.
    """

    order: int
    position: Position
    area: BaseGeometry | None
    as_good_km2: float
    candidate: str | None
    name: str | None
    district: str
    where: Text
    gain: Band
    covered: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The best set of ``count`` sites: objective, proven bound, and the sites.

    ``gap`` is relative: 0 is proven optimal. The bound is above an objective that is to be
    great, and below one that is to be small.
    """

    count: int
    objective: float
    bound: float
    gap: float
    sites: Sequence[Proposal]

    @property
    def proof(self) -> Text:
        """The gap in words, rounded so that no more is claimed than is proven."""
        if not self.gap:
            return Text("已证明最优", "proven to be the best possible")
        if self.objective < self.bound:
            share = f"{math.floor((1.0 - self.gap) * 1000) / 10:.1f} %"
            return Text(f"至少达到最优的 {share}", f"at least {share} of the best possible")
        share = f"{math.ceil(self.gap * 1000) / 10:.1f} %"
        return Text(f"最多还能减少 {share}", f"at most {share} of it could be saved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Where the next stations should go: a plan for each number, and one order to build in.

    ``unit`` is that of objectives and bounds, ``gain_unit`` that of gains. ``nested`` is the
    order; ``nested_loss[n - 1]`` the share of the optimum's bound at n that its first n sites
    lose at most. ``optima`` are independent plans. ``minimum_per_district`` holds for all of
    them, and ``fairness_price`` is what it costs at the greatest number, in ``unit``.
    ``unreachable`` is the demand that no candidate reaches, in ``gain_unit``; ``search_areas``
    tells that areas are proposed and no points.
    """

    model: str
    threshold: Threshold
    kind: str | None
    unit: Unit
    gain_unit: Unit
    search_areas: bool
    candidates: int
    nested: Sequence[Proposal]
    nested_loss: Sequence[float]
    optima: Sequence[Optimum]
    minimum_per_district: int
    fairness_price: float | None
    capacity: float | None
    unreachable: float
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A part of the change between two revisions: how far each end of a figure moved by it.

    ``people`` are whole persons and ``area_m2`` whole square metres, so that the parts add up
    to the whole exactly. ``stations`` are the ids that changed so.
    """

    code: Literal["new", "closed", "moved", "hours", "corrected"]
    label: Text
    stations: Sequence[str]
    people: Band | None
    area_m2: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed against another revision, split by cause in a fixed order.

    ``covered_before`` is what was reached then, to be drawn beside what is now.
    """

    threshold: Threshold
    lens: Lens
    since: int
    since_snapshot: str
    before: Covered
    after: Covered
    people: Band | None
    area_m2: Band
    causes: Sequence[Cause]
    covered_before: BaseGeometry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of a standard's check list.

    Of stations: how many meet it, do not, and are unknown. Of areas: the share in ``value``, and
    no counts.
    """

    standard: Literal["double_15", "six_haves"]
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

    ``revision`` is the store's number, 0 of lists from files; ``snapshot`` the digest of the
    stations. ``notes`` are the warnings that every page, sheet and map carries; ``synthetic``
    that all of it is of synthetic stations. ``unlisted_neighbours`` are cities across the border
    without a list: unknown, not uncovered. ``gaps``, ``fairness`` and ``change`` have one entry
    per threshold (``change``: and lens).
    """

    place: Place
    districts: Sequence[Place]
    revision: int
    snapshot: str
    digest: str
    software: str
    made_at: datetime
    list_state: ListState
    completeness: Completeness | None
    listed_on: date | None
    synthetic: bool
    counts: Counts
    demand_basis: DemandBasis
    people_total: int | None
    unlisted_neighbours: Sequence[Place]
    coverages: Sequence[Coverage]
    gaps: Sequence[Gaps]
    fairness: Sequence[Fairness]
    proposals: Proposals | None
    change: Sequence[Change]
    checks: Sequence[Check]
    methods: Sequence[Method]
    notes: Sequence[Text]

    @property
    def at_least(self) -> bool:
        """Whether figures of coverage are "at least": stations exist that the list lacks."""
        return self.list_state in {"partial", "unstated"}

    @property
    def thresholds(self) -> Sequence[Threshold]:
        """The thresholds that were measured, as they were asked for."""
        return tuple(dict.fromkeys(each.threshold for each in self.coverages))

    def coverage(self, threshold: Threshold, lens: str = "all") -> Coverage:
        """The coverage under one threshold and the lens of this code; ``KeyError`` if none."""
        for each in self.coverages:
            if each.threshold == threshold and each.lens.code == lens:
                return each
        raise KeyError(threshold.label.en, lens)

"""Where the next stations should go: one order to build in, and the best set of every number.

Plans are made on the units of :mod:`geo.planning.sites`; what they gain is measured anew, exactly,
on the land that is left uncovered, under every spread. Where nothing finer than districts is
known the data do not decide a point: each site is an area, of the squares that gain as much as the
best but for the gap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coverage.areas import circles
from geo.errors import InputError
from geo.planning.aims import Aim, Answer, FewestSites, MostCovered
from geo.planning.model import Band, Optimum, Proposal, Proposals
from geo.planning.parameters import Parameters
from geo.planning.remarks import (
    remarks_on_covering,
    remarks_on_fewest,
    remarks_on_ways,
    search_areas,
)
from geo.planning.sites import Sites, Uncovered, sites_of
from geo.planning.ways import ShortestWays, ways_of
from geo.planning.where import Town, where
from geo.position import Position
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def propose(
    left: Uncovered,
    parameters: Parameters,
    reached: Floats,
    *,
    existing: tuple[Floats, Floats],
    towns: Sequence[Town] = (),
    cancelled: Callable[[], bool] = lambda: False,
) -> Proposals:
    """The proposals for a city, of what is left uncovered.

    ``reached`` is what is covered already, under each spread: people, or square metres where they
    are unknown; ``existing`` the longitudes and latitudes of the stations that count. Raises
    :class:`InputError` where the question has no answer.
    """
    _check_counts(left, parameters)
    aim = _aim(left, parameters, existing)
    return _Proposer(left, parameters, reached, towns, cancelled, aim.sites, aim).proposals()


def _aim(
    left: Uncovered, parameters: Parameters, existing: tuple[Floats, Floats]
) -> MostCovered | FewestSites | ShortestWays:
    if parameters.model in {"pmedian", "pcenter"}:
        return ways_of(left, parameters, existing)
    sites = sites_of(left, parameters, parameters.candidates)
    _check_reach(left, sites, parameters)
    return MostCovered(sites) if parameters.model == "mclp" else FewestSites(sites)


class _Search(NamedTuple):
    """Where a site may be: the connected area around it, and how much else is as good."""

    area: BaseGeometry
    elsewhere_km2: float


@dataclass(frozen=True)
class _Proposer:
    left: Uncovered
    parameters: Parameters
    reached: Floats
    towns: Sequence[Town]
    cancelled: Callable[[], bool]
    sites: Sites
    aim: Aim

    def proposals(self) -> Proposals:
        count = min(self.parameters.next_sites, len(self.sites.listed))
        answer = self.aim.answer(count, self.cancelled)
        known = self.left.land.is_known
        unit = self.aim.unit(people=known)
        scale = self._scale if unit in {"people", "km2", "km2_m"} else 1.0
        gaps = {len(plan.sites): plan.gap for plan in answer.plans}
        return Proposals(
            model=self.parameters.model,
            threshold=self.parameters.site_threshold,
            kind=self.parameters.kind,
            unit=unit,
            gain_unit="people" if known else "km2",
            search_areas=self._in_areas and any(each is None for each in self.sites.listed),
            candidates=self.sites.considered,
            nested=self._proposed(
                answer.order, [gaps.get(nth, 0.0) for nth in range(1, len(answer.order) + 1)]
            ),
            nested_loss=answer.losses,
            optima=[
                Optimum(
                    count=len(plan.sites),
                    objective=plan.objective * scale,
                    bound=plan.bound * scale,
                    gap=plan.gap,
                    sites=self._proposed(plan.sites, [plan.gap] * len(plan.sites)),
                )
                for plan in answer.plans
            ],
            minimum_per_district=self.parameters.minimum_per_district,
            fairness_price=None
            if answer.fairness_price is None
            else answer.fairness_price * self._scale,
            capacity=self.parameters.capacity,
            unreachable=self.sites.unreachable * self._scale,
            notes=self._notes(answer),
        )

    @property
    def _scale(self) -> float:
        return 1.0 if self.left.land.is_known else 1e-6

    @property
    def _in_areas(self) -> bool:
        return self.left.cells is None

    def _proposed(self, order: Sequence[int], gaps: Sequence[float]) -> list[Proposal]:
        gains = self._gains(order) * self._scale
        covered = self.reached * self._scale + np.cumsum(gains, axis=0)
        proposed = []
        for nth, site in enumerate(order):
            listed, position = self.sites.listed[site], self._positions[site]
            district = self.left.land.districts[self.sites.spots.district[site]]
            search = None
            if listed is None and self._in_areas:
                search = self._search(order, nth, gaps[nth])
            proposed.append(
                Proposal(
                    order=nth + 1,
                    position=position,
                    area=search.area if search else None,
                    as_good_km2=search.elsewhere_km2 if search else 0.0,
                    candidate=listed.id if listed else None,
                    name=(listed.name or None) if listed else None,
                    district=district.adcode,
                    where=where(position, district, self.towns),
                    gain=_between(gains[nth]),
                    covered=_between(covered[nth]),
                )
            )
        return proposed

    def _gains(self, order: Sequence[int]) -> Floats:
        """What each site adds to those before it, under each spread: exactly, shape (n, s)."""
        if self.left.cells is not None:
            values = [self.sites.problem.value(order[:nth]) for nth in range(len(order) + 1)]
            return np.diff(np.array(values))[:, None]
        land, reached = self.left.land, self._discs[list(order)]
        per_m2 = land.per_m2 if land.is_known else np.ones((len(land.parts), 1))
        gains = np.zeros((len(order), per_m2.shape[1]))
        for nth, site in enumerate(order):
            before = reached[:nth][shapely.intersects(reached[:nth], reached[nth])]
            part, pieces = self._pieces(site)
            fresh = shapely.difference(pieces, shapely.union_all(before))
            gains[nth] = shapely.area(fresh) @ per_m2[part]
        return np.minimum(gains, self.sites.problem.capacity)

    def _pieces(self, site: int) -> tuple[Ints, NDArray[np.object_]]:
        """What a site reaches of the uncovered land: parts and shapes."""
        if site not in self._known:
            disc = self._discs[site]
            part = np.sort(self._tree.query(disc, predicate="intersects"))
            self._known[site] = part, shapely.intersection(disc, self.left.shapes[part])
        return self._known[site]

    def _search(self, order: Sequence[int], nth: int, gap: float) -> _Search:
        """The squares that could as well stand in the place of the nth of these sites."""
        site = order[nth]
        is_square = np.array([each is None for each in self.sites.listed])
        good = self.aim.as_good(order, nth, gap) & is_square
        good[site] = True
        areas = shapely.get_parts(shapely.coverage_union_all(self._squares[good]))
        own = shapely.intersects(areas, self._squares[site])
        total = float(shapely.area(areas[~own]).sum()) / 1e6
        area = shapely.intersection(shapely.union_all(areas[own]), self.left.land.shape)
        return _Search(self.left.land.plane.outlines(np.array([area], dtype=object))[0], total)

    @cached_property
    def _positions(self) -> list[Position]:
        lon, lat = self.left.land.plane.lon_lat(self.sites.spots.x, self.sites.spots.y)
        places = zip(self.sites.listed, lon.tolist(), lat.tolist(), strict=True)
        return [each.position if each else Position(x, y) for each, x, y in places]

    @cached_property
    def _discs(self) -> NDArray[np.object_]:
        lon, lat = np.array(self._positions).reshape(-1, 2).T
        radius_m = self.parameters.site_threshold.radius_m
        return circles(lon, lat, radius_m, self.left.land.plane)

    @cached_property
    def _squares(self) -> NDArray[np.object_]:
        return self.sites.squares()

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.left.shapes)

    @cached_property
    def _known(self) -> dict[int, tuple[Ints, NDArray[np.object_]]]:
        return {}

    def _notes(self, answer: Answer) -> list[Text]:
        if not self.sites.listed:
            return [
                Text(
                    "没有未覆盖的需求，不需要新站点", "nothing is left uncovered: no site is needed"
                )
            ]
        notes = []
        if self._in_areas and None in self.sites.listed:
            notes.append(search_areas(self.sites))
        if isinstance(self.aim, ShortestWays):
            return [*notes, *remarks_on_ways(self.aim, answer)]
        if isinstance(self.aim, FewestSites):
            notes += remarks_on_fewest(answer)
        return [*notes, *remarks_on_covering(self.left, self.sites, answer)]


def _between(values: Floats) -> Band:
    return Band(float(values.min()), float(values.max()))


def _check_counts(left: Uncovered, parameters: Parameters) -> None:
    needed = parameters.minimum_per_district * len(left.land.districts)
    if needed > parameters.next_sites:
        raise InputError(
            "minimum",
            zh=f"每区县至少 {parameters.minimum_per_district} 个需要 {needed} 个站点，"
            f"只要求了 {parameters.next_sites} 个",
            en=f"{parameters.minimum_per_district} in each district takes {needed} stations,"
            f" and {parameters.next_sites} are asked for",
            value=str(parameters.minimum_per_district),
            expected=Text(f"至少 {needed} 个站点", f"{needed} stations or more"),
        )
    if parameters.capacity is not None and not left.land.is_known:
        raise InputError(
            "capacity",
            zh="本市人口未知，容量无从比较",
            en="the people of this city are unknown, so a capacity cannot be held against them",
            value=f"{parameters.capacity:g}",
            expected=Text("自带的需求文件，或不设容量", "a demand of your own, or no capacity"),
        )
    listed = parameters.candidates
    if parameters.candidate_source == "list" and parameters.next_sites > len(listed):
        raise InputError(
            "next",
            zh=f"要选 {parameters.next_sites} 个站点，候选点只有 {len(listed)} 个",
            en=f"{parameters.next_sites} stations are asked for of {len(listed)} candidates",
            value=str(parameters.next_sites),
            expected=Text(f"不超过 {len(listed)}", f"{len(listed)} at most"),
        )


def _check_reach(left: Uncovered, sites: Sites, parameters: Parameters) -> None:
    if parameters.candidate_source != "list":
        return
    if not len(sites.problem.weight) and sites.unreachable > 0:
        raise InputError(
            "candidates",
            zh="没有一个候选点够得到未覆盖的需求",
            en="no candidate reaches any demand that is uncovered",
            value=None,
            expected=Text("候选点应在本市的盲区附近", "candidates near the gaps of the city"),
        )
    if parameters.minimum_per_district:
        districts = left.land.districts
        has = set(sites.spots.district.tolist())
        lacking = [each for nth, each in enumerate(districts) if nth not in has]
        if lacking:
            raise InputError(
                "minimum",
                zh=f"{lacking[0].name}没有候选点，满足不了每区县的最少数",
                en=f"{lacking[0].name_en} has no candidate, so the minimum cannot be met there",
                value=str(parameters.minimum_per_district),
            )

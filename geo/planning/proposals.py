"""Where the next stations should go: one order to build in, and the best set of every number.

Plans are made on the units of :mod:`geo.planning.sites`; what they gain is measured anew, exactly,
on the land that is left uncovered, under every spread. Where nothing finer than districts is
known the data do not decide a point: each site is an area, of the squares that gain as much as the
best but for the gap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coverage.areas import circles
from geo.errors import InputError
from geo.planning.maxcover import Chosen
from geo.planning.model import Band, Optimum, Proposal, Proposals
from geo.planning.parameters import Parameters
from geo.planning.sites import Sites, Uncovered, sites_of
from geo.planning.where import Town, where
from geo.position import Position
from geo.siting import Effort, Problem, max_covering
from geo.siting.model import relative_gap
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# Squares that gain so nearly as much as the best are as good, even where the best is proven: so
# much do circles differ in how many units they hold.
_AS_GOOD: Final = 0.02
# So near its bound a plan is not improved further.
_GOOD_ENOUGH: Final = 0.01


def propose(
    left: Uncovered,
    parameters: Parameters,
    reached: Floats,
    *,
    towns: Sequence[Town] = (),
    cancelled: Callable[[], bool] = lambda: False,
) -> Proposals:
    """The proposals for a city, of what is left uncovered.

    ``reached`` is what is covered already, under each spread: people, or square metres where they
    are unknown. Raises :class:`InputError` where the question has no answer.
    """
    _check_counts(left, parameters)
    sites = sites_of(left, parameters, parameters.candidates)
    _check_reach(left, sites, parameters)
    return _Proposer(left, parameters, reached, towns, cancelled, sites).proposals()


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

    def proposals(self) -> Proposals:
        problem = self.sites.problem
        count = min(self.parameters.next_sites, len(self.sites.listed))
        plans, inside, order = self._plans(count)
        bounds = self._bounds(inside)
        nested = [problem.value(order[:nth]) for nth in range(1, count + 1)]
        gaps = [relative_gap(plan.weight, bound) for plan, bound in zip(plans, bounds, strict=True)]
        known = self.left.land.is_known
        return Proposals(
            model=self.parameters.model,
            threshold=self.parameters.site_threshold,
            kind=self.parameters.kind,
            unit="people" if known else "km2",
            gain_unit="people" if known else "km2",
            search_areas=self._in_areas and any(each is None for each in self.sites.listed),
            candidates=self.sites.considered,
            nested=self._proposed(order, gaps),
            nested_loss=[
                relative_gap(value, bound) for value, bound in zip(nested, bounds, strict=True)
            ],
            optima=[
                Optimum(
                    count=nth,
                    objective=plan.weight * self._scale,
                    bound=bound * self._scale,
                    gap=gap,
                    sites=self._proposed(self._by_gain(plan), [gap] * nth),
                )
                for nth, (plan, bound, gap) in enumerate(zip(plans, bounds, gaps, strict=True), 1)
            ],
            minimum_per_district=self.parameters.minimum_per_district,
            fairness_price=self._price(plans[-1]) if plans else None,
            capacity=self.parameters.capacity,
            unreachable=self.sites.unreachable * self._scale,
            notes=self._notes(),
        )

    @property
    def _scale(self) -> float:
        return 1.0 if self.left.land.is_known else 1e-6

    @property
    def _in_areas(self) -> bool:
        return self.left.cells is None

    def _bounds(self, inside: Sequence[float]) -> list[float]:
        """What no plan of each number exceeds, with candidates that were left out as well."""
        kept, more = [0.0, *inside], self.sites.elsewhere
        return [
            max(kept[nth - other] + other * more for other in range(nth + 1))
            for nth in range(1, len(kept))
        ]

    def _plans(self, count: int) -> tuple[list[Chosen], list[float], Sequence[int]]:
        """For every number a plan and its bound, and one order to build in."""
        problem = self.sites.problem
        if not count:
            return [], [], ()
        if problem.minimum or np.isfinite(problem.capacity):
            solved = [problem.solved(nth) for nth in range(1, count + 1)]
            order = problem.greedy(count).sites
            return [each.plan for each in solved], [each.bound for each in solved], order
        question = Problem(weights=problem.weight, reach=problem.cover)
        effort = Effort(gap=_GOOD_ENOUGH, cancel=self.cancelled)
        curve = max_covering(question, range(1, count + 1), effort=effort)
        plans = [Chosen(each.sites, each.objective) for each in curve.plans]
        return plans, [each.bound for each in curve.plans], curve.nested[:count]

    def _by_gain(self, plan: Chosen) -> tuple[int, ...]:
        """The sites of a plan, those that add most first."""
        rest = list(plan.sites)
        order: list[int] = []
        while rest:
            gains = self.sites.problem.gains(order)[rest]
            order.append(rest.pop(int(np.argmax(gains))))
        return tuple(order)

    def _price(self, plan: Chosen) -> float | None:
        """What the minimum of each district costs against a plan without it."""
        if not self.parameters.minimum_per_district:
            return None
        free = replace(self.sites.problem, minimum=0)
        best = free.solved(len(plan.sites)).plan
        return max(best.weight - plan.weight, 0.0) * self._scale

    def _proposed(self, order: Sequence[int], gaps: Sequence[float]) -> list[Proposal]:
        gains = self._gains(order) * self._scale
        covered = self.reached * self._scale + np.cumsum(gains, axis=0)
        proposed = []
        for nth, site in enumerate(order):
            listed, position = self.sites.listed[site], self._positions[site]
            district = self.left.land.districts[self.sites.spots.district[site]]
            search = None
            if listed is None and self._in_areas:
                search = self._search(site, order[:nth], gaps[nth])
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

    def _search(self, site: int, others: Sequence[int], gap: float) -> _Search:
        """The squares that add as much as a site does to the others, but for the gap."""
        gains = self.sites.problem.gains(others)
        enough = gains[site] * (1.0 - max(gap, _AS_GOOD))
        is_square = np.array([each is None for each in self.sites.listed])
        good = (gains >= enough) & is_square
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

    def _notes(self) -> list[Text]:
        side = f"{self.sites.square_m:.0f}"
        if not self.sites.listed:
            return [
                Text(
                    "没有未覆盖的需求，不需要新站点", "nothing is left uncovered: no site is needed"
                )
            ]
        notes = []
        if self._in_areas and None in self.sites.listed:
            notes.append(
                Text(
                    f"人口只知道到区县，数据定不到点：每处是一个搜索范围，由增益与最佳相当的"
                    f" {side} 米方格组成",
                    "people are known by district only, which decides no point: each site is an"
                    f" area to search, of the squares of {side} m that gain as much as the best",
                )
            )
        capacity, demand = self.sites.problem.capacity, float(self.sites.problem.weight.sum())
        if capacity * len(self.sites.listed[: self.parameters.next_sites]) < demand:
            notes.append(
                Text(
                    f"容量低于需求：每站 {capacity:,.0f}，未覆盖的需求不能全部接纳",
                    f"capacity below demand: at {capacity:,.0f} a station, what is uncovered"
                    " cannot all be served",
                )
            )
        if self.sites.unreachable > 0:
            amount = self.sites.unreachable * self._scale
            unit = Text("人", "people") if self.left.land.is_known else Text("平方公里", "km²")
            notes.append(
                Text(
                    f"候选点都够不到的未覆盖需求：约 {amount:,.0f} {unit.zh}",
                    f"uncovered demand that no candidate reaches: some {amount:,.0f} {unit.en}",
                )
            )
        return notes


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

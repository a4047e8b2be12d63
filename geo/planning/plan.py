"""One city's plan: everything asked for, of one snapshot, in one call."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.metadata import version

import numpy as np

from geo.coverage.land import Land, land_of
from geo.coverage.lenses import countings, looks_at_time
from geo.coverage.measuring import Measurer
from geo.coverage.scope import Scope, counted_kinds, scope_of
from geo.coverage.uncertain import Displaced, position_band
from geo.demand import Demand, district_demand
from geo.errors import InputError, StoppedError
from geo.places import Place, Places
from geo.planning.compare import Compared, compared
from geo.planning.completeness import list_state, notes
from geo.planning.fairness import fairness
from geo.planning.gaps import Around, find_gaps
from geo.planning.methods import methods
from geo.planning.model import (
    ALL_STATIONS,
    Check,
    CityPlan,
    Coverage,
    Proposals,
    Threshold,
)
from geo.planning.nearest import NearestCounted
from geo.planning.neighbours import unlisted_neighbours
from geo.planning.parameters import STANDARD, Parameters, plan_digest
from geo.planning.proposals import propose
from geo.planning.sites import uncovered
from geo.planning.standards import circle_checks, circle_radius_m, station_checks
from geo.planning.where import Town
from geo.snapshot import Snapshot
from geo.text import Text

Progress = Callable[[float, Text], None]


def plan_city(
    snapshot: Snapshot,
    places: Places,
    city: str,
    *,
    parameters: Parameters = STANDARD,
    demand: Demand | None = None,
    compare: Snapshot | None = None,
    towns: Sequence[Town] = (),
    made_at: datetime | None = None,
    progress: Progress = lambda _share, _what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> CityPlan:
    """The plan of the city with this adcode or name.

    Without ``demand`` it is the people of its districts. ``compare`` is an earlier revision,
    ``towns`` are names for saying where a gap lies; ``made_at`` (aware) is now unless it is
    given. ``progress`` is told the share done and what is being done. Equal input gives an equal
    plan, but for ``made_at``. Raises :class:`~geo.errors.NotFoundError` for an unknown city,
    :class:`~geo.errors.InputError` for what cannot be planned, and
    :class:`~geo.errors.StoppedError` once ``cancelled`` says so.
    """
    work = _Work(progress, cancelled)
    scope = scope_of(snapshot, places, city, reach_m=_reach_m(parameters), kind=parameters.kind)
    place = scope.place
    if demand is None:
        near = scope.lon[scope.certain], scope.lat[scope.certain]
        demand = district_demand(places, place.adcode, near=near)
    _check_demand(demand, place)
    bare = _bare(
        scope, places, parameters, demand, compare=compare, made_at=made_at or datetime.now(UTC)
    )
    if bare.list_state == "none":
        return bare
    land = land_of(places, place, demand)
    pairs = None
    if compare is not None:
        then = scope_of(compare, places, city, reach_m=_reach_m(parameters), kind=parameters.kind)
        pairs = compared(then, scope)
    measurer = _measurer(scope, land, pairs)
    coverages = _coverages(scope, measurer, parameters, work)
    whole = [each for each in coverages if each.lens == ALL_STATIONS]
    work.step(0.5, Text("盲区", "gaps"))
    around = Around(
        NearestCounted(snapshot, counted_kinds(parameters.kind)),
        [places.outline(each.adcode, "city") for each in bare.unlisted_neighbours],
        towns,
    )
    gaps = [
        find_gaps(
            land,
            each.covered,
            each.threshold,
            around,
            most=parameters.most_gaps,
            in_list=bare.at_least,
        )
        for each in whole
        if each.covered is not None
    ]
    work.step(0.6, Text("版本比较", "comparing revisions"))
    looks = looks_at_time(parameters.kind, parameters.moments)
    change = pairs.changes(measurer, looks, parameters.thresholds) if pairs else []
    work.step(0.7, Text("选址", "siting"))
    proposals = _proposals(scope, measurer, parameters, towns, cancelled=cancelled)
    checks = _checks(scope, measurer)
    work.step(1.0, Text("完成", "done"))
    return replace(
        bare,
        coverages=coverages,
        gaps=gaps,
        fairness=[fairness(scope.districts, bare.counts.by_district, each) for each in whole],
        proposals=proposals,
        change=change,
        checks=checks,
        methods=methods(scope, demand, parameters, bare.counts, measured=True),
    )


def _measurer(scope: Scope, land: Land, pairs: Compared | None) -> Measurer:
    """Measures the stations of the scope and, behind them, what else is compared."""
    spots = [] if pairs is None else list(pairs.spots)[len(scope.stations) :]
    lon = np.array([*scope.lon, *(position.lon for _, position in spots)])
    lat = np.array([*scope.lat, *(position.lat for _, position in spots)])
    return Measurer(lon, lat, land, scope.place)


class _Work:
    """What is told while it goes on, and the question whether it is to stop."""

    def __init__(self, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self._progress, self._cancelled = progress, cancelled

    def step(self, share: float, what: Text) -> None:
        """Say how far it is and what comes next. Raises :class:`StoppedError`."""
        if self._cancelled():
            raise StoppedError("规划已取消", "the plan was cancelled")
        self._progress(share, what)


def _reach_m(parameters: Parameters) -> float:
    """From how far a station may matter."""
    asked = [each.radius_m for each in (*parameters.thresholds, parameters.site_threshold)]
    return max(*asked, circle_radius_m())


def _check_demand(demand: Demand, place: Place) -> None:
    if demand.city != place.adcode:
        raise InputError(
            "demand",
            zh=f"需求属于 {demand.city}，不属于{place.name}（{place.adcode}）",
            en=f"the demand is of {demand.city}, not of {place.name_en} ({place.adcode})",
            value=demand.city,
        )


def _bare(
    scope: Scope,
    places: Places,
    parameters: Parameters,
    demand: Demand,
    *,
    compare: Snapshot | None,
    made_at: datetime,
) -> CityPlan:
    """The plan before anything is measured: which city, which list, and what may be said by it."""
    snapshot, place, counts = scope.snapshot, scope.place, scope.counts()
    completeness = snapshot.info.completeness_of(place.adcode)
    state = list_state(
        completeness,
        has_list=scope.has_list,
        known=counts.listed,
        synthetic=snapshot.info.synthetic,
    )
    unlisted = unlisted_neighbours(snapshot, places, place, reach_m=_reach_m(parameters))
    return CityPlan(
        place=place,
        districts=scope.districts,
        revision=snapshot.info.revision,
        snapshot=snapshot.digest,
        digest=plan_digest(
            place.adcode,
            parameters,
            snapshot=snapshot.digest,
            demand=demand.digest,
            compared=compare.digest if compare else None,
        ),
        software=version("yizhan"),
        made_at=made_at,
        list_state=state,
        completeness=completeness,
        listed_on=_listed_on(scope),
        synthetic=snapshot.info.synthetic,
        counts=counts,
        demand_basis=demand.basis if demand.people is not None else "none",
        people_total=None if demand.people is None else round(demand.people),
        unlisted_neighbours=unlisted,
        coverages=[],
        gaps=[],
        fairness=[],
        proposals=None,
        change=[],
        checks=[],
        methods=methods(scope, demand, parameters, counts, measured=False),
        notes=[
            *notes(
                place,
                state,
                completeness,
                counts,
                synthetic=snapshot.info.synthetic,
                unlisted=unlisted,
            ),
            *(demand.notes if state != "none" else ()),
        ],
    )


def _listed_on(scope: Scope) -> date | None:
    own = zip(scope.stations, scope.own.tolist(), strict=True)
    return max((s.listed_on for s, mine in own if mine and s.listed_on), default=None)


def _coverages(
    scope: Scope, measurer: Measurer, parameters: Parameters, work: _Work
) -> list[Coverage]:
    pairs = [
        (threshold, counting)
        for threshold in parameters.thresholds
        for counting in countings(scope, parameters.moments)
    ]
    found = []
    for nth, (threshold, counting) in enumerate(pairs):
        work.step(0.5 * nth / len(pairs), Text("覆盖率", "coverage"))
        is_whole = counting.lens == ALL_STATIONS
        coverage = measurer.coverage(counting, threshold, drawn=is_whole)
        found.append(_with_errors(coverage, scope, measurer, parameters) if is_whole else coverage)
    return found


def _with_errors(
    coverage: Coverage, scope: Scope, measurer: Measurer, parameters: Parameters
) -> Coverage:
    """The same, with what the errors of positions make of its ratio."""
    errors = [scope.stations[at].position_error_m for at in np.flatnonzero(scope.certain).tolist()]
    unmeasured = errors.count(None)
    ratio = coverage.city.people_ratio or coverage.city.area_ratio
    band = None
    if ratio is not None and unmeasured < len(errors):
        land, radius_m = measurer.land, coverage.threshold.radius_m
        xy = land.plane.xy(scope.lon[scope.certain], scope.lat[scope.certain])
        displaced = Displaced(np.column_stack(xy), errors)
        band = position_band(ratio.low, displaced, radius_m, land, seed=parameters.seed)
    return replace(coverage, position_band=band, unmeasured=unmeasured)


def _proposals(
    scope: Scope,
    measurer: Measurer,
    parameters: Parameters,
    towns: Sequence[Town],
    *,
    cancelled: Callable[[], bool],
) -> Proposals | None:
    """Sites for what the counted stations leave; suspect ones may not be there."""
    if not parameters.next_sites:
        return None
    land, faces = measurer.land, measurer.faces(parameters.site_threshold)
    reached = faces.counts(scope.certain) >= 1
    weights = faces.people if land.is_known else faces.area
    covered = weights.by_part(reached, len(land.parts)).sum(axis=0) if weights else np.zeros(1)
    left = uncovered(land, faces, scope.certain)
    existing = scope.lon[scope.certain], scope.lat[scope.certain]
    return propose(left, parameters, covered, existing=existing, towns=towns, cancelled=cancelled)


def _checks(scope: Scope, measurer: Measurer) -> list[Check]:
    """The check lists, over the city's own stations of the network that are open."""
    circle = Threshold(radius_m=circle_radius_m())
    everywhere, *_ = measurer.covered(scope.certain, scope.possible, circle)
    towns = measurer.built_up(scope.certain, scope.possible, circle)
    counted = scope.own & scope.existing & scope.open_status
    own = [scope.stations[at] for at in np.flatnonzero(counted).tolist()]
    return [
        *circle_checks(everywhere, Text("全市域", "of the whole city")),
        *(circle_checks(towns, Text("建成区内", "inside built-up land")) if towns else ()),
        *station_checks(own),
    ]

"""A small, made-up plan of a real city: for tests of what shows plans, not of what makes them.

Its outlines are real; stations, figures and proposals are invented, and say so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.catalogue import SYNTHETIC, Completeness
from geo.places import Place, Places
from geo.planning.model import (
    ALL_STATIONS,
    Band,
    Cause,
    Change,
    Check,
    CityPlan,
    Counts,
    Coverage,
    Covered,
    DistrictService,
    Fairness,
    Gap,
    Gaps,
    Lens,
    ListState,
    Method,
    Optimum,
    Proposal,
    Proposals,
    Threshold,
)
from geo.position import Position
from geo.text import Text

THRESHOLDS = (Threshold(radius_m=500.0), Threshold(radius_m=1000.0))
NIGHT = Lens(code="hours:workday:02:00", group="hours", label=Text("工作日 02:00", "workday 02:00"))
TOILET = Lens(code="facility:toilet", group="facility", label=Text("卫生间", "Toilet"))
_KM_DEG = 0.01
_ID = "{}-9{:03d}"


def sample_plan(
    places: Places, adcode: str = "410100", *, state: ListState = "partial", compared: bool = True
) -> CityPlan:
    """A plausible plan: with gaps, proposals and a change, unless there is no list."""
    place = places.get(adcode, "city")
    plan = _frame(places, place, state)
    if state == "none":
        return plan
    spots = _spots(plan.districts)
    outline = places.outline(adcode, "city")
    coverages = [
        _coverage(plan, outline, spots, threshold, lens)
        for threshold in THRESHOLDS
        for lens in (ALL_STATIONS, TOILET, NIGHT)
    ]
    return replace(
        plan,
        coverages=coverages,
        gaps=[_gaps(places, plan, threshold) for threshold in THRESHOLDS],
        fairness=[_fairness(plan, threshold) for threshold in THRESHOLDS],
        proposals=_proposals(places, plan),
        change=[_change(plan, each) for each in coverages if each.lens == ALL_STATIONS]
        if compared
        else [],
    )


def _frame(places: Places, place: Place, state: ListState) -> CityPlan:
    districts = places.districts_of(place)
    stations = 0 if state == "none" else 4 * len(districts)
    notes = [SYNTHETIC]
    if state == "partial":
        notes.append(Text("名录不全：覆盖率为“至少”", "the list is partial: coverage is at least"))
    if state == "none":
        notes.append(Text("没有名录：请提交一份", "there is no list: hand one in"))
    return CityPlan(
        place=place,
        districts=districts,
        revision=3,
        snapshot="0" * 64,
        digest="1" * 64,
        software="0.1.0",
        made_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
        list_state=state,
        completeness=Completeness(published=639, as_of="2026-07", source="made up")
        if state == "partial"
        else None,
        listed_on=None if state == "none" else datetime(2026, 7, 27, tzinfo=UTC).date(),
        synthetic=True,
        counts=Counts(
            listed=stations,
            counted=stations,
            suspect=1,
            not_open=2,
            unknown_hours=stations // 2,
            unknown_facilities=stations // 3,
            neighbours=1,
            others=2,
            by_kind={"rest_station": stations} if stations else {},
            by_district={each.adcode: stations // len(districts) for each in districts},
        ),
        demand_basis="district",
        people_total=place.people,
        unlisted_neighbours=[],
        coverages=[],
        gaps=[],
        fairness=[],
        proposals=None,
        change=[],
        checks=_checks() if stations else [],
        methods=[
            Method(
                code="people",
                label=Text("人口", "People"),
                value=Text("2020 年人口普查", "2020 census"),
                source="国家统计局 / NBS",
            ),
            Method(
                code="radius",
                label=Text("半径", "Radius"),
                value=Text("直线距离", "straight line"),
                source=None,
            ),
        ],
        notes=notes,
    )


def _spots(districts: Sequence[Place]) -> list[Position]:
    """Four made-up stations around the centre of each district."""
    rng = np.random.default_rng(5)
    around = [(each.centre, rng.normal(0, 2 * _KM_DEG, (4, 2))) for each in districts]
    return [Position(c.lon + dx, c.lat + dy) for c, moves in around for dx, dy in moves.tolist()]


def _coverage(
    plan: CityPlan,
    outline: BaseGeometry,
    spots: Sequence[Position],
    threshold: Threshold,
    lens: Lens,
) -> Coverage:
    drawn = lens == ALL_STATIONS
    circles = shapely.buffer(shapely.points(spots), threshold.radius_m / 1000 * _KM_DEG)
    pairs = [a.intersection(b) for n, a in enumerate(circles) for b in circles[:n]]
    share = 0.2 * threshold.radius_m / 1000 * (1 if drawn else 0.5)
    return Coverage(
        threshold=threshold,
        lens=lens,
        city=_covered(plan.place, share),
        districts=[
            _covered(each, share * (1 + 0.1 * nth)) for nth, each in enumerate(plan.districts)
        ],
        stations=len(spots) if drawn else len(spots) // 2,
        possible=1 if drawn else len(spots) // 2,
        position_band=Band(share * 0.95, share * 1.05) if drawn else None,
        unmeasured=len(spots) // 2,
        covered=shapely.intersection(shapely.union_all(circles), outline) if drawn else None,
        backup=shapely.intersection(shapely.union_all(pairs), outline) if drawn else None,
    )


def _covered(place: Place, share: float) -> Covered:
    people = place.people
    return Covered(
        adcode=place.adcode,
        area_km2=place.area_km2,
        area=Band(place.area_km2 * share, place.area_km2 * share * 1.1),
        area_backup=Band(place.area_km2 * share / 4, place.area_km2 * share / 3),
        people_total=people,
        people=Band(people * share * 1.5, people * share * 2.5) if people else None,
        people_backup=Band(people * share / 3, people * share / 2) if people else None,
    )


def _gaps(places: Places, plan: CityPlan, threshold: Threshold) -> Gaps:
    ranked = []
    for rank, each in enumerate(plan.districts, 1):
        centre = each.centre
        patch = shapely.buffer(shapely.Point(centre), (3 - 0.2 * rank) * _KM_DEG)
        outline = shapely.intersection(patch, places.outline(each.adcode, "district"))
        ranked.append(
            Gap(
                rank=rank,
                outline=outline,
                centre=centre,
                area_km2=28.0 - rank,
                people=Band(21_234 - 700.0 * rank, 65_432 - 2_000.0 * rank),
                district=each.adcode,
                land=None,
                where=Text(f"{each.name}中心附近", f"{each.name_en}, near its centre"),
                nearest_station=_ID.format(each.adcode, rank),
                nearest_name="示意站点 <b>甲</b>",
                nearest_m=threshold.radius_m + 431.0 + rank,
                at_unlisted_border=rank == 2,
            )
        )
    return Gaps(
        threshold=threshold,
        ranked=ranked,
        total=len(ranked) + 37,
        area_km2=sum(each.area_km2 for each in ranked) + 12.5,
        people=Band(300_000.0, 800_000.0),
        left_out=37,
        left_out_km2=12.5,
        left_out_people=Band(1_234.0, 5_678.0),
        in_list=plan.at_least,
    )


def _fairness(plan: CityPlan, threshold: Threshold) -> Fairness:
    return Fairness(
        threshold=threshold,
        districts=[
            DistrictService(
                adcode=each.adcode,
                people=each.people,
                stations=4,
                per_100k=4 / each.people * 100_000 if each.people else None,
                ratio=Band(0.1 + 0.01 * nth, 0.2 + 0.02 * nth),
            )
            for nth, each in enumerate(plan.districts)
        ],
        gini=0.312,
        gini_weighted=0.287,
        worst=plan.districts[0].adcode,
    )


def _proposals(places: Places, plan: CityPlan) -> Proposals:
    sites = []
    for order, each in enumerate(plan.districts[:5], 1):
        area = shapely.buffer(shapely.Point(each.centre), 0.8 * _KM_DEG)
        sites.append(
            Proposal(
                order=order,
                position=each.centre,
                area=shapely.intersection(area, places.outline(each.adcode, "district")),
                as_good_km2=3.5,
                candidate=None,
                name=None,
                district=each.adcode,
                where=Text(f"{each.name}中心附近", f"{each.name_en}, near its centre"),
                gain=Band(9_000.0 / order, 12_000.0 / order),
                covered=Band(100_000.0 + 9_000 * order, 200_000.0 + 12_000 * order),
            )
        )
    return Proposals(
        model="mclp",
        threshold=THRESHOLDS[-1],
        kind=None,
        unit="people",
        gain_unit="people",
        search_areas=True,
        candidates=1234,
        nested=sites,
        nested_loss=[0.0, 0.004, 0.011, 0.012, 0.02][: len(sites)],
        optima=[
            Optimum(
                count=count,
                objective=100_000.0 + 9_500 * count,
                bound=100_200.0 + 9_520 * count,
                gap=0.002,
                sites=sites[:count],
            )
            for count in range(1, len(sites) + 1)
        ],
        minimum_per_district=0,
        fairness_price=None,
        capacity=None,
        unreachable=1_500.0,
        notes=[
            Text("人口只知到区县：给出搜索范围", "people are known by district: areas, no points")
        ],
    )


def _change(plan: CityPlan, now: Coverage) -> Change:
    labels = {
        "new": Text("新增站点", "new stations"),
        "closed": Text("关闭站点", "closed stations"),
        "moved": Text("位置更正", "moved positions"),
        "hours": Text("时间变更", "changed hours"),
        "corrected": Text("资料更正", "corrected data"),
    }
    moves = {"new": 4_000.0, "closed": -1_500.0, "moved": 200.0, "hours": 0.0, "corrected": 10.0}
    total = sum(moves.values())
    before = replace(
        now.city,
        people=Band(now.city.people.low - total, now.city.people.high - total)
        if now.city.people
        else None,
    )
    return Change(
        threshold=now.threshold,
        lens=now.lens,
        since=2,
        since_snapshot="2" * 64,
        before=before,
        after=now.city,
        people=Band(total, total),
        area_m2=Band(total, total),
        causes=[
            Cause(
                code=code,
                label=label,
                stations=[_ID.format(plan.districts[0].adcode, 7)] if moves[code] else [],
                people=Band(moves[code], moves[code]),
                area_m2=Band(moves[code], moves[code]),
            )
            for code, label in labels.items()
        ],
        covered_before=now.covered,
    )


def _checks() -> list[Check]:
    return [
        Check(
            standard="double_15",
            code="radius",
            label=Text("1 公里服务圈", "1 km service circle"),
            met=None,
            unmet=None,
            unknown=None,
            value=Band(0.21, 0.33),
            note=Text("全市域", "of the whole city"),
        ),
        Check(
            standard="double_15",
            code="area",
            label=Text("面积 ≥ 5 平方米", "floor ≥ 5 m²"),
            met=20,
            unmet=3,
            unknown=9,
            value=None,
            note=None,
        ),
        Check(
            standard="six_haves",
            code="sign",
            label=Text("统一标识", "common sign"),
            met=0,
            unmet=0,
            unknown=32,
            value=None,
            note=Text("名录没有这一列", "the list has no such column"),
        ),
    ]

"""Gaps of a plan, per threshold: a ranked table, and numbered marks with their outlines."""

from collections.abc import Mapping
from typing import Any

import shapely

from geo.planning import words
from geo.planning.model import CityPlan, Gap, Gaps
from geo.text import Text
from maps import drawing
from maps.options import Options
from maps.plan import tables
from maps.plan.reach import of_plan
from maps.plan.tables import Column, Row

# Corners closer than some 10 m to the line without them go: for drawing alone.
DRAWN_DEG = 0.0001
_LAND = {"built_up": Text("建成区", "built-up"), "other": Text("其余", "other land")}
_BORDER = Text(
    "邻近没有名录的城市，可能有未知站点服务",
    "near a city without a list: stations unknown to us may reach it",
)


def gap_blocks(plan: CityPlan, options: Options) -> list[dict[str, Any]]:
    """For each threshold, from the nearest: its table, its marks and what is left out."""
    by_threshold = {each.threshold: each for each in plan.gaps}
    names = {each.adcode: Text(each.name, each.name_en) for each in plan.districts}
    return [
        {
            "key": reach.key,
            "count": f"{by_threshold[reach.threshold].total:,}",
            "says": list(words.gaps_line(plan, by_threshold[reach.threshold])),
            "marks": [_mark(each, options) for each in by_threshold[reach.threshold].ranked],
        }
        | _table(plan, by_threshold[reach.threshold], names)
        for reach in of_plan(plan)
        if reach.threshold in by_threshold
    ]


def _table(plan: CityPlan, gaps: Gaps, names: Mapping[str, Text]) -> dict[str, Any]:
    has_land = any(each.land for each in gaps.ranked)
    most = plan.at_least
    people = Text("至多人口", "people at most") if most else Text("人口", "People")
    columns = [
        Column(Text("序号与位置", "Rank and place")),
        Column(Text("区县", "District"), "text"),
        *([Column(people)] if words.by_people(plan) else []),
        Column(Text("面积 km²", "Area, km²")),
        *([Column(Text("土地", "Land"), "text")] if has_land else []),
        Column(Text("距最近站点（米）", "To the nearest, m")),
        Column(Text("最近站点", "Nearest station"), "text"),
        Column(Text("备注", "Note"), "text"),
    ]
    rows = [_row(plan, each, names, has_land=has_land) for each in gaps.ranked]
    return tables.table(columns, rows)


def _row(plan: CityPlan, gap: Gap, names: Mapping[str, Text], *, has_land: bool) -> Row:
    where = Text(f"{gap.rank} {gap.where.zh}", gap.where.en)
    cells = [
        tables.text(where, gap.rank),
        tables.text(names.get(gap.district, words.UNKNOWN), gap.district),
    ]
    if words.by_people(plan):
        shown = words.number(gap.people, "people", plan.demand_basis)
        cells.append(tables.number(shown, sum(gap.people) if gap.people else None))
    cells.append(tables.number(f"{gap.area_km2:.2f}", gap.area_km2))
    if has_land:
        cells.append(tables.text(_LAND[gap.land]) if gap.land else tables.unknown())
    far = "" if gap.nearest_m is None else f"{gap.nearest_m:,.0f}"
    cells += [
        tables.number(far, gap.nearest_m),
        tables.text(gap.nearest_name or gap.nearest_station or ""),
        tables.text(_BORDER if gap.at_unlisted_border else ""),
    ]
    return Row(str(gap.rank), cells)


def _mark(gap: Gap, options: Options) -> dict[str, Any]:
    return {
        "id": str(gap.rank),
        "text": str(gap.rank),
        "at": drawing.point(gap.centre, datum=options.datum),
        "polygons": drawing.polygons(shapely.simplify(gap.outline, DRAWN_DEG), datum=options.datum),
    }

"""The tables of a plan: figures, districts, gaps, sites, lenses, change, checks, method."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from geo.coverage.model import LensGroup
from geo.export.plan.figures import figures
from geo.export.plan.sheet import Column, Sheet, Value, people_band
from geo.export.plan.sites import best_sites, optima, sites
from geo.hours import SHANGHAI
from geo.planning import words
from geo.planning.model import Cause, Change, CityPlan, Covered, Gap, Gaps, Threshold
from geo.text import Text

LENS_GROUPS: Final[Mapping[LensGroup, Text]] = {
    "all": Text("全部", "All"),
    "hours": Text("按时刻与日子", "By hour and kind of day"),
    "facility": Text("按设施", "By facility"),
    "kind": Text("按类别", "By kind of station"),
}
STANDARDS: Final = {
    "double_15": Text("双15工程", "the 15-minute circle"),
    "six_haves": Text("六有", "the six haves"),
}
_LAND: Final = {"built_up": Text("建成区", "built-up"), "other": Text("其余", "other land")}
_BORDER: Final = Text(
    "邻近没有名录的城市，可能有未知站点服务",
    "near a city without a list: stations unknown to us may reach it",
)
_REACH: Final = Column(Text("范围", "Reach"))


def sheets_of(plan: CityPlan) -> list[Sheet]:
    """All of them, in their order; without a list those of measures are left out."""
    found = [figures(plan), districts(plan)]
    if plan.gaps:
        found.append(gaps(plan, plan.gaps))
    if plan.proposals:
        found += [sites(plan, plan.proposals), optima(plan.proposals)]
        found.append(best_sites(plan, plan.proposals))
    if plan.coverages:
        found.append(lenses(plan))
    if plan.change:
        found.append(changes(plan))
    if plan.checks:
        found.append(checks(plan))
    return [*found, method(plan)]


def districts(plan: CityPlan) -> Sheet:
    """Every district: people, stations, and what is reached at each threshold."""
    columns = [
        Column(Text("区县", "District")),
        Column(Text("代码", "Adcode")),
        Column(Text("人口", "People"), "whole"),
        Column(Text("面积 km²", "Area, km²"), "km2"),
        *([Column(Text("站点", "Stations"), "whole")] if plan.coverages else []),
        *([Column(Text("每10万人", "Per 100,000"), "rate")] if plan.fairness else []),
        *(column for each in plan.thresholds for column in _shares(plan, each)),
    ]
    return Sheet(
        "districts",
        Text("区县", "Districts"),
        columns,
        [_district_row(plan, nth) for nth in range(len(plan.districts))],
    )


def gaps(plan: CityPlan, which: Sequence[Gaps], *, most: int | None = None) -> Sheet:
    """The gaps of some thresholds, of each the ``most`` first."""
    names = _names(plan)
    by_people = words.by_people(plan)
    has_land = any(gap.land for each in which for gap in each.ranked)
    columns = [
        *([_REACH] if len(which) > 1 else []),
        Column(Text("序号", "Rank"), "whole"),
        Column(Text("位置", "Place")),
        Column(Text("区县", "District")),
        *([Column(Text("人口", "People"), "whole", banded=True)] if by_people else []),
        Column(Text("面积 km²", "Area, km²"), "km2"),
        *([Column(Text("土地", "Land"))] if has_land else []),
        Column(Text("距最近站点（米）", "To the nearest, m"), "metres"),
        Column(Text("最近站点", "Nearest station")),
        Column(Text("经度", "Longitude"), "degrees"),
        Column(Text("纬度", "Latitude"), "degrees"),
        Column(Text("备注", "Note")),
    ]

    def row(each: Gaps, gap: Gap) -> list[Value]:
        return [
            *([_within(each.threshold)] if len(which) > 1 else []),
            gap.rank,
            gap.where,
            names[gap.district],
            *([people_band(plan, gap.people)] if by_people else []),
            gap.area_km2,
            *([_LAND[gap.land] if gap.land else None] if has_land else []),
            gap.nearest_m,
            gap.nearest_name or gap.nearest_station,
            *gap.centre,
            _BORDER if gap.at_unlisted_border else "",
        ]

    says = [words.gaps_line(plan, each) for each in which]
    if most and any(len(each.ranked) > most for each in which):
        says.append(Text(f"此处只列前 {most} 片", f"here the first {most} alone"))
    return Sheet(
        "gaps",
        words.gap_title(in_list=plan.at_least),
        columns,
        [row(each, gap) for each in which for gap in each.ranked[:most]],
        says,
    )


def lenses(plan: CityPlan) -> Sheet:
    """Coverage of the whole city under every lens and threshold."""
    by_people = words.by_people(plan)
    columns = [
        _REACH,
        Column(Text("分组", "Group")),
        Column(Text("站点的条件", "Stations that count")),
        *([Column(Text("人口占比", "Share of people"), "share", banded=True)] if by_people else []),
        *([Column(Text("人口", "People"), "whole", banded=True)] if by_people else []),
        Column(Text("面积占比", "Share of area"), "share", banded=True),
        Column(Text("面积 km²", "Area, km²"), "km2", banded=True),
        Column(Text("确定计入的站点", "Stations for certain"), "whole"),
        Column(Text("可能计入的站点", "Stations that may count"), "whole"),
    ]
    rows: list[list[Value]] = [
        [
            _within(each.threshold),
            LENS_GROUPS[each.lens.group],
            each.lens.label,
            *([each.city.people_ratio, people_band(plan, each.city.people)] if by_people else []),
            each.city.area_ratio,
            each.city.area,
            each.stations,
            each.possible,
        ]
        for each in plan.coverages
    ]
    says = Text(
        "下限只计确定的站点；上限把时间或设施未知、位置存疑的也计入",
        "at least: what is certain; at most: with stations of unknown hours or facilities and of"
        " suspect position",
    )
    return Sheet("lenses", Text("条件覆盖", "Coverage by lens"), columns, rows, [says])


def changes(plan: CityPlan) -> Sheet:
    """The parts of every change, which add up to its total."""
    by_people = any(each.people for each in plan.change)
    columns = [
        _REACH,
        Column(Text("站点的条件", "Stations that count")),
        Column(Text("原因", "Cause")),
        Column(Text("站点数", "Stations"), "whole"),
        *([Column(Text("人口变化", "People"), "signed", banded=True)] if by_people else []),
        Column(Text("面积变化 m²", "Area, m²"), "signed", banded=True),
    ]

    def row(one: Change, part: Cause | Change, label: Text, stations: int) -> list[Value]:
        people = [part.people] if by_people else []
        return [_within(one.threshold), one.lens.label, label, stations, *people, part.area_m2]

    rows: list[list[Value]] = []
    for one in plan.change:
        rows += [row(one, each, each.label, len(each.stations)) for each in one.causes]
        changed = len({station for each in one.causes for station in each.stations})
        rows.append(row(one, one, Text("合计", "Total"), changed))
    return Sheet("change", Text("变化", "Change"), columns, rows, [words.since(plan.change[0])])


def checks(plan: CityPlan) -> Sheet:
    """The check lists: of stations how many, of areas the share; unknown is counted as unknown."""
    columns = [
        Column(Text("标准", "Standard")),
        Column(Text("项目", "Item")),
        Column(Text("达到", "Met"), "whole"),
        Column(Text("未达到", "Not met"), "whole"),
        Column(Text("未知", "Unknown"), "whole"),
        Column(Text("占比", "Share"), "share", banded=True),
        Column(Text("备注", "Note")),
    ]
    rows: list[list[Value]] = [
        [
            STANDARDS[each.standard],
            each.label,
            each.met,
            each.unmet,
            each.unknown,
            each.value,
            each.note or "",
        ]
        for each in plan.checks
    ]
    return Sheet("checks", Text("标准对照", "Standards"), columns, rows)


def method(plan: CityPlan) -> Sheet:
    """What was assumed and used, of which revision, by which software."""
    columns = [
        Column(Text("项目", "Item")),
        Column(Text("内容", "What")),
        Column(Text("来源", "Source")),
    ]
    rows: list[list[Value]] = [[each.label, each.value, each.source or ""] for each in plan.methods]
    made_at = f"{plan.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} UTC+8"
    about: list[list[Value]] = [
        [Text("名录版本", "Revision of the list"), str(plan.revision or "–"), ""],
        [Text("名录摘要", "Digest of the list"), plan.snapshot, ""],
        [Text("名录日期", "Date of the list"), str(plan.listed_on or "–"), ""],
        [Text("规划摘要", "Digest of the plan"), plan.digest, ""],
        [Text("生成时间", "Made at"), made_at, ""],
        [Text("软件", "Software"), f"yizhan {plan.software}", ""],
    ]
    return Sheet("method", Text("方法", "Method"), columns, [*rows, *about])


def _within(threshold: Threshold) -> Text:
    zh, en = threshold.label
    return Text(f"≤ {zh}", f"≤ {en}")


def _names(plan: CityPlan) -> dict[str, Text]:
    return {each.adcode: Text(each.name, each.name_en) for each in plan.districts}


def _shares(plan: CityPlan, threshold: Threshold) -> Iterator[Column]:
    zh, en = _within(threshold)
    if words.by_people(plan):
        yield Column(Text(f"{zh} 人口", f"{en}, people"), "share", banded=True)
        yield Column(Text(f"{zh} 两站以上 人口", f"{en} twice, people"), "share", banded=True)
    yield Column(Text(f"{zh} 面积", f"{en}, area"), "share", banded=True)


def _district_row(plan: CityPlan, nth: int) -> list[Value]:
    place = plan.districts[nth]
    row: list[Value] = [
        Text(place.name, place.name_en),
        place.adcode,
        place.people,
        place.area_km2,
    ]
    if plan.coverages:
        row.append(plan.counts.by_district.get(place.adcode, 0))
    if plan.fairness:
        service = {each.adcode: each for each in plan.fairness[0].districts}.get(place.adcode)
        row.append(service.per_100k if service else None)
    for threshold in plan.thresholds:
        row += _reached(plan, plan.coverage(threshold).districts[nth])
    return row


def _reached(plan: CityPlan, covered: Covered) -> list[Value]:
    if not words.by_people(plan):
        return [covered.area_ratio]
    return [
        covered.people_ratio,
        words.backup_share(covered, people=True),
        covered.area_ratio,
    ]

"""The figures of a plan that a committee asks for first, one a line."""

from collections.abc import Iterator

from geo.export.plan.sheet import Amount, Column, Sheet, Value, people_band
from geo.planning import words
from geo.planning.model import CityPlan, Coverage
from geo.text import Text

Row = list[Value]


def figures(plan: CityPlan) -> Sheet:
    """The figures, and all that has to be said of the plan as a whole."""
    columns = [
        Column(Text("指标", "Figure")),
        Column(Text("范围", "Reach")),
        Column(Text("数值", "Value"), "whole", banded=True),
        Column(Text("单位", "Unit")),
        Column(Text("说明", "Note")),
    ]
    return Sheet("figures", Text("指标", "KPIs"), columns, list(_rows(plan)), plan.notes)


def _rows(plan: CityPlan) -> Iterator[Row]:
    yield from _list(plan)
    for threshold in plan.thresholds:
        yield from _reached(plan, plan.coverage(threshold))
    for gaps in plan.gaps:
        reach = Text(f"＞ {gaps.threshold.label.zh}", f"> {gaps.threshold.label.en}")
        title = words.gap_title(in_list=gaps.in_list)
        most = words.AT_MOST if gaps.in_list else ""
        if gaps.people is not None:
            people = Amount(people_band(plan, gaps.people), "whole")
            yield [title, reach, people, words.unit_of("people"), most]
        yield [title, reach, Amount(gaps.area_km2, "km2"), words.unit_of("km2"), most]
        yield [title, reach, Amount(gaps.total, "whole"), Text("片", "patches"), ""]
    yield from _fairness(plan)


def _list(plan: CityPlan) -> Iterator[Row]:
    counts, stations = plan.counts, Text("个", "stations")
    known = plan.list_state != "none"
    told = [
        (Text("已知站点", "Known stations"), counts.listed if known else None),
        (
            Text("公布站点", "Published stations"),
            plan.completeness.published if plan.completeness else None,
        ),
    ]
    if known:
        told += [
            (Text("计入的站点", "Stations that count"), counts.counted),
            (Text("位置存疑", "Position in doubt"), counts.suspect),
            (Text("未开放", "Not open"), counts.not_open),
            (Text("开放时间未知", "Hours unknown"), counts.unknown_hours),
            (Text("设施未知", "Facilities unknown"), counts.unknown_facilities),
            (Text("邻市可达的站点", "Stations of neighbours"), counts.neighbours),
        ]
    for label, count in told:
        yield [label, "", Amount(count, "whole"), stations, words.UNKNOWN if count is None else ""]
    people = plan.people_total
    yield [
        Text("人口", "People"),
        "",
        Amount(people, "whole"),
        words.unit_of("people"),
        words.UNKNOWN if people is None else "",
    ]


def _reached(plan: CityPlan, coverage: Coverage) -> Iterator[Row]:
    city, (zh, en) = coverage.city, coverage.threshold.label
    reach, percent = Text(f"≤ {zh}", f"≤ {en}"), "%"
    least: Value = words.AT_LEAST if plan.at_least else ""
    if words.by_people(plan):
        once, twice = people_band(plan, city.people), people_band(plan, city.people_backup)
        backup = words.backup_share(city, people=True)
        unit = words.unit_of("people")
        label, again = (
            Text("覆盖人口", "People reached"),
            Text("两站以上人口", "People reached twice"),
        )
        yield [label, reach, Amount(city.people_ratio, "share"), percent, least]
        yield [label, reach, Amount(once, "whole"), unit, least]
        yield [again, reach, Amount(backup, "share"), percent, least]
        yield [again, reach, Amount(twice, "whole"), unit, least]
    label, again = Text("覆盖面积", "Area reached"), Text("两站以上面积", "Area reached twice")
    backup = words.backup_share(city, people=False)
    yield [label, reach, Amount(city.area_ratio, "share"), percent, least]
    yield [label, reach, Amount(city.area, "km2"), words.unit_of("km2"), least]
    yield [again, reach, Amount(backup, "share"), percent, least]
    if coverage.position_band is not None:
        label = Text("位置误差 5–95 %", "Position errors, 5–95 %")
        yield [label, reach, Amount(coverage.position_band, "share"), percent, ""]
    if coverage.unmeasured:
        label = Text("位置误差未知的站点", "Stations of unknown position error")
        yield [label, reach, Amount(coverage.unmeasured, "whole"), Text("个", "stations"), ""]


def _fairness(plan: CityPlan) -> Iterator[Row]:
    if not plan.fairness:
        return
    last = plan.fairness[-1]
    label, even = Text("基尼系数", "Gini coefficient"), Text("0 为均等", "0 is even")
    by_people = Text("按人口加权", "weighted by people")
    yield [
        label,
        "",
        Amount(last.gini, "decimal"),
        Text("每区县计一次", "each district once"),
        even,
    ]
    yield [label, "", Amount(last.gini_weighted, "decimal"), by_people, even]
    for each in plan.fairness:
        worst = next((one for one in plan.districts if one.adcode == each.worst), None)
        if worst:
            zh, en = each.threshold.label
            name = Text(worst.name, worst.name_en)
            yield [
                Text("覆盖率最低的区县", "Lowest share"),
                Text(f"≤ {zh}", f"≤ {en}"),
                None,
                "",
                name,
            ]

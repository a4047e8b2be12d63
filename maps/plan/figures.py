"""The figures at the head of a plan: each with what qualifies it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from geo.planning import words
from geo.planning.model import Band, CityPlan, Coverage, Fairness, Gaps
from geo.planning.shown import shown_area, shown_people
from geo.text import Text
from maps.plan.reach import Reach, of_plan

_PEOPLE: Final = Text("人口", "People")
_KM2: Final = Text("平方公里", "km²")


class Line(NamedTuple):
    """What qualifies a figure, and how much."""

    label: Text
    value: str


class Figure(NamedTuple):
    """A figure with what it is of. ``qualifier`` stands before it: at least, at most."""

    label: Text
    value: str
    qualifier: Text | None
    lines: Sequence[Line]


def figures(plan: CityPlan) -> list[Figure]:
    """What a committee asks first; without a list, only who lives there."""
    reaches = of_plan(plan)
    if not reaches:
        return [_stations(plan), Figure(_PEOPLE, words.people(plan.people_total), None, [])]
    last = reaches[-1]
    return [
        _stations(plan),
        *(_reached(plan, each) for each in reaches),
        _backup(plan, last),
        *(_not_reached(plan, each) for each in plan.gaps if each.threshold == last.threshold),
        *([_fairness(plan, plan.fairness[-1])] if plan.fairness else []),
    ]


def _stations(plan: CityPlan) -> Figure:
    counts, label = plan.counts, Text("已知站点", "Known stations")
    if plan.list_state == "none":
        return Figure(label, str(words.UNKNOWN), None, [])
    lines = []
    if plan.completeness:
        lines.append(Line(Text("公布", "published"), f"{plan.completeness.published:,}"))
    lines.append(Line(Text("计入", "counted"), f"{counts.counted:,}"))
    optional = (
        (counts.suspect, Text("位置存疑", "position in doubt")),
        (counts.not_open, Text("未开放", "not open")),
        (counts.unknown_hours, Text("时间未知", "hours unknown")),
        (counts.neighbours, Text("邻市可达", "of neighbours")),
    )
    lines += [Line(each, f"{count:,}") for count, each in optional if count]
    return Figure(label, f"{counts.listed:,}", None, lines)


def _reached(plan: CityPlan, reach: Reach) -> Figure:
    coverage = plan.coverage(reach.threshold)
    city, (zh, en) = coverage.city, reach.within
    lines = []
    if words.by_people(plan):
        lines.append(Line(_PEOPLE, shown_people(city.people, plan.demand_basis)))
        lines.append(Line(Text("面积", "Area"), words.percent(city.area_ratio)))
    lines.append(Line(_KM2, shown_area(city.area)))
    return Figure(
        Text(f"{zh}可达", f"Within {en}"),
        words.percent(words.share(plan, city)),
        _qualifier(plan),
        [*lines, *_uncertainty(coverage)],
    )


def _qualifier(plan: CityPlan) -> Text:
    zh, en = ("人口", "of people") if words.by_people(plan) else ("面积", "of area")
    if not plan.at_least:
        return Text(zh, en)
    return Text(f"{zh}{words.AT_LEAST.zh}", f"{en}, {words.AT_LEAST.en}")


def _uncertainty(coverage: Coverage) -> list[Line]:
    """How far stations may stand from where they are drawn, or of how many that is unknown."""
    lines = []
    if coverage.position_band is not None:
        label = Text("位置误差 5–95 %", "position error")
        lines.append(Line(label, words.percent(coverage.position_band)))
    if coverage.unmeasured:
        label = Text("位置误差未知", "error unknown")
        lines.append(Line(label, f"{coverage.unmeasured:,}"))
    return lines


def _backup(plan: CityPlan, reach: Reach) -> Figure:
    coverage, (zh, en) = plan.coverage(reach.threshold), reach.within
    by_people = words.by_people(plan)
    lines = []
    if by_people:
        people = shown_people(coverage.city.people_backup, plan.demand_basis)
        lines.append(Line(_PEOPLE, people))
    lines.append(Line(_KM2, shown_area(coverage.city.area_backup)))
    return Figure(
        Text(f"{zh}两站以上", f"Two or more {en}"),
        words.percent(words.backup_share(coverage.city, people=by_people)),
        _qualifier(plan),
        lines,
    )


def _not_reached(plan: CityPlan, gaps: Gaps) -> Figure:
    (title_zh, title_en), (zh, en) = words.gap_title(in_list=gaps.in_list), gaps.threshold.label
    label = Text(f"{title_zh}（＞ {zh}）", f"{title_en}, > {en}")
    area = shown_area(Band(gaps.area_km2, gaps.area_km2))
    patches = Line(Text("片", "patches"), f"{gaps.total:,}")
    most = words.AT_MOST if gaps.in_list else Text("", "")
    if gaps.people is None:
        return Figure(label, area, Text(f"{most.zh} km²", f"{most.en}"), [patches])
    shown = shown_people(gaps.people, plan.demand_basis)
    qualifier = Text(f"人口{most.zh}", f"people, {most.en}" if most.en else "people")
    return Figure(label, shown, qualifier, [patches, Line(_KM2, area)])


def _fairness(plan: CityPlan, fairness: Fairness) -> Figure:
    lines = []
    if fairness.gini_weighted is not None:
        label = Text("按人口加权", "weighted by people")
        lines.append(Line(label, f"{fairness.gini_weighted:.3f}"))
    worst = next((each for each in plan.districts if each.adcode == fairness.worst), None)
    if worst:
        lines.append(Line(Text("覆盖率最低", "lowest share"), worst.name))
    return Figure(
        Text("区县差异（基尼系数）", "Between districts (Gini)"),
        str(words.UNKNOWN) if fairness.gini is None else f"{fairness.gini:.3f}",
        Text("每10万人站点，0 为均等", "stations per 100,000; 0 is even"),
        lines,
    )

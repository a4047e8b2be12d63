"""The map pages of a report: reach, backup, gaps, sites, before and after."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from geo.export.plan.colours import GAINED, INK, LOST, SITE, UNCOVERED, Colours, colours_of
from geo.planning import words
from geo.planning.model import CityPlan, Coverage, Gaps, Proposals, Threshold
from geo.text import Text
from maps.report.land import Land, View
from maps.report.legend import STATION_ENTRY, Entry, draw_legend
from maps.report.mapped import Map
from maps.report.paper import Box, Paper

_LEGEND_MM: Final = 64.0
_REACH_ALPHA: Final = 0.72
_BACKUP: Final = Colours(INK, INK)
_KNOWN_ONLY: Final = Text(
    "未着色处只表示范围内没有已知站点",
    "where no reach is drawn there is no known station within that distance",
)
# More numbers than these are not told apart on paper; all are in the tables.
_NUMBERED: Final = 40

NewSheet = Callable[[Text], Paper]


class MapPage(NamedTuple):
    """A page, and the name of its picture."""

    name: str
    paper: Paper


def map_pages(plan: CityPlan, land: Land, new_sheet: NewSheet) -> Iterator[MapPage]:
    """Every map that the plan has matter for; without a list, the city and its districts."""
    if not plan.coverages:
        yield _districts(plan, land, new_sheet)
        return
    reach = _Reach(plan, land)
    yield _overview(reach, new_sheet, land.whole, "coverage", Text("覆盖图", "Coverage"))
    close = land.close()
    if close:
        zoomed = Text("覆盖图（站点集中处）", "Coverage, where most stations are")
        yield _overview(reach, new_sheet, close, "coverage-close", zoomed)
    for nth, gaps in enumerate(plan.gaps, 1):
        yield _gaps(reach, gaps, new_sheet, f"gaps-{nth}")
    yield _backup(reach, new_sheet)
    if plan.proposals and plan.proposals.nested:
        yield _sites(reach, plan.proposals, new_sheet)
    yield from _changes(reach, new_sheet)


class _Reach:
    """The coverages of all stations, from the nearest threshold to the farthest, in the plane."""

    def __init__(self, plan: CityPlan, land: Land) -> None:
        self.plan, self.land = plan, land
        self.colours = colours_of(plan.thresholds)
        self.coverages = [plan.coverage(each) for each in self.colours]
        self.shapes = {
            each.threshold: land.shape(each.covered if each.covered is not None else _NOTHING)
            for each in self.coverages
        }

    @property
    def last(self) -> Coverage:
        """That of the farthest threshold."""
        return self.coverages[-1]

    def draw(self, drawn: Map, *, alpha: float) -> None:
        """Every threshold in its own colour: of the farther ones what lies beyond the nearer."""
        nearer: BaseGeometry = _NOTHING
        for each in self.coverages:
            shape, colours = self.shapes[each.threshold], self.colours[each.threshold]
            drawn.area(shapely.difference(shape, nearer), colours, alpha=alpha)
            nearer = shape

    def beyond(self, threshold: Threshold) -> BaseGeometry:
        """What lies outside of a threshold."""
        return shapely.difference(self.land.outline, self.shapes[threshold])

    def entry(self, coverage: Coverage) -> Entry:
        """A threshold in the legend, with the share that it reaches."""
        zh, en = coverage.threshold.label
        colours = self.colours[coverage.threshold]
        return Entry(
            "area", colours, Text(f"≤ {zh}", f"≤ {en}"), self.share(coverage), _REACH_ALPHA
        )

    def share(self, coverage: Coverage) -> str:
        """The share reached, with what it is of."""
        of = "人口 people" if words.by_people(self.plan) else "面积 area"
        shown = words.percent(words.share(self.plan, coverage.city))
        return f"{of} {words.least(self.plan)}{shown}"

    def below_names(self, coverage: Coverage) -> list[str]:
        """What stands under the districts' names."""
        shares = [words.share(self.plan, each) for each in coverage.districts]
        least = words.least(self.plan)
        return ["?" if each is None else least + words.percent(each) for each in shares]

    def base(self) -> list[Entry]:
        """Stations in the legend."""
        counts = self.plan.counts
        label = Text("计入的站点", "Stations that count")
        found = [Entry("dot", STATION_ENTRY, label, f"{counts.counted:,}")]
        if len(self.land.suspect):
            doubt = Text("位置存疑", "Position in doubt")
            found.append(Entry("hollow", STATION_ENTRY, doubt, f"{counts.suspect:,}"))
        return found


_NOTHING: Final = shapely.Polygon()


def _overview(reach: _Reach, new_sheet: NewSheet, view: View, name: str, title: Text) -> MapPage:
    paper = new_sheet(title)
    drawn = _map(paper, reach.land, view)
    last = reach.last
    drawn.area(reach.beyond(last.threshold), UNCOVERED, hatch="////")
    reach.draw(drawn, alpha=_REACH_ALPHA)
    drawn.borders()
    drawn.stations()
    drawn.scale_bar()
    drawn.names(reach.below_names(last))
    entries = [*map(reach.entry, reach.coverages), _beyond(reach, last.threshold), *reach.base()]
    draw_legend(paper, _legend_box(paper), entries, [_KNOWN_ONLY, _names_say(last)])
    return MapPage(name, paper)


def _gaps(reach: _Reach, gaps: Gaps, new_sheet: NewSheet, name: str) -> MapPage:
    """Coverage at one threshold, and what it leaves, numbered by rank."""
    zh, en = words.gap_title(in_list=gaps.in_list)
    within = gaps.threshold.label
    paper = new_sheet(Text(f"{zh}（＞ {within.zh}）", f"{en}, > {within.en}"))
    drawn = _map(paper, reach.land, reach.land.whole)
    drawn.area(reach.beyond(gaps.threshold), UNCOVERED, hatch="////")
    drawn.area(reach.shapes[gaps.threshold], reach.colours[gaps.threshold], alpha=_REACH_ALPHA)
    drawn.borders()
    drawn.scale_bar()
    centres = reach.land.points([each.centre for each in gaps.ranked])
    mark = Colours(UNCOVERED.line, "#ffffff")
    for gap, at in list(zip(gaps.ranked, centres, strict=True))[:_NUMBERED]:
        drawn.number(at, str(gap.rank), mark, colour="#ffffff", round_=False)
    drawn.names()
    coverage = reach.plan.coverage(gaps.threshold)
    label = Text(f"{zh}，序号按人口排", f"{en}, ranked by people")
    if not words.by_people(reach.plan):
        label = Text(f"{zh}，序号按面积排", f"{en}, ranked by area")
    entries = [
        reach.entry(coverage),
        _beyond(reach, gaps.threshold),
        Entry("square", mark, label, f"{gaps.total:,}"),
    ]
    draw_legend(
        paper, _legend_box(paper), entries, [words.gaps_line(reach.plan, gaps), _KNOWN_ONLY]
    )
    return MapPage(name, paper)


def _backup(reach: _Reach, new_sheet: NewSheet) -> MapPage:
    last, land = reach.last, reach.land
    (zh, en), plan = last.threshold.label, reach.plan
    title = Text(f"交叉覆盖（≤ {zh}）", f"Reached by two or more, ≤ {en}")
    paper = new_sheet(title)
    drawn = _map(paper, land, land.close() or land.whole)
    drawn.area(reach.shapes[last.threshold], reach.colours[last.threshold], alpha=0.35)
    if last.backup is not None:
        drawn.area(land.shape(last.backup), _BACKUP, hatch="....")
    drawn.borders()
    drawn.stations()
    drawn.scale_bar()
    by_people = words.by_people(plan)
    shares = [words.backup_share(each, people=by_people) for each in last.districts]
    drawn.names(
        ["?" if each is None else words.least(plan) + words.percent(each) for each in shares]
    )
    twice = words.percent(words.backup_share(last.city, people=by_people))
    of = "人口 people" if by_people else "面积 area"
    entries = [
        reach.entry(last)._replace(alpha=0.35),
        Entry("dots", _BACKUP, Text("两站以上", "Two or more"), f"{of} {words.least(plan)}{twice}"),
        *reach.base(),
    ]
    says = Text(
        "名称下是两站以上覆盖的比例", "below the names: the share that two or more stations reach"
    )
    draw_legend(paper, _legend_box(paper), entries, [says])
    return MapPage("backup", paper)


def _sites(reach: _Reach, proposals: Proposals, new_sheet: NewSheet) -> MapPage:
    zh, en = proposals.threshold.label
    paper = new_sheet(Text(f"建议选址（{zh}）", f"Proposed sites, {en}"))
    points = reach.land.points([each.position for each in proposals.nested])
    drawn = _map(paper, reach.land, reach.land.around(points))
    reach.draw(drawn, alpha=0.3)
    for site in proposals.nested:
        if site.area is not None:
            drawn.area(reach.land.shape(site.area), SITE, alpha=0.55, dashed=True)
    drawn.borders()
    drawn.stations()
    drawn.scale_bar()
    for site, at in list(zip(proposals.nested, points, strict=True))[:_NUMBERED]:
        drawn.number(at, str(site.order), SITE, colour=INK, round_=True)
    drawn.names()
    count = len(proposals.nested)
    label = Text(f"建议的 {count} 处，按建设次序", f"{count} sites in the order to build")
    entries = [Entry("circle", SITE, label)]
    if proposals.search_areas:
        entries.append(Entry("area", SITE, Text("搜索范围", "Areas to search"), alpha=0.55))
    entries += [reach.entry(each)._replace(alpha=0.3, value="") for each in reach.coverages]
    draw_legend(paper, _legend_box(paper), [*entries, *reach.base()], proposals.notes)
    return MapPage("sites", paper)


def _changes(reach: _Reach, new_sheet: NewSheet) -> Iterator[MapPage]:
    """What was gained and lost at the farthest threshold, where a revision is compared."""
    threshold, land = reach.last.threshold, reach.land
    for change in reach.plan.change:
        if change.lens.code != "all" or change.threshold != threshold:
            continue
        if change.covered_before is None:
            continue
        before, now = land.shape(change.covered_before), reach.shapes[threshold]
        (zh, en), since = threshold.label, words.since(change)
        paper = new_sheet(Text(f"变化（≤ {zh}）", f"Change, ≤ {en}"))
        drawn = _map(paper, land, land.close() or land.whole)
        drawn.area(before & now, reach.colours[threshold], alpha=0.3)
        drawn.area(now - before, GAINED, alpha=0.8)
        drawn.area(before - now, LOST, alpha=0.8, dashed=True)
        drawn.borders()
        drawn.stations()
        drawn.scale_bar()
        drawn.names()
        both = Text("前后都覆盖", "Reached then and now")
        entries = [
            Entry("area", reach.colours[threshold], both, alpha=0.3),
            Entry("area", GAINED, Text("新增覆盖", "Gained"), alpha=0.8),
            Entry("area", LOST, Text("失去覆盖", "Lost"), alpha=0.8),
            *reach.base(),
        ]
        compared = Text(f"与{since.zh}比较", f"compared with {since.en}")
        draw_legend(paper, _legend_box(paper), entries, [compared])
        yield MapPage("change", paper)


def _districts(plan: CityPlan, land: Land, new_sheet: NewSheet) -> MapPage:
    paper = new_sheet(Text("区县图", "Districts"))
    drawn = _map(paper, land, land.whole)
    drawn.borders()
    drawn.scale_bar()
    drawn.names()
    draw_legend(paper, _legend_box(paper), [], words.warnings(plan))
    return MapPage("districts", paper)


def _map(paper: Paper, land: Land, view: View) -> Map:
    body = paper.body
    room = Box(body.left, body.top, body.width - _LEGEND_MM - 6, body.height)
    drawn = Map(paper, room, land, view)
    if view != land.whole:
        _locate(paper, drawn)
    return drawn


def _locate(paper: Paper, drawn: Map) -> None:
    """The part that is shown, on a small map of the city."""
    legend = _legend_box(paper)
    tall = _LEGEND_MM * 0.7
    small = Map(
        paper,
        Box(legend.left, legend.bottom - tall, legend.width, tall),
        drawn.land,
        drawn.land.whole,
    )
    small.borders()
    small.frame(drawn.view)


def _legend_box(paper: Paper) -> Box:
    body = paper.body
    return Box(body.right - _LEGEND_MM, body.top, _LEGEND_MM, body.height)


def _beyond(reach: _Reach, threshold: Threshold) -> Entry:
    (zh, en), gaps = threshold.label, {each.threshold: each for each in reach.plan.gaps}
    title = words.gap_title(in_list=reach.plan.at_least)
    label = Text(f"＞ {zh}：{title.zh}", f"> {en}: {title.en.lower()}")
    found = gaps.get(threshold)
    most = "≤ " if reach.plan.at_least else ""
    shown = ""
    if found and found.people is not None:
        people = words.number(found.people, "people", reach.plan.demand_basis)
        shown = f"人口 people {most}{people}"
    return Entry("hatch", UNCOVERED, label, shown)


def _names_say(coverage: Coverage) -> Text:
    zh, en = coverage.threshold.label
    return Text(f"名称下是 ≤ {zh} 覆盖的比例", f"below the names: the share within {en}")

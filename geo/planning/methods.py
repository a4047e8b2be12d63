"""The method sheet: what was assumed and used, where it comes from, and what is not known."""

from collections.abc import Iterator, Sequence
from typing import Final

from geo.boundaries import ATTRIBUTION
from geo.coverage.moments import DAY_LABELS, parse_moment, representatives
from geo.coverage.scope import Scope
from geo.demand import Demand
from geo.hours import calendar
from geo.plane import Plane
from geo.planning.model import Counts, Method
from geo.planning.parameters import Model, Parameters
from geo.text import Text
from geo.travel import TRAVELS, TravelMode

_MODELS: Final[dict[Model, tuple[Text, str]]] = {
    "mclp": (
        Text(
            "最大覆盖选址（MCLP）：给定数量，覆盖的需求最多", "MCLP: most demand covered by N sites"
        ),
        "Church & ReVelle, Papers of the Regional Science Association 32 (1974), 101–118",
    ),
    "lscp": (
        Text(
            "集合覆盖选址（LSCP）：候选点够得到的需求全部覆盖，站点最少",
            "LSCP: the fewest sites that cover all that candidates reach",
        ),
        "Toregas, Swain, ReVelle & Bergman, Operations Research 19 (1971), 1363–1373",
    ),
    "pmedian": (
        Text(
            "P-中值：给定数量，全部需求到最近站点的直线距离之和最小",
            "p-median: N sites that make the straight ways of all demand to the nearest station"
            " shortest in sum",
        ),
        "Hakimi, Operations Research 12 (1964), 450–459",
    ),
    "pcenter": (
        Text(
            "P-中心：给定数量，最远的需求到最近站点的直线距离最短",
            "p-center: N sites that make the longest straight way to the nearest station shortest",
        ),
        "Minieka, SIAM Review 12 (1970), 138–139",
    ),
}
_SPEEDS: Final[dict[TravelMode, str]] = {
    "walk": "15 分钟步行圈的步速 / the pace of the 15-minute circle",
    "ride": "GB 17761-2018（25 km/h 以下，路上约 15） / below 25 km/h, some 15 in traffic",
}


def methods(
    scope: Scope, demand: Demand, parameters: Parameters, counts: Counts, *, measured: bool
) -> list[Method]:
    """The lines of the sheet; of a city that is not measured, only where data come from."""
    lines = [*_sources(scope), *_completeness(scope, counts), *demand.methods]
    if measured:
        lines += [
            *_geometry(scope, parameters),
            *_reach(parameters),
            *_moments(parameters),
            _siting(parameters),
            *_unknowns(counts),
        ]
    return lines


def _sources(scope: Scope) -> Iterator[Method]:
    info = scope.snapshot.info
    for each in info.declarations_of(scope.place.adcode, scope.place.parent):
        if each.content != "stations":
            continue
        dated = f"，{each.collected_on}" if each.collected_on else ""
        yield Method(
            code="stations",
            label=Text("站点名录", "List of stations"),
            value=Text(f"{each.path}，许可 {each.licence}{dated}", f"{each.path}, {each.licence}"),
            source=each.source,
        )
    yield Method(
        code="boundaries",
        label=Text("行政区划", "Boundaries"),
        value=Text("CGCS2000，按 WGS-84 使用", "CGCS2000, taken as WGS-84"),
        source=ATTRIBUTION,
    )


def _completeness(scope: Scope, counts: Counts) -> Iterator[Method]:
    stated = scope.snapshot.info.completeness_of(scope.place.adcode)
    if stated is not None:
        says = stated.says(counts.listed)
        yield Method(
            code="completeness",
            label=Text("名录完整程度", "How complete the list is"),
            value=Text(f"{says.zh}（{stated.as_of}）", f"{says.en} ({stated.as_of})"),
            source=stated.source,
        )


def _geometry(scope: Scope, parameters: Parameters) -> Iterator[Method]:
    yield Method(
        code="crs",
        label=Text("坐标与投影", "Coordinates and projection"),
        value=Text(
            f"坐标为 WGS-84；面积在等积投影中计算（{Plane(scope.place.centre).crs}）",
            f"positions are WGS-84; areas in an equal-area plane ({Plane(scope.place.centre).crs})",
        ),
        source="Snyder, Map Projections: A Working Manual, USGS 1395 (1987), chapter 24",
    )
    yield Method(
        code="seed",
        label=Text("随机种子", "Seed"),
        value=Text(
            f"{parameters.seed}：位置误差的随机模拟",
            f"{parameters.seed}: of simulated position errors",
        ),
        source=None,
    )


def _reach(parameters: Parameters) -> Iterator[Method]:
    yield Method(
        code="radius",
        label=Text("服务半径", "Service radius"),
        value=Text(
            "站点周围的直线距离（测地线），不是沿路距离；相邻城市的站点同样计入",
            "straight line (geodesic) around a station, not along streets; stations of neighbouring"
            " cities count too",
        ),
        source="全国总工会双15工程（2023-07-10）：1 公里服务半径",
    )
    if parameters.minutes:
        travel = TRAVELS[parameters.mode]
        yield Method(
            code="minutes",
            label=Text("分钟", "Minutes"),
            value=Text(
                f"{travel.assumption.zh}；分钟是另一种量度，不等于 1 公里半径",
                f"{travel.assumption.en}; minutes are another measure than a radius of 1 km",
            ),
            source=_SPEEDS[parameters.mode],
        )


def _moments(parameters: Parameters) -> Iterator[Method]:
    dated = {f"{kind}:": kind for kind in DAY_LABELS}
    used = {dated[p] for p in dated for each in parameters.moments if each.startswith(p)}
    for kind, day in representatives().items():
        if kind in used:
            yield Method(
                code=f"day_{kind}",
                label=DAY_LABELS[kind],
                value=Text(f"以 {day} 为代表", f"represented by {day}"),
                source=calendar().notices[day.year],
            )
    for text in parameters.moments:
        if not any(text.startswith(prefix) for prefix in dated):
            at = parse_moment(text).at
            yield Method(
                code=f"moment_{text}",
                label=parse_moment(text).lens.label,
                value=Text(f"{at:%Y-%m-%d %H:%M}", f"{at:%Y-%m-%d %H:%M}"),
                source=calendar().notices[at.year],
            )


def _siting(parameters: Parameters) -> Method:
    value, source = _MODELS[parameters.model]
    radius = parameters.site_threshold.label
    return Method(
        code="siting",
        label=Text("选址模型", "Siting model"),
        value=Text(
            f"{value.zh}；{radius.zh}；现有站点不动",
            f"{value.en}; {radius.en}; existing stations stay",
        ),
        source=source,
    )


def _unknowns(counts: Counts) -> Sequence[Method]:
    told = [
        (
            "unknown_hours",
            Text("开放时间未知", "Hours unknown"),
            counts.unknown_hours,
            Text("时段覆盖率的上限才计入", "count in the upper bound of coverage by hour"),
        ),
        (
            "unknown_facilities",
            Text("设施未知", "Facilities unknown"),
            counts.unknown_facilities,
            Text("设施覆盖率的上限才计入", "count in the upper bound of coverage by facility"),
        ),
        (
            "suspect",
            Text("位置存疑", "Suspect positions"),
            counts.suspect,
            Text("只计入上限", "count in upper bounds only"),
        ),
        (
            "not_open",
            Text("暂停或撤销", "Suspended or closed"),
            counts.not_open,
            Text("不计入", "do not count"),
        ),
    ]
    return [
        Method(
            code=code,
            label=label,
            value=Text(f"{count} 个站点：{means.zh}", f"{count} stations: {means.en}"),
            source=None,
        )
        for code, label, count, means in told
    ]

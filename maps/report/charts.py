"""The charts of a report: by hour and facility, the curves of siting, fairness, change by cause."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from geo.coverage.model import LensGroup
from geo.export.plan.colours import INK, LINE, SOFT, Colours, colours_of
from geo.export.plan.sheets import LENS_GROUPS
from geo.planning import words
from geo.planning.model import (
    Band,
    Cause,
    Change,
    CityPlan,
    Fairness,
    Lens,
    Proposals,
    Threshold,
)
from geo.text import Text
from maps.report.bars import Row, draw_bars, rows_mm, scale_of
from maps.report.letters import printable
from maps.report.paper import Box, Paper

NewSheet = Callable[[Text], Paper]

_BEST, _ORDER = "#0b5c8a", "#7a3300"
_GROUPS: Final[tuple[LensGroup, ...]] = ("hours", "kind", "facility")
_KEY: Final = Text(
    "实心为至少；斜线部分为时间或设施未知、位置存疑的站点也计入时的至多",
    "full: at least; hatched: at most, with stations of unknown hours or facilities and of"
    " suspect position",
)


def lens_pages(plan: CityPlan, new_sheet: NewSheet) -> Iterator[Paper]:
    """Coverage by hour and kind of day, by kind of station, by facility, as bars of bands."""
    colours = colours_of(plan.thresholds)
    groups = [
        (group, rows) for group in _GROUPS if (rows := _lens_rows(plan, group, list(colours)))
    ]
    if not groups:
        return
    full = scale_of([row for _, rows in groups for row in rows])
    title = Text("按时刻、类别与设施", "By hour, kind and facility")
    paper, column, y = new_sheet(title), 0, 0.0
    paper_body = paper.body
    top = _key(paper, plan, colours)
    y = top
    wide = (paper_body.width - 12) / 2
    for group, rows in groups:
        for start, part in _parts(rows, paper_body.bottom - top - 9):
            if y > top and y + rows_mm(part) + 9 > paper_body.bottom:
                column, y = column + 1, top
            if column == 2:
                yield paper
                paper, column = new_sheet(title), 0
                y = top = _key(paper, plan, colours)
            left = paper_body.left + column * (wide + 12)
            label = LENS_GROUPS[group] if start == 0 else _continued(LENS_GROUPS[group])
            y = paper.lines(left, y, str(label), wide, size=9.5, bold=True) + 1.5
            y = draw_bars(paper, Box(left, y, wide, 0), part, list(colours.values()), full) + 3
    yield paper


def draw_curves(proposals: Proposals, paper: Paper) -> None:
    """The proven optimum of each number beside the one order to build in, if there are several."""
    optima = sorted(proposals.optima, key=lambda each: each.count)
    if len(optima) < 2:
        return
    body = paper.body
    half = body.width / 2 - 6
    box = Box(body.right - half, body.top, half, min(body.height, 0.8 * half))
    axes = _axes(paper, Box(box.left + 14, box.top + 10, box.width - 14, box.height - 32))
    counts = [each.count for each in optima]
    bounds = {each.count: each.bound for each in optima}
    less = optima[0].objective > bounds[optima[0].count] or proposals.unit not in {"people", "km2"}
    nested = [
        (count, bounds[count] / (1 - loss) if less else bounds[count] * (1 - loss))
        for count, loss in enumerate(proposals.nested_loss, 1)
        if count in bounds and loss < 1
    ]
    axes.plot(counts, [bounds[n] for n in counts], color=SOFT, linewidth=0.9, linestyle=":")
    axes.plot(
        counts,
        [each.objective for each in optima],
        color=_BEST,
        marker="o",
        markersize=5,
        markerfacecolor="#ffffff",
        linewidth=1.4,
    )
    if nested:
        axes.plot(
            *zip(*nested, strict=True),
            color=_ORDER,
            marker="s",
            markersize=3,
            linewidth=1.2,
            linestyle="--",
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))
    if not less:
        axes.set_ylim(bottom=0)
    unit = words.unit_of(proposals.unit)
    paper.text(
        box.left, box.top + 4, f"目标值（{unit.zh}） Objective, {unit.en}", size=8, bold=True
    )
    number = "新增站点数 Number of new stations"
    paper.text(box.right, box.bottom - 14, number, size=7.4, align="right")
    key = (
        (_BEST, "○ 各数量的最优 the best of each number"),
        (SOFT, "┈ 已证明的界 proven bound"),
        (_ORDER, "■ 一个建设次序 one order to build in"),
    )
    for nth, (colour, text) in enumerate(key):
        paper.text(box.left, box.bottom - 8 + 4 * nth, text, size=7.4, colour=colour)


def fairness_page(plan: CityPlan, fairness: Fairness, paper: Paper) -> None:
    """The Lorenz curve of stations over people, and the districts side by side."""
    body = paper.body
    half = (body.width - 14) / 2
    left = Box(body.left, body.top, half, body.height)
    known = [each for each in fairness.districts if each.per_100k is not None and each.people]
    if known:
        _lorenz(paper, left, fairness)
    right = Box(body.left + half + 14, body.top, half, body.height)
    y = paper.lines(
        right.left,
        right.top,
        "每10万人站点数 Stations per 100,000 people",
        half,
        size=9.5,
        bold=True,
    )
    _per_district(plan, fairness, paper, Box(right.left, y + 2, half, right.bottom - y - 2))


def change_page(plan: CityPlan, paper: Paper) -> None:
    """What each cause moved, of all stations, at each threshold: lower and upper ends."""
    whole = [each for each in plan.change if each.lens.code == "all"]
    body = paper.body
    tall = body.height / max(len(whole), 1)
    for nth, change in enumerate(whole):
        box = Box(body.left, body.top + nth * tall, body.width, tall - 6)
        by_people = change.people is not None
        what = "人口 people" if by_people else "面积 area, m²"
        since = words.since(change)
        paper.text(
            box.left,
            box.top + 4,
            f"≤ {change.threshold.label}，{what}，与{since.zh}比较（compared with {since.en}）",
            size=9,
            bold=True,
        )
        axes = _axes(paper, Box(box.left + 62, box.top + 8, box.width - 74, box.height - 16))
        parts: list[Cause | Change] = [*change.causes, change]
        labels = [*(str(cause.label) for cause in change.causes), "合计 / Total"]
        bands = [each.people if by_people and each.people else each.area_m2 for each in parts]
        for at, band in enumerate(bands):
            low, high = sorted(band)
            middle = len(parts) - 1 - at
            colour = "#00402f" if band.low + band.high >= 0 else "#5c2600"
            axes.barh(middle, band.low, height=0.34, color=colour, align="edge")
            axes.barh(
                middle - 0.36,
                band.high,
                height=0.34,
                facecolor="none",
                edgecolor=colour,
                hatch="////",
                hatchcolor=colour,
                linewidth=0.6,
                align="edge",
            )
            ends = " / ".join(f"{end:+,.0f}".replace("-", "−") for end in band)
            axes.annotate(
                ends if low != high else ends.split(" / ")[0],
                (max(high, 0), middle),
                xytext=(4, -3),
                textcoords="offset points",
                fontsize=7,
            )
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(parts)), labels[::-1], fontsize=7)
        axes.margins(x=0.18)
    paper.text(
        body.left,
        body.bottom - 1,
        "实心：下限的变化；斜线：上限的变化。各项之和等于合计。"
        " Full: the lower end; hatched: the upper end. Parts add up to the total.",
        size=7.4,
        colour=SOFT,
    )


def _lens_rows(plan: CityPlan, group: LensGroup, thresholds: Sequence[Threshold]) -> list[Row]:
    found: dict[Lens, dict[Threshold, Band | None]] = {}
    for each in plan.coverages:
        if each.lens.group == group:
            found.setdefault(each.lens, {})[each.threshold] = words.share(plan, each.city)
    return [
        Row(lens.label, [bands.get(each) for each in thresholds]) for lens, bands in found.items()
    ]


def _key(paper: Paper, plan: CityPlan, colours: dict[Threshold, Colours]) -> float:
    """What the colours and the shades mean; gives back where the bars begin."""
    x, y = paper.body.left, paper.body.top
    for threshold, colour in colours.items():
        paper.box(Box(x, y + 0.4, 7, 3.6), fill=colour.fill, line=colour.line)
        paper.text(x + 9, y + 3.4, f"≤ {threshold.label}", size=8)
        x += 48
    of = "占人口 of people" if words.by_people(plan) else "占面积 of area"
    paper.text(x, y + 3.4, f"{of} {words.AT_LEAST if plan.at_least else ''}", size=8)
    return paper.both(paper.body.left, y + 5, _KEY, paper.body.width, size=7.2) + 3


def _parts(rows: Sequence[Row], room: float) -> Iterator[tuple[int, list[Row]]]:
    """As many rows together as a column holds."""
    start = 0
    while start < len(rows):
        count = 1
        while start + count < len(rows) and rows_mm(rows[start : start + count + 1]) <= room:
            count += 1
        yield start, list(rows[start : start + count])
        start += count


def _continued(label: Text) -> Text:
    return Text(f"{label.zh}（续）", f"{label.en}, continued")


def _lorenz(paper: Paper, box: Box, fairness: Fairness) -> None:
    known = [each for each in fairness.districts if each.per_100k is not None and each.people]
    known.sort(key=lambda each: each.per_100k or 0.0)
    people = np.cumsum([0, *(each.people or 0 for each in known)])
    stations = np.cumsum([0, *(each.stations for each in known)])
    paper.lines(box.left, box.top, "洛伦兹曲线 Lorenz curve", box.width, size=9.5, bold=True)
    side = min(box.width - 24, box.height - 40)
    axes = _axes(paper, Box(box.left + 18, box.top + 9, side, side))
    axes.plot([0, 1], [0, 1], color=LINE, linewidth=0.9, linestyle="--")
    if stations[-1]:
        x, y = people / people[-1], stations / stations[-1]
        axes.fill_between(x, y, x, color="#e69f00", alpha=0.3, linewidth=0)
        axes.plot(x, y, color=_BEST, marker="o", markersize=3, linewidth=1.5)
    percent = FuncFormatter(lambda value, _: f"{value:.0%}")
    axes.xaxis.set_major_formatter(percent)
    axes.yaxis.set_major_formatter(percent)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    below = box.top + side + 16
    paper.text(
        box.left + 18,
        below,
        "横轴：人口，从每10万人站点最少的区县起 people, from the least served",
        size=7,
    )
    paper.text(box.left + 18, below + 4, "纵轴：站点 stations；虚线为完全均等 dashed: even", size=7)
    gini = "–" if fairness.gini is None else f"{fairness.gini:.3f}"
    weighted = "–" if fairness.gini_weighted is None else f"{fairness.gini_weighted:.3f}"
    paper.text(
        box.left + 18,
        below + 10,
        f"基尼系数 Gini {gini}；按人口加权 weighted by people {weighted}",
        size=9,
        bold=True,
    )


def _per_district(plan: CityPlan, fairness: Fairness, paper: Paper, box: Box) -> None:
    names = {each.adcode: each for each in plan.districts}
    rows = sorted(fairness.districts, key=lambda each: each.per_100k or 0.0)
    axes = _axes(paper, Box(box.left + 34, box.top, box.width - 40, box.height - 8))
    rates = [each.per_100k or 0.0 for each in rows]
    axes.barh(range(len(rows)), rates, color="#56b4e9", edgecolor="#0b4a73", linewidth=0.6)
    size = 7 if len(rows) <= 20 else 5.5
    axes.set_yticks(
        range(len(rows)), [printable(names[each.adcode].name) for each in rows], fontsize=size
    )
    for nth, each in enumerate(rows):
        rate = "未知 unknown" if each.per_100k is None else f"{each.per_100k:.2f}"
        axes.annotate(
            f"{rate}（{each.stations:,}）",
            (rates[nth], nth),
            xytext=(3, -2.4),
            textcoords="offset points",
            fontsize=size,
        )
    axes.margins(x=0.22, y=0.02)


def _axes(paper: Paper, box: Box) -> Axes:
    axes = paper.axes(box)
    axes.tick_params(labelsize=7, colors=INK, width=0.6, length=2.5)
    axes.grid(visible=True, color="#e3e7ea", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=LINE, linewidth=0.6)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}".replace("-", "−")))
    return axes

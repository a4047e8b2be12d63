"""Bars of shares: what is certain in full, what may be besides in a lighter shade."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from matplotlib.patches import Rectangle

from geo.export.plan.colours import INK, LINE, SOFT, Colours
from geo.export.plan.sheet import shown
from geo.planning.model import Band
from geo.text import Text
from maps.report.letters import height_mm, width_mm
from maps.report.paper import Box, Paper

_BAR_MM: Final = 3.2
_LABEL: Final = 7.4
_FULL: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


class Row(NamedTuple):
    """A label with one band for each colour."""

    label: Text
    bands: Sequence[Band | None]


def scale_of(rows: Sequence[Row]) -> float:
    """What a full bar stands for, so that bars beside each other compare."""
    most = max((band.high for row in rows for band in row.bands if band), default=0.0)
    return next((full for full in _FULL if full >= most), 1.0)


def draw_bars(
    paper: Paper, box: Box, rows: Sequence[Row], colours: Sequence[Colours], full: float
) -> float:
    """The rows from the top of the box; gives back where they end."""
    label_mm = min(max(width_mm(row.label.zh, _LABEL) for row in rows) + 4, box.width * 0.4)
    value_mm = 27.0
    left, room = box.left + label_mm, box.width - label_mm - value_mm
    y = box.top
    for row in rows:
        height = max(len(row.bands) * (_BAR_MM + 0.6), 2 * height_mm(_LABEL) * 0.88) + 1.8
        at = paper.lines(box.left, y, row.label.zh, label_mm - 2, size=_LABEL)
        paper.lines(box.left, at, row.label.en, label_mm - 2, size=5.6, colour=SOFT)
        for nth, (band, colour) in enumerate(zip(row.bands, colours, strict=True)):
            top = y + 0.7 + nth * (_BAR_MM + 0.6)
            _bar(paper, Box(left, top, room, _BAR_MM), band, colour, full)
            paper.text(left + room + 2, top + _BAR_MM - 0.6, shown(band, "share"), size=6.8)
        y += height
    paper.rule(y, left, left + room, colour=LINE)
    paper.text(left, y + 3, "0", size=6, colour=SOFT)
    paper.text(left + room, y + 3, f"{full:.0%}", size=6, colour=SOFT, align="right")
    return y + 5


def rows_mm(rows: Sequence[Row]) -> float:
    """How tall :func:`draw_bars` draws them."""
    each = [
        max(len(row.bands) * (_BAR_MM + 0.6), 2 * height_mm(_LABEL) * 0.88) + 1.8 for row in rows
    ]
    return sum(each) + 5


def _bar(paper: Paper, box: Box, band: Band | None, colour: Colours, full: float) -> None:
    if band is None:
        paper.text(box.left, box.bottom - 0.6, "未知 unknown", size=6.4, colour=SOFT)
        return
    least, most = (min(end / full, 1.0) * box.width for end in band)
    paper.box(Box(box.left, box.top, box.width, box.height), fill="#eef1f3")
    bottom, tall = 1 - box.bottom / paper.height, box.height / paper.height
    for start, end, pattern in ((0.0, least, ""), (least, most, "////")):
        if end - start < 0.05:
            continue
        corner = (box.left + start) / paper.width, bottom
        paper.figure.add_artist(
            Rectangle(
                corner,
                (end - start) / paper.width,
                tall,
                facecolor="none" if pattern else colour.fill,
                hatch=pattern,
                hatchcolor=colour.fill,
                edgecolor=colour.line,
                linewidth=0.5,
            )
        )
    if most < 0.05:
        paper.rule(box.top + box.height / 2, box.left, box.left + 0.3, colour=INK, width=1)

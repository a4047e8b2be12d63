"""The legend beside a map: what each thing is, and how much of it there is."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from matplotlib.patches import Ellipse, Rectangle

from geo.export.plan.colours import SOFT, STATION, Colours
from geo.text import Text
from maps.report.paper import Box, Paper

_SWATCH: Final = (8.0, 5.0)
_GAP: Final = 2.4


class Entry(NamedTuple):
    """One line of the legend: how it is drawn, what it is, its figures."""

    draw: Literal["area", "hatch", "dots", "dot", "hollow", "square", "circle"]
    colours: Colours
    label: Text
    value: str = ""
    alpha: float = 1.0


STATION_ENTRY: Final = Colours(STATION, "#ffffff")


def draw_legend(paper: Paper, box: Box, entries: Sequence[Entry], says: Sequence[Text]) -> None:
    """The entries from the top, and what has to be said below them."""
    y = box.top
    y = paper.lines(box.left, y, "图例 Legend", box.width, size=9, bold=True) + 1.5
    for entry in entries:
        _draw(paper, Box(box.left, y + 0.6, *_SWATCH), entry)
        left = box.left + _SWATCH[0] + 3
        room = box.right - left
        end = paper.lines(left, y, entry.label.zh, room, size=8)
        end = paper.lines(left, end, entry.label.en, room, size=6.2, colour=SOFT)
        if entry.value:
            end = paper.lines(left, end, entry.value, room, size=8, bold=True)
        y = max(end, y + _SWATCH[1]) + _GAP
    paper.rule(y, box.left, box.right)
    y += 1.5
    for each in says:
        y = paper.both(box.left, y, each, box.width, size=7.4) + 1.2


def _draw(paper: Paper, box: Box, entry: Entry) -> None:
    fill, line = entry.colours
    wide, tall = box.width / paper.width, box.height / paper.height
    x, y = box.left / paper.width, 1 - box.bottom / paper.height
    add, middle = paper.figure.add_artist, (x + wide / 2, y + tall / 2)
    if entry.draw == "area":
        add(Rectangle((x, y), wide, tall, facecolor=fill, edgecolor="none", alpha=entry.alpha))
        add(Rectangle((x, y), wide, tall, facecolor="none", edgecolor=line, linewidth=0.8))
    elif entry.draw in {"hatch", "dots"}:
        pattern = "////" if entry.draw == "hatch" else "...."
        add(
            Rectangle(
                (x, y),
                wide,
                tall,
                facecolor="none",
                edgecolor=line,
                hatchcolor=fill,
                hatch=pattern,
                linewidth=0.8,
            )
        )
    elif entry.draw == "square":
        side = 4.2 / paper.width, 4.2 / paper.height
        corner = middle[0] - side[0] / 2, middle[1] - side[1] / 2
        add(Rectangle(corner, *side, facecolor=fill, edgecolor=line, linewidth=0.8))
    else:
        size = {"dot": 2.2, "hollow": 2.4, "circle": 4.4}[entry.draw]
        face = "none" if entry.draw == "hollow" else fill
        edge = fill if entry.draw == "hollow" else line
        add(
            Ellipse(
                middle,
                size / paper.width,
                size / paper.height,
                facecolor=face,
                edgecolor=edge,
                linewidth=0.8,
            )
        )

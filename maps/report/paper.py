"""A page of the report: a sheet of paper in millimetres, with what stands on every page.

Positions are millimetres from the upper left corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from geo.export.plan.colours import INK, LINE, SOFT
from geo.text import Text
from maps.options import PaperSize
from maps.report.letters import height_mm, width_mm, wrapped
from maps.report.line import Line, Style

_SIZES_MM: Final[dict[PaperSize, tuple[float, float]]] = {
    "a4": (297.0, 210.0),
    "a3": (420.0, 297.0),
}
MARGIN: Final = 12.0
TOP: Final = 27.0
_FOOT: Final = 20.0
_MM_PER_INCH: Final = 25.4
_WARNING: Final = "#8a1c12"


class Standing(NamedTuple):
    """What every page says: of which plan, what its data are, where they come from."""

    title: Text
    synthetic: Text | None
    warning: Text | None
    imprint: Sequence[str]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


class Paper:
    """One page, with its heading and its foot."""

    def __init__(self, standing: Standing, heading: Text, *, size: PaperSize = "a4") -> None:
        self.width, self.height = _SIZES_MM[size]
        self.heading = heading
        self.figure = Figure(figsize=(self.width / _MM_PER_INCH, self.height / _MM_PER_INCH))
        self._standing = standing
        self._head()
        self._foot()

    @property
    def body(self) -> Box:
        """What is free for the page's own matter."""
        wide, tall = self.width - 2 * MARGIN, self.height - TOP - _FOOT - 4
        return Box(MARGIN, TOP, wide, tall)

    def number(self, page: int, pages: int) -> None:
        """Which page of how many."""
        at = self.width - MARGIN, self.height - 6
        self.text(*at, f"{page} / {pages}", size=7.5, colour=SOFT, align="right")

    def text(self, x: float, y: float, text: str, **style: Unpack[Style]) -> None:
        """One line; ``y`` is its baseline."""
        self.figure.add_artist(Line(x / self.width, 1 - y / self.height, text, **style))

    def lines(self, x: float, y: float, text: str, room: float, **style: Unpack[Style]) -> float:
        """A text broken to a width, from ``y`` downwards; gives back where it ends."""
        tall = height_mm(style["size"])
        for line in wrapped(text, room, style["size"], bold=style.get("bold", False)):
            y += tall
            self.text(x, y - 0.28 * tall, line, **style)
        return y

    def both(
        self, x: float, y: float, text: Text, room: float, *, size: float, bold: bool = False
    ) -> float:
        """Chinese, and English below it, smaller; gives back where it ends."""
        y = self.lines(x, y, text.zh, room, size=size, bold=bold)
        return self.lines(x, y, text.en, room, size=0.76 * size, colour=SOFT)

    def box(self, box: Box, *, fill: str = "none", line: str = "none", width: float = 0.6) -> None:
        """A rectangle."""
        corner = box.left / self.width, 1 - box.bottom / self.height
        size = box.width / self.width, box.height / self.height
        self.figure.add_artist(
            Rectangle(corner, *size, facecolor=fill, edgecolor=line, linewidth=width, zorder=-1)
        )

    def rule(
        self, y: float, left: float, right: float, *, colour: str = LINE, width: float = 0.5
    ) -> None:
        """A line across."""
        across = [left / self.width, right / self.width]
        height = 1 - y / self.height
        self.figure.add_artist(Line2D(across, [height, height], color=colour, linewidth=width))

    def axes(self, box: Box, **options: Any) -> Axes:  # noqa: ANN401  matplotlib's own
        """A part of the page to draw in."""
        left, bottom = box.left / self.width, 1 - box.bottom / self.height
        return self.figure.add_axes(
            (left, bottom, box.width / self.width, box.height / self.height), **options
        )

    def _head(self) -> None:
        title, right = self._standing.title, self.width - MARGIN
        line = f"{title.zh} · {self.heading.zh}"
        self.text(MARGIN, 14.5, line, size=15, bold=True)
        self.text(MARGIN, 20, f"{title.en} · {self.heading.en}", size=9, colour=SOFT)
        if self._standing.synthetic:
            self._label(right, self._standing.synthetic)
        self.rule(23, MARGIN, right, colour=INK, width=0.9)

    def _label(self, right: float, label: Text) -> None:
        """What nobody may overlook: the data are made up."""
        wide = max(width_mm(label.zh, 10, bold=True), width_mm(label.en, 7)) + 6
        self.box(Box(right - wide, 8, wide, 12), fill="#fdecea", line=_WARNING, width=1.2)
        middle = right - wide / 2
        self.text(middle, 13.2, label.zh, size=10, bold=True, colour=_WARNING, align="center")
        self.text(middle, 17.8, label.en, size=7, colour=_WARNING, align="center")

    def _foot(self) -> None:
        top, right = self.height - _FOOT, self.width - MARGIN
        self.rule(top, MARGIN, right)
        room = right - MARGIN
        if self._standing.warning:
            zh, en = self._standing.warning
            y = self.lines(MARGIN, top + 0.4, zh, room, size=7, bold=True, colour=_WARNING)
            self.lines(MARGIN, y, en, room, size=5.6, colour=_WARNING)
        self.text(
            MARGIN, self.height - 6, " · ".join(self._standing.imprint), size=6.2, colour=SOFT
        )

"""One line of text at a place. Letters stay letters, so they are found in the document."""

from functools import cache
from typing import Any, Final, Literal, Required, TypedDict

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import PathEffectRenderer, Stroke

from geo.export.plan.colours import INK
from maps.report.letters import FAMILY, printable, width_pt

Align = Literal["left", "center", "right"]
_SHARES: Final[dict[Align, float]] = {"left": 0.0, "center": 0.5, "right": 1.0}
# From the baseline to the middle of a Chinese letter, of its height.
_MIDDLE: Final = 0.36
_ABOVE_PATCHES: Final = 3


class Style(TypedDict, total=False):
    """How a line looks; ``size`` in points."""

    size: Required[float]
    colour: str
    bold: bool
    align: Align


class Line(Artist):
    """Matplotlib's own text measures each line anew, which took half of a report's time.

    The place is in the data of the axes or in shares of the figure that it is added to; ``y`` is
    the baseline or, with ``middle``, the middle of the letters.
    """

    def __init__(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        colour: str = INK,
        bold: bool = False,
        align: Align = "left",
        middle: bool = False,
        halo: bool = False,
        zorder: float = _ABOVE_PATCHES,
    ) -> None:
        super().__init__()
        self.set_zorder(zorder)
        self._at, self._text, self._size, self._bold = (x, y), printable(text), size, bold
        self._colour, self._halo = colour, halo
        self._left = _SHARES[align] * width_pt(self._text, size, bold=bold)
        self._down = _MIDDLE * size if middle else 0.0

    def draw(self, renderer: RendererBase, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, ARG002  as matplotlib declares it
        """Called by matplotlib."""
        pixels: Any = renderer.points_to_pixels(1.0)
        x, y = self.get_transform().transform(self._at)
        x, y = x - self._left * pixels, y - self._down * pixels
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        gc = renderer.new_gc()
        self._set_gc_clip(gc)  # type: ignore[attr-defined]
        gc.set_foreground(self._colour)
        font = _font(self._size, bold=self._bold)
        if self._halo:
            behind = PathEffectRenderer([Stroke(linewidth=3.2, foreground="#ffffff")], renderer)
            behind.draw_text(gc, x, y, self._text, font, 0.0)
        renderer.draw_text(gc, x, y, self._text, font, 0.0)
        gc.restore()
        self.stale = False


@cache
def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(family=FAMILY, size=size, weight="bold" if bold else "normal")

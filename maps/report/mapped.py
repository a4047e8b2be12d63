"""A map on a page of the report: areas, borders, stations, names, numbers, the scale."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from geo.export.plan.colours import INK, LINE, SOFT, STATION, Colours
from maps.report.land import Land, Points, View
from maps.report.letters import height_mm, width_mm
from maps.report.line import Line
from maps.report.paper import Box, Paper

_LAND, _BEYOND, _SEA = "#fbfaf5", "#eceeed", "#ffffff"
_NAME: Final = 7.0
# Many stations are drawn smaller.
_MANY: Final = 300


class Map:
    """A map on a page: the land, and what is drawn on it."""

    def __init__(self, paper: Paper, box: Box, land: Land, view: View) -> None:
        self.land = land
        self.view = view.fitted(box)
        self.axes = paper.axes(box, facecolor=_SEA)
        self.axes.set(
            xlim=(self.view.west, self.view.east),
            ylim=(self.view.south, self.view.north),
            xticks=[],
            yticks=[],
        )
        for spine in self.axes.spines.values():
            spine.set(color=LINE, linewidth=0.6)
        self.metres_per_mm = (self.view.east - self.view.west) / box.width
        self._taken: list[BaseGeometry] = []
        for _, shape in land.neighbours:
            self.area(shape, fill=_BEYOND)
            self._line(shape.boundary, colour="#b8bfc3", width=0.5)
        self.area(land.outline, fill=_LAND)

    def area(
        self,
        shape: BaseGeometry,
        colours: Colours | None = None,
        *,
        fill: str = "none",
        alpha: float = 1.0,
        hatch: str = "",
        dashed: bool = False,
        width: float = 0.8,
    ) -> None:
        """An area of the plane: filled, hatched by a pattern of matplotlib's, with a dark line."""
        seen = shapely.intersection(shape, self.view.shape)
        inside = _path(seen)
        if colours and hatch:
            self._patch(
                inside,
                facecolor=fill,
                alpha=None,
                edgecolor="none",
                linewidth=0,
                hatch=hatch,
                hatchcolor=colours.fill,
            )
        else:
            self._patch(
                inside, facecolor=colours.fill if colours else fill, edgecolor="none", alpha=alpha
            )
        if colours:
            style = (0, (4, 2)) if dashed else "solid"
            outline = _lines(shapely.intersection(shape.boundary, self.view.shape))
            self._patch(
                outline, facecolor="none", edgecolor=colours.line, linewidth=width, linestyle=style
            )

    def borders(self) -> None:
        """Borders of districts, of the city, and of the nation where they pass."""
        for shape in self.land.districts:
            self._line(shape.boundary, colour=LINE, width=0.5)
        self._line(self.land.outline.boundary, colour=INK, width=1.1)
        if not self.land.nation.is_empty:
            self._line(self.land.nation, colour=INK, width=1.4)

    def frame(self, view: View) -> None:
        """The edge of another map."""
        self._line(view.shape.boundary, colour="#c4281b", width=1.6)

    def stations(self) -> None:
        """Those that count as dots, those of suspect position hollow."""
        size = 3.0 if len(self.land.counted) > _MANY else 9.0
        x, y = self.land.counted.T
        self.axes.scatter(x, y, s=size, c=STATION, edgecolors="#ffffff", linewidths=0.35, zorder=4)
        if len(self.land.suspect):
            x, y = self.land.suspect.T
            self.axes.scatter(x, y, s=14, c="none", edgecolors=STATION, linewidths=0.9, zorder=4)

    def number(self, at: Points, text: str, colours: Colours, *, colour: str, round_: bool) -> None:
        """A numbered mark, unless it would lie on another one."""
        side = max(width_mm(text, 7, bold=True) + 2.2, 4.0) * self.metres_per_mm
        spot = shapely.box(at[0] - side / 2, at[1] - side / 2, at[0] + side / 2, at[1] + side / 2)
        if not self.view.shape.contains(spot) or any(spot.intersects(each) for each in self._taken):
            return
        self._taken.append(spot)
        mark = shapely.Point(at).buffer(side / 2) if round_ else spot
        self._patch(
            _path(mark), facecolor=colours.fill, edgecolor=colours.line, linewidth=0.8, zorder=6
        )
        x, y = at.tolist()
        self._write(x, y, text, size=7, zorder=7, bold=True, colour=colour)

    def names(self, below: Sequence[str] = ()) -> None:
        """The districts' names, each with what is to stand below it; and the neighbours'."""
        for nth, place in enumerate(self.land.plan.districts):
            more = below[nth] if below else ""
            at = self.land.points([place.centre])[0]
            self._name(at, [place.name, more] if more else [place.name], INK)
        for city, shape in self.land.neighbours:
            seen = shapely.intersection(shape, self.view.shape)
            if seen.area > 0.01 * self.view.shape.area:
                at = np.array(seen.representative_point().coords[0])
                self._name(at, [city.name], SOFT)

    def _name(self, at: Points, lines: Sequence[str], colour: str) -> None:
        """A name with a light edge, where it has room."""
        wide = max(width_mm(line, _NAME, bold=True) for line in lines) * self.metres_per_mm
        tall = len(lines) * height_mm(_NAME) * self.metres_per_mm
        for shift in (0.0, 1.0, -1.0, 2.0, -2.0):
            x, y = float(at[0]), float(at[1]) + shift * tall * 0.8
            spot = shapely.box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            if not self.view.shape.contains(spot):
                return
            if not any(spot.intersects(each) for each in self._taken):
                self._taken.append(spot)
                break
        else:
            return
        for nth, line in enumerate(lines):
            height = y + tall / 2 - (nth + 0.5) * tall / len(lines)
            self._write(
                x, height, line, size=_NAME, zorder=5, colour=colour, bold=nth == 0, halo=True
            )

    def scale_bar(self) -> None:
        """A length of the plane, which is one on the ground at this latitude; and the north."""
        length = _round_down(0.22 * (self.view.east - self.view.west))
        mm, half = self.metres_per_mm, length / 2
        west, south = self.view.west + 5 * mm, self.view.south + 4 * mm
        self._plate(west - 3 * mm, south - 2 * mm, length + 12 * mm, 9 * mm)
        for nth, colour in enumerate((INK, "#ffffff")):
            bar = shapely.box(west + nth * half, south, west + (nth + 1) * half, south + 1.4 * mm)
            self._patch(_path(bar), facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=9)
        shown = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
        for x, text in ((west, "0"), (west + length, shown)):
            self._write(x, south + 4 * mm, text, size=6.5, zorder=9)
        x, y = self.view.west + 7 * mm, self.view.north - 14 * mm
        arrow = shapely.Polygon(
            [(x - 2 * mm, y), (x, y + 7 * mm), (x + 2 * mm, y), (x, y + 1.6 * mm)]
        )
        self._plate(x - 4 * mm, y - 1.5 * mm, 8 * mm, 14 * mm)
        self._patch(_path(arrow), facecolor=INK, edgecolor="none", zorder=9)
        self._write(x, y + 9.5 * mm, "北 N", size=6.5, zorder=9)

    def _plate(self, west: float, south: float, wide: float, tall: float) -> None:
        """Light ground under what must be read; no name is put there."""
        plate = shapely.box(west, south, west + wide, south + tall)
        self._taken.append(plate)
        self._patch(_path(plate), facecolor="#ffffff", edgecolor="none", alpha=0.85, zorder=8)

    def _write(self, x: float, y: float, text: str, **style: Any) -> None:  # noqa: ANN401
        self.axes.add_artist(Line(x, y, text, align="center", middle=True, **style))

    def _patch(self, path: Path | None, **style: Any) -> None:  # noqa: ANN401
        """Without ``add_patch``, which measures every curve to set limits that are set already."""
        if path is not None:
            self.axes.add_artist(PathPatch(path, **style))

    def _line(self, shape: BaseGeometry, *, colour: str, width: float) -> None:
        seen = _lines(shapely.intersection(shape, self.view.shape))
        self._patch(seen, facecolor="none", edgecolor=colour, linewidth=width, zorder=3)


def _round_down(length: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(length))
    return max(step * power for step in (1, 2, 5) if step * power <= length)


def _path(shape: BaseGeometry) -> Path | None:
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    return _joined(rings)


def _lines(shape: BaseGeometry) -> Path | None:
    return _joined(
        [
            each
            for each in shapely.get_parts(shape)
            if each.geom_type in {"LineString", "LinearRing"}
        ]
    )


def _joined(lines: Sequence[BaseGeometry]) -> Path | None:
    if not lines:
        return None
    return Path.make_compound_path(*(Path(shapely.get_coordinates(line)) for line in lines))

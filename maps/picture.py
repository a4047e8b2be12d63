"""A city's map as a picture, for pages that can show nothing else."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from shapely.geometry.base import BaseGeometry

from geo.catalogue import SYNTHETIC
from geo.places import Places
from geo.snapshot import Snapshot
from maps.facts import CityFacts, city_facts
from maps.outlines import CITY_TOLERANCE_DEG

SIZE_PX = 480
_DPI = 160
_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
_GROUND, _BORDER, _STATION, _INK = "#f7f4ec", "#7d8b96", "#0b5c8a", "#17232c"


def city_picture(places: Places, snapshot: Snapshot, adcode: str) -> bytes:
    """A square PNG of :data:`SIZE_PX` twice over: districts, stations, how complete the list is.

    Names are Chinese where the machine has a Chinese font, English elsewhere. Raises
    :class:`~geo.errors.NotFoundError` and :class:`~geo.errors.InputError` as a map does.
    """
    facts = city_facts(places, snapshot, adcode)
    chinese = _chinese_font()
    figure = Figure(figsize=(2 * SIZE_PX / _DPI, 2 * SIZE_PX / _DPI), dpi=_DPI)
    figure.set_facecolor("#ffffff")
    axes = figure.add_axes((0.03, 0.13, 0.94, 0.75))
    axes.set_axis_off()
    outlines = [places.outline(d.place.adcode, "district") for d in facts.districts]
    for outline in shapely.coverage_simplify(outlines, CITY_TOLERANCE_DEG) if outlines else ():
        _draw(axes, outline)
    sound = [s.position for s in facts.stations if s.answerable]
    if sound:
        lons, lats = np.array(sound).T
        axes.scatter(lons, lats, s=14, c=_STATION, edgecolors="#ffffff", linewidths=0.6, zorder=3)
    axes.set_aspect(1.0 / np.cos(np.radians(facts.place.centre.lat)))
    name = facts.place.name if chinese else facts.place.name_en
    title = f"{name}户外劳动者驿站" if chinese else f"Rest stations in {name}"
    style: dict[str, Any] = {"family": chinese} if chinese else {}
    figure.text(0.04, 0.93, title, fontsize=15, weight="bold", color=_INK, **style)
    for nth, line in enumerate(_lines(facts, snapshot, chinese=bool(chinese))):
        figure.text(0.04, 0.075 - 0.035 * nth, line, fontsize=8, color=_INK, **style)
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=_DPI, metadata={"Software": "yizhan"})
    return target.getvalue()


def _lines(facts: CityFacts, snapshot: Snapshot, *, chinese: bool) -> Sequence[str]:
    known = len(facts.stations)
    stated = facts.completeness
    if not facts.has_list:
        first = "还没有公布的名录" if chinese else "no list has been published"
    elif stated:
        said = stated.says(facts.listed_in_network)
        first = said.zh if chinese else said.en
    else:
        first = f"{known} 个站点" if chinese else f"{known} stations"
    label = (SYNTHETIC.zh if chinese else SYNTHETIC.en) if snapshot.info.synthetic else ""
    second = f"行政区划：天地图 · 版本 {snapshot.revision}" if chinese else snapshot.revision
    return [" · ".join(filter(None, (label, first))), second]


def _draw(axes: Axes, outline: BaseGeometry) -> None:
    for polygon in shapely.get_parts(outline):
        lon, lat = shapely.get_coordinates(polygon.exterior).T
        axes.fill(lon, lat, facecolor=_GROUND, edgecolor=_BORDER, linewidth=0.8)


def _chinese_font() -> str | None:
    known = {font.name for font in fontManager.ttflist}
    return next((name for name in _FONTS if name in known), None)

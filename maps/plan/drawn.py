"""The layers of a plan: reach at each threshold, what lies outside, two or more, gaps, sites.

What is drawn is simplified, and nothing is measured on it: figures come from the plan.
"""

from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.planning.model import CityPlan
from geo.position import Position
from maps import drawing, outlines
from maps.ground import Ground, area
from maps.layers import Drawn
from maps.options import Options
from maps.plan.districts import label_value
from maps.plan.gaps import DRAWN_DEG
from maps.plan.reach import Reach, of_plan

_LABELLED = 12
_SCRIPTS = ("shapes.js", "direct.js")


def reach_layers(plan: CityPlan, ground: Ground, options: Options) -> Iterator[Drawn]:
    """From the farthest threshold to the nearest, so that each lies on the one beyond it."""
    reaches = of_plan(plan)[::-1]
    for nth, reach in enumerate(reaches):
        covered = plan.coverage(reach.threshold).covered
        if covered is not None:
            yield _uncovered(reach, ground.outline, covered, options, show=nth == 0)
    for reach in reaches:
        coverage = plan.coverage(reach.threshold)
        if coverage.covered is not None:
            yield _labelled(f"reach_{reach.key}", reach.css, coverage.covered, reach, options)
    for reach in reaches:
        coverage = plan.coverage(reach.threshold)
        if coverage.backup is not None:
            part = area("backup", _simple(coverage.backup), options)
            part["fill"] = "url(#hatch-backup)"
            yield _direct(f"backup_{reach.key}", part, show=False)


def district_layer(plan: CityPlan, ground: Ground, options: Options) -> Drawn:
    """The districts, shaded by stations per 100,000 people; named, so that the map can choose."""
    rates = {each.adcode: each.per_100k for one in plan.fairness for each in one.districts}
    parts = [
        outlines.area_part(
            place, outline, rate=rates.get(place.adcode), facts=[], datum=options.datum
        )
        | {"id": place.adcode}
        for place, outline in zip(plan.districts, ground.districts, strict=True)
    ]
    data = {"pane": "ground", "parts": parts}
    return Drawn("districts", "shapes", data, scripts=("shapes.js",), show=False)


def land(ground: Ground, options: Options) -> Drawn:
    """The city's own land, plain."""
    part = area("land", shapely.union_all(ground.districts), options)
    data = {"pane": "ground", "parts": [part]}
    return Drawn("land", "shapes", data, scripts=("shapes.js",), show=not options.tiles)


def name_layer(plan: CityPlan, ground: Ground) -> Drawn:
    """The districts' names, each with the share that the farthest threshold reaches."""
    if not plan.coverages:
        return ground.names(((each, None) for each in plan.districts), movable=True)
    last = plan.coverage(of_plan(plan)[-1].threshold)
    pairs = zip(plan.districts, last.districts, strict=True)
    labels = ((place, label_value(plan, covered)) for place, covered in pairs)
    return ground.names(labels, movable=True)


def _labelled(key: str, css: str, shape: BaseGeometry, reach: Reach, options: Options) -> Drawn:
    part = area(css, _simple(shape), options)
    # Labels of one threshold stand above its patches, those of the next below.
    side = "top" if int(reach.key) % 2 else "foot"
    part["label"] = {"text": list(reach.within), "class": css, "side": side}
    return _direct(key, part)


def _uncovered(
    reach: Reach, outline: BaseGeometry, covered: BaseGeometry, options: Options, *, show: bool
) -> Drawn:
    shape = _simple(shapely.difference(outline, covered))
    part = area("uncovered", shape, options)
    part["fill"] = "url(#hatch-uncovered)"
    part["label"] = {
        "text": list(reach.beyond),
        "class": "uncovered",
        "side": "middle",
        "spots": list(_spots(shape, options)),
    }
    return _direct(f"uncovered_{reach.key}", part, show=show)


def _spots(shape: BaseGeometry, options: Options) -> Iterator[list[int]]:
    """Where a label has most room: middle and radius of the largest patches."""
    patches = sorted(shapely.get_parts(shape), key=shapely.area, reverse=True)[:_LABELLED]
    for patch in patches:
        circle = shapely.maximum_inscribed_circle(patch, 0.002)
        lon, lat = shapely.get_coordinates(circle)[0].tolist()
        yield [
            *drawing.point(Position(lon, lat), datum=options.datum),
            round(shapely.length(circle) * 1e6),
        ]


def _direct(key: str, part: dict[str, Any], *, show: bool = True) -> Drawn:
    data = {"pane": "reach", "parts": [part]}
    return Drawn(key, "direct", data, scripts=_SCRIPTS, show=show)


def _simple(shape: BaseGeometry) -> BaseGeometry:
    return shapely.make_valid(shapely.simplify(shape, DRAWN_DEG))

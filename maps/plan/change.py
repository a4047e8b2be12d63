"""Before and after: what each cause moved, and where reach was gained and lost."""

from typing import Any

import shapely

from geo.planning import words
from geo.planning.model import Band, Cause, Change, CityPlan
from geo.text import Text
from maps.ground import area, shapes
from maps.layers import Drawn
from maps.options import Options
from maps.plan import tables
from maps.plan.gaps import DRAWN_DEG
from maps.plan.reach import Reach, of_plan
from maps.plan.tables import Column, Row

_LISTED = 50


def change_block(plan: CityPlan) -> dict[str, Any]:
    """For each threshold and lens that was compared a table of causes; and who changed."""
    return {
        "tables": [
            {
                "title": list(_title(change)),
                "says": list(_says(plan, change)),
                "whole": change.lens.code == "all",
            }
            | tables.table(_columns(change), _rows(change))
            for change in plan.change
        ],
        # The same stations changed under every threshold and lens.
        "stations": [
            {
                "label": list(cause.label),
                "ids": list(cause.stations[:_LISTED]),
                "more": max(len(cause.stations) - _LISTED, 0),
            }
            for cause in (plan.change[0].causes if plan.change else ())
            if cause.stations
        ],
    }


def change_layers(plan: CityPlan, options: Options) -> list[Drawn]:
    """What was reached before, gained since and lost since, of all stations; not shown at first."""
    found = []
    for reach in of_plan(plan):
        change = next(
            (c for c in plan.change if c.threshold == reach.threshold and c.lens.code == "all"),
            None,
        )
        now = plan.coverage(reach.threshold).covered
        if change is None or change.covered_before is None or now is None:
            continue
        before = change.covered_before
        for name, shape in (
            ("before", before),
            ("gained", shapely.difference(now, before)),
            ("lost", shapely.difference(before, now)),
        ):
            css = f"before {reach.css}" if name == "before" else name
            part = area(css, shapely.simplify(shape, DRAWN_DEG), options)
            if name != "before":
                part["fill"] = f"url(#hatch-{name})"
            found.append(shapes(f"{name}_{reach.key}", "reach", [part], show=False))
    return found


def compared(plan: CityPlan) -> list[Reach]:
    """The thresholds whose reach before is drawn."""
    drawn = {
        each.threshold
        for each in plan.change
        if each.lens.code == "all" and each.covered_before is not None
    }
    return [each for each in of_plan(plan) if each.threshold in drawn]


def _title(change: Change) -> Text:
    (zh, en), lens = change.threshold.label, change.lens.label
    return Text(f"≤ {zh}，{lens.zh}", f"≤ {en}, {lens.en}")


def _says(plan: CityPlan, change: Change) -> Text:
    before = words.percent(words.share(plan, change.before))
    after = words.percent(words.share(plan, change.after))
    zh, en = words.since(change)
    return Text(f"{zh}：{before}；现在：{after}", f"{en}: {before}; now: {after}")


def _columns(change: Change) -> list[Column]:
    bands = [change.people, change.area_m2]
    bands += [band for cause in change.causes for band in (cause.people, cause.area_m2)]
    split = any(round(band.low) != round(band.high) for band in bands if band is not None)
    zh, en = ("（下限 / 上限）", ", lower / upper end") if split else ("", "")
    return [
        Column(Text("原因", "Cause")),
        Column(Text("站点", "Stations")),
        *([Column(Text(f"人口{zh}", f"People{en}"))] if change.people is not None else []),
        Column(Text(f"面积 m²{zh}", f"Area, m²{en}")),
    ]


def _rows(change: Change) -> list[Row]:
    stations = len({each for cause in change.causes for each in cause.stations})
    total = Text("合计", "Total")
    return [
        *(
            Row(cause.code, _cells(cause.label, nth, len(cause.stations), cause))
            for nth, cause in enumerate(change.causes)
        ),
        Row("total", _cells(total, len(change.causes), stations, change)),
    ]


def _cells(label: Text, nth: int, stations: int, moved: Cause | Change) -> list[tables.Cell]:
    bands = [each for each in (moved.people, moved.area_m2) if each is not None]
    return [
        tables.text(label, nth),
        tables.number(f"{stations:,}", stations),
        *(tables.number(_signed(each), sum(each)) for each in bands),
    ]


def _signed(band: Band) -> str:
    """What the lower and the upper end moved by, whole, so that parts add up; once if equal."""
    low, high = (f"{round(end):+,}".replace("-", "−") if round(end) else "0" for end in band)
    return low if low == high else f"{low} / {high}"

"""Before and after: what each cause moved, and where reach was gained and lost."""

from typing import Any

import shapely

from geo.planning.model import Band, CityPlan, Change
from geo.text import Text
from maps.ground import area, shapes
from maps.layers import Drawn
from maps.options import Options
from maps.plan import tables, words
from maps.plan.gaps import DRAWN_DEG
from maps.plan.reach import Reach, of_plan
from maps.plan.tables import Column, Row


def change_blocks(plan: CityPlan) -> list[dict[str, Any]]:
    """For each threshold and lens that was compared: the shares, and a table of causes."""
    return [
        {
            "title": list(_title(change)),
            "says": list(_says(plan, change)),
            "stations": [
                {"label": list(cause.label), "ids": list(cause.stations)}
                for cause in change.causes
                if cause.stations
            ],
        }
        | tables.table(_columns(change), _rows(change))
        for change in plan.change
    ]


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
    return Text(
        f"版本 {change.since}：{before}；现在：{after}",
        f"revision {change.since}: {before}; now: {after}",
    )


def _columns(change: Change) -> list[Column]:
    return [
        Column(Text("原因", "Cause")),
        Column(Text("站点", "Stations")),
        *([Column(Text("人口变化", "People"))] if change.people is not None else []),
        Column(Text("面积变化 m²", "Area, m²")),
    ]


def _rows(change: Change) -> list[Row]:
    rows = [
        _row(cause.code, cause.label, nth, len(cause.stations), cause.people, cause.area_m2)
        for nth, cause in enumerate(change.causes)
    ]
    stations = len({each for cause in change.causes for each in cause.stations})
    total = Text("合计", "Total")
    return [*rows, _row("total", total, len(rows), stations, change.people, change.area_m2)]


def _row(
    code: str, label: Text, nth: int, stations: int, people: Band | None, area_m2: Band
) -> Row:
    cells = [tables.text(label, nth), tables.number(f"{stations:,}", stations)]
    moved = [each for each in (people, area_m2) if each is not None]
    return Row(code, [*cells, *(tables.number(_signed(each), sum(each)) for each in moved)])


def _signed(band: Band) -> str:
    """Both ends in whole numbers, so that the parts add up; one of them where they are equal."""
    low, high = (f"{round(end):+,}".replace("-", "−") if round(end) else "0" for end in band)
    return low if low == high else f"{low} … {high}"

"""The page of a province: its cities side by side, each with how complete its list is."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import shapely

from geo.catalogue import SYNTHETIC
from geo.places import Places
from geo.planning import words
from geo.planning.completeness import joint_notes
from geo.planning.model import Band, CityPlan, ListState
from geo.planning.shown import shown_people
from geo.snapshot import Snapshot
from geo.text import Text
from maps import drawing, legend, outlines
from maps.layers import Data, Drawn, OfflineMap, Panel
from maps.options import DEFAULT, Options
from maps.page import Page, RenderedPage
from maps.plan import tables
from maps.plan.links import FileLink
from maps.plan.reach import Reach, reaches
from maps.plan.tables import Column, Row

_SCRIPTS = ("tables.js", "choice.js", "ranking.js")
# Shares of a city in classes that mean the same on every page; the last bound is open.
_CLASSES: Final = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9)
_UNKNOWN: Final = "rate-unknown"
# How telling a list is; ties in the table are broken by nothing else.
_ORDER: Final[Mapping[ListState, int]] = {"complete": 3, "partial": 2, "unstated": 1, "none": 0}


def render_ranking(
    plans: Sequence[CityPlan],
    places: Places,
    snapshot: Snapshot,
    options: Options = DEFAULT,
    *,
    pages: Mapping[str, str],
    files: Sequence[FileLink] = (),
) -> RenderedPage:
    """The page of some cities' plans, made with the same parameters from one snapshot.

    ``pages`` are the addresses of their own pages by adcode; ``files`` are offered for
    download. Equal input gives equal bytes.
    """
    found = reaches(list(dict.fromkeys(each for plan in plans for each in plan.thresholds)))
    page = Page(
        "ranking.html",
        _values(plans, places, found, snapshot, options) | {"files": files},
        pages={*pages.values(), *(each.href for each in files)},
        image_hosts=options.image_hosts,
    )
    whole = outlines.padded(outlines.extent([plan.place for plan in plans]), 0.03)
    canvas = OfflineMap(initial=whole, whole=whole, datum=options.datum, tiles=options.tiles)
    for layer in _layers(plans, places, found, options):
        canvas.add_child(layer)
    canvas.add_child(Data("city-table", _table(plans, found, pages)))
    canvas.add_child(Panel(scripts=_SCRIPTS, styles=("plan.css",)))
    page.add_child(canvas)
    return page.rendered()


def _layers(
    plans: Sequence[CityPlan], places: Places, found: Sequence[Reach], options: Options
) -> list[Drawn]:
    datum = options.datum
    simple = outlines.simplified(
        [places.outline(plan.place.adcode, "city") for plan in plans],
        outlines.PROVINCE_TOLERANCE_DEG,
    )
    parts = [
        {
            "id": plan.place.adcode,
            "class": f"area {_class(share := _share(plan, found))}",
            "polygons": drawing.polygons(outline, datum=datum),
        }
        | ({"fill": "url(#hatch-unknown)"} if share is None else {})
        for plan, outline in zip(plans, simple, strict=True)
    ]
    borders = shapely.line_merge(shapely.union_all([shape.boundary for shape in simple]))
    lines = [{"class": "border-city", "lines": drawing.lines(borders, datum=datum)}]
    labels = [(plan.place, _label(plan, found)) for plan in plans]
    shapes = ("shapes.js",)
    return [
        Drawn("cities", "shapes", {"pane": "ground", "parts": parts}, scripts=shapes),
        Drawn("borders", "shapes", {"pane": "borders", "parts": lines}, scripts=shapes),
        Drawn(
            "names",
            "names",
            outlines.name_labels(labels, css="district movable", datum=datum),
            scripts=shapes,
        ),
    ]


def _share(plan: CityPlan, found: Sequence[Reach]) -> Band | None:
    """What the farthest threshold reaches; ``None`` without a list."""
    if not plan.coverages:
        return None
    return words.share(plan, plan.coverage(found[-1].threshold).city)


def _class(share: Band | None) -> str:
    """The class of what is certain."""
    if share is None:
        return _UNKNOWN
    return f"rate-{sum(share.low >= bound for bound in _CLASSES) - 1}"


def _label(plan: CityPlan, found: Sequence[Reach]) -> str:
    share = _share(plan, found)
    return "?" if share is None else words.least(plan) + words.percent(share)


def _table(
    plans: Sequence[CityPlan], found: Sequence[Reach], pages: Mapping[str, str]
) -> dict[str, Any]:
    columns = [
        Column(Text("城市", "City"), "text"),
        Column(Text("规划", "Plan"), "text"),
        Column(Text("名录", "List")),
        *(Column(each.within) for each in found),
        *(_beyond(found[-1]) if found else ()),
        Column(Text("已知站点", "Known stations")),
        Column(Text("公布", "Published")),
        Column(Text("人口", "People")),
        Column(Text("基尼系数", "Gini")),
    ]
    rows = [_row(plan, found, pages) for plan in plans]
    # By what the farthest threshold reaches; cities without a list stand last.
    return tables.table(columns, rows, by=len(found) + 2 if found else None)


def _beyond(reach: Reach) -> list[Column]:
    zh, en = reach.within
    return [
        Column(Text(f"{zh} 两站以上", f"{en} twice")),
        Column(Text("未覆盖人口", "People not reached")),
    ]


def _row(plan: CityPlan, found: Sequence[Reach], pages: Mapping[str, str]) -> Row:
    place, counts = plan.place, plan.counts
    published = plan.completeness.published if plan.completeness else None
    gini = plan.fairness[-1].gini if plan.fairness else None
    page = pages.get(place.adcode)
    return Row(
        place.adcode,
        [
            tables.text(Text(place.name, place.name_en), place.adcode),
            tables.text(Text("打开", "open") if page else "", place.adcode) | {"href": page},
            tables.text(words.LIST_STATES[plan.list_state], _ORDER[plan.list_state]),
            *(_reached(plan, each) for each in found),
            *((_backup(plan, found[-1]), _not_reached(plan, found[-1])) if found else ()),
            tables.number(
                f"{counts.listed:,}", None if plan.list_state == "none" else counts.listed
            ),
            tables.number(f"{published:,}" if published else "", published),
            tables.number(words.people(plan.people_total), plan.people_total),
            tables.number(f"{gini:.3f}" if gini is not None else "", gini),
        ],
    )


def _reached(plan: CityPlan, reach: Reach) -> tables.Cell:
    if not plan.coverages:
        return tables.unknown()
    share = words.share(plan, plan.coverage(reach.threshold).city)
    return tables.share(share, before=words.least(plan))


def _backup(plan: CityPlan, reach: Reach) -> tables.Cell:
    if not plan.coverages:
        return tables.unknown()
    city = plan.coverage(reach.threshold).city
    band = words.backup_share(city, people=words.by_people(plan))
    return tables.share(band, before=words.least(plan))


def _not_reached(plan: CityPlan, reach: Reach) -> tables.Cell:
    gaps = next((each for each in plan.gaps if each.threshold == reach.threshold), None)
    if gaps is None or gaps.people is None:
        return tables.unknown()
    most = "≤ " if gaps.in_list else ""
    return tables.number(most + shown_people(gaps.people, plan.demand_basis), sum(gaps.people))


def _values(
    plans: Sequence[CityPlan],
    places: Places,
    found: Sequence[Reach],
    snapshot: Snapshot,
    options: Options,
) -> dict[str, Any]:
    provinces = [
        places.get(code, "province")
        for code in dict.fromkeys(plan.place.parent for plan in plans if plan.place.parent)
    ]
    states = {state: sum(plan.list_state == state for plan in plans) for state in _ORDER}
    spoken_of = {
        each
        for plan in plans
        for each in snapshot.info.declarations_of(plan.place.adcode, plan.place.parent)
    }
    return legend.frame(snapshot.info, snapshot.revision, options) | {
        "title": Text(
            f"{'、'.join(each.name for each in provinces)}驿站规划",
            f"Stations of {', '.join(each.name_en for each in provinces)}: plans by city",
        ),
        "states": [(words.LIST_STATES[state], count) for state, count in states.items() if count],
        "uneven": any(plan.list_state != "complete" for plan in plans),
        "without_list": states["none"],
        "hand_in": legend.HAND_IN,
        "notes": [
            note
            for note in joint_notes([plan for plan in plans if plan.list_state == "complete"])
            if note != SYNTHETIC
        ],
        "reach": found[-1] if found else None,
        "classes": [(f"rate-{nth}", label) for nth, label in enumerate(_class_labels())],
        "sources": legend.sources(d for d in snapshot.info.declarations if d in spoken_of),
        "listed_on": None,
    }


def _class_labels() -> list[str]:
    ends = [f"{100 * bound:.0f}" for bound in _CLASSES]
    return [*(f"{a}–{b} %" for a, b in pairwise(ends)), f"≥ {ends[-1]} %"]

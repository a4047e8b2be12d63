"""``plan.gpkg``: a plan as layers for a GIS, each with the style in which QGIS shows it.

WGS-84 (EPSG:4326). Every layer says in ``label`` what its data are: made up, or of a list that
is not whole; the table ``about`` has all warnings of the plan.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pyogrio.raw
import shapely
from shapely.geometry.base import BaseGeometry

from geo.coverage.scope import Scope, scope_of
from geo.export.plan import styles
from geo.export.plan.colours import colours_of
from geo.places import Places
from geo.planning import words
from geo.planning.model import Band, CityPlan, Coverage, Gaps, Proposal, Threshold
from geo.snapshot import Snapshot
from geo.station import Station
from geo.text import Text
from geo.vocabulary import vocabulary

Kind = Literal["Point", "MultiPolygon"]
Row = Mapping[str, Any]


class Layer(NamedTuple):
    """Rows of a layer with their shapes, and its style."""

    name: str
    kind: Kind
    shapes: Sequence[BaseGeometry]
    rows: Sequence[Row]
    style: styles.Style


def write_layers(path: Path, plan: CityPlan, places: Places, snapshot: Snapshot) -> None:
    """Write the file, from the snapshot that the plan was made from. Equal plans, equal bytes."""
    label = " ".join(map(str, words.warnings(plan)))
    layers = [each for each in _layers(plan, places, snapshot) if each.rows]
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
        draft = Path(folder) / path.name
        with _unsynchronised():
            for layer in layers:
                _write(draft, layer, label)
            _write_about(draft, plan)
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as file:
            with file:
                styles.add_styles(file, {each.name: each.style for each in layers}, plan.made_at)
            # Written anew in one piece, a database does not show in how many steps it was made.
            file.execute("VACUUM INTO ?", [str(path)])


@contextmanager
def _unsynchronised() -> Iterator[None]:
    """Let GDAL not wait for the disk after each layer: a file of ours is whole or thrown away."""
    option = "OGR_SQLITE_SYNCHRONOUS"
    before = pyogrio.get_gdal_config_option(option)
    pyogrio.set_gdal_config_options({option: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({option: before})


def key_of(threshold: Threshold) -> str:
    """A threshold in the name of a layer: ``500m``, ``15min_walk``."""
    if threshold.minutes is not None:
        return f"{threshold.minutes:g}min_{threshold.mode or 'walk'}".replace(".", "_")
    return f"{threshold.radius_m:g}m".replace(".", "_")


def _layers(plan: CityPlan, places: Places, snapshot: Snapshot) -> Iterator[Layer]:
    """From what lies on top to what lies below."""
    reach_m = max((each.radius_m for each in plan.thresholds), default=0.0)
    scope = scope_of(snapshot, places, plan.place.adcode, reach_m=reach_m)
    yield _stations(scope)
    yield from _sites(plan)
    for threshold, colours in colours_of(plan.thresholds).items():
        yield from _reached(plan.coverage(threshold), styles.area_style(colours, alpha=180))
    for gaps in plan.gaps:
        yield _gaps(gaps)
    yield _districts(plan, places)


def _reached(coverage: Coverage, style: styles.Style) -> Iterator[Layer]:
    """What is reached once, and what twice."""
    threshold, city = coverage.threshold, coverage.city
    for name, shape, people, area, shown in (
        ("backup", coverage.backup, city.people_backup, city.area_backup, styles.BACKUP),
        ("coverage", coverage.covered, city.people, city.area, style),
    ):
        if shape is None or shape.is_empty:
            continue
        row = {
            "reach": str(threshold.label),
            "radius_m": threshold.radius_m,
            "minutes": threshold.minutes,
            **_ends("people", people),
            **_ends("area_km2", area),
        }
        yield Layer(f"{name}_{key_of(threshold)}", "MultiPolygon", [shape], [row], shown)


def _stations(scope: Scope) -> Layer:
    """The city's own and those of others that reach in; ``role`` says how each counts."""
    return Layer(
        "stations",
        "Point",
        [shapely.Point(each.position) for each in scope.stations],
        [_station(scope, at, each) for at, each in enumerate(scope.stations)],
        styles.STATIONS,
    )


def _station(scope: Scope, at: int, station: Station) -> Row:
    if not scope.existing[at]:
        role = "other"
    elif not scope.open_status[at]:
        role = "not_open"
    elif scope.suspect[at]:
        role = "suspect"
    else:
        role = "counted" if scope.own[at] else "neighbour"
    return {
        "id": station.id,
        "name": station.name,
        "kind": station.kind,
        "kind_name": str(vocabulary().kinds[station.kind].label),
        "role": role,
        "status": station.status,
        "address": station.address,
        "district": station.district,
        "hours": station.hours_text,
        "position_quality": station.position_quality,
    }


def _sites(plan: CityPlan) -> Iterator[Layer]:
    proposals = plan.proposals
    if proposals is None:
        return
    nested = list(proposals.nested)
    yield _points("sites", nested, [_site(each) for each in nested], styles.SITES)
    areas = [each for each in nested if each.area is not None]
    shapes = [each.area for each in areas if each.area is not None]
    rows = [_site(each) for each in areas]
    yield Layer("site_areas", "MultiPolygon", shapes, rows, styles.SITE_AREAS)
    best = [(each, site) for each in proposals.optima for site in each.sites]
    rows = [
        {"count": each.count, "optimality_gap": each.gap, "proof": str(each.proof), **_site(site)}
        for each, site in best
    ]
    yield _points("best_sets", [site for _, site in best], rows, styles.BEST_SETS)


def _points(
    name: str, sites: Sequence[Proposal], rows: Sequence[Row], style: styles.Style
) -> Layer:
    points = [shapely.Point(each.position) for each in sites]
    return Layer(name, "Point", points, rows, style)


def _site(site: Proposal) -> dict[str, Any]:
    return {
        "order": site.order,
        "candidate": site.candidate,
        "name": site.name,
        "district": site.district,
        "place": str(site.where),
        **_ends("gain", site.gain),
        **_ends("reached", site.covered),
        "as_good_km2": site.as_good_km2,
    }


def _gaps(gaps: Gaps) -> Layer:
    rows = [
        {
            "rank": each.rank,
            "place": str(each.where),
            "district": each.district,
            **_ends("people", each.people),
            "area_km2": each.area_km2,
            "land": each.land,
            "nearest_station": each.nearest_station,
            "nearest_name": each.nearest_name,
            "nearest_m": each.nearest_m,
            "at_unlisted_border": each.at_unlisted_border,
            "in_list": gaps.in_list,
        }
        for each in gaps.ranked
    ]
    name = f"gaps_{key_of(gaps.threshold)}"
    return Layer(name, "MultiPolygon", [e.outline for e in gaps.ranked], rows, styles.GAPS)


def _districts(plan: CityPlan, places: Places) -> Layer:
    rows = []
    for nth, place in enumerate(plan.districts):
        row: dict[str, Any] = {
            "adcode": place.adcode,
            "name": place.name,
            "name_en": place.name_en,
            "people": place.people,
            "area_km2": place.area_km2,
            "stations": plan.counts.by_district.get(place.adcode) if plan.coverages else None,
        }
        for threshold in plan.thresholds:
            covered, key = plan.coverage(threshold).districts[nth], key_of(threshold)
            row |= _ends(f"people_share_{key}", covered.people_ratio)
            row |= _ends(f"area_share_{key}", covered.area_ratio)
        rows.append(row)
    shapes = [places.outline(each.adcode, each.level) for each in plan.districts]
    return Layer("districts", "MultiPolygon", shapes, rows, styles.DISTRICTS)


def _ends(name: str, band: Band | None) -> dict[str, float | None]:
    low, high = band or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}


def _write(path: Path, layer: Layer, label: str) -> None:
    shapes = np.array(list(layer.shapes), dtype=object)
    if layer.kind == "MultiPolygon":
        shapes = np.array([_multi(each) for each in shapes], dtype=object)
    columns = {name: _values([row[name] for row in layer.rows]) for name in layer.rows[0]}
    if label:
        columns["label"] = np.array([label] * len(layer.rows), dtype=object)
    pyogrio.raw.write(
        str(path),
        geometry=shapely.to_wkb(shapes),
        field_data=list(columns.values()),
        fields=list(columns),
        crs="EPSG:4326",
        geometry_type=layer.kind,
        driver="GPKG",
        layer=layer.name,
        **_creation(path),
    )


def _write_about(path: Path, plan: CityPlan) -> None:
    """All that is said of the plan as a whole, in both languages."""
    made = Text(f"{plan.place.name}驿站规划", f"Stations of {plan.place.name_en}: a plan")
    told = [made, words.known_line(plan), *plan.notes]
    pyogrio.raw.write(
        str(path),
        geometry=None,
        field_data=[np.array(texts, dtype=object) for texts in zip(*told, strict=True)],
        fields=["zh", "en"],
        crs=None,
        geometry_type=None,
        driver="GPKG",
        layer="about",
        **_creation(path),
    )


def _creation(path: Path) -> dict[str, Any]:
    """A new file in the version that QGIS has read since 2017, or a further layer of it."""
    return {"append": True} if path.exists() else {"VERSION": "1.2"}


def _multi(shape: BaseGeometry) -> BaseGeometry:
    """Its polygons as one multipolygon; valid ones, since a GIS refuses others."""
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [each for each in shapely.get_parts(valid) if each.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


_ABSENT: Final = float("nan")


def _values(values: Sequence[Any]) -> Any:  # noqa: ANN401  an array of one of four types
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return np.array(values, dtype=np.bool_)
    if kinds and kinds <= {int, float}:
        if kinds == {int} and None not in values:
            return np.array(values, dtype=np.int64)
        return np.array([_ABSENT if value is None else float(value) for value in values])
    return np.array(values, dtype=object)

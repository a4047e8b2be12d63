"""A plan as JSON: ``plan.json``, and its parts as the service answers them.

Keys are the names of the fields of :mod:`geo.planning.model`, in their order; what a field means
is said there and in ``docs/planning.md``. Texts are ``{"zh", "en"}``, bands ``{"low", "high"}``,
positions ``[lon, lat]`` and outlines GeoJSON geometries, WGS-84 with six decimals (0.1 m).
The form is versioned: a field that goes or changes its meaning is a new ``schema_version``.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from geo.places import Place
from geo.planning.model import Band, CityPlan, Covered, Optimum, Threshold
from geo.text import Text

SCHEMA_VERSION: Final = 1
# Of degrees, square kilometres, people and shares alike: finer than any of them is known.
_DECIMALS: Final = 6
PLACE_FIELDS: Final = (
    *("adcode", "name", "name_en", "level", "parent", "centre", "area_km2"),
    *("people", "people_quality"),
)


def plan_document(plan: CityPlan) -> dict[str, Any]:
    """The whole plan. Equal plans give equal documents, key order included."""
    return {"schema_version": SCHEMA_VERSION, **document_of(plan)}


def plan_bytes(plan: CityPlan) -> bytes:
    """The whole plan as the bytes of ``plan.json``."""
    return orjson.dumps(plan_document(plan), option=orjson.OPT_APPEND_NEWLINE)


def document_of(value: object) -> Any:  # noqa: ANN401  any of JSON's values
    """Any part of a plan as JSON's values: a record becomes an object, and so on inwards."""
    for kind, form in _FORMS:
        if isinstance(value, kind):
            return form(value)
    return _record(value)


def geometry_document(outline: BaseGeometry) -> dict[str, Any]:
    """A GeoJSON geometry (RFC 7946: rings by the right-hand rule), valid at its six decimals."""
    valid = outline if outline.is_valid else shapely.make_valid(outline)
    snapped = shapely.orient_polygons(shapely.set_precision(valid, 10.0**-_DECIMALS))
    # The grid's points are not the nearest numbers to their decimals; these are.
    written = shapely.transform(snapped, lambda points: np.round(points, _DECIMALS))
    geometry: dict[str, Any] = orjson.loads(shapely.to_geojson(written))
    return geometry


def _record(value: Any) -> dict[str, Any]:  # noqa: ANN401  any dataclass
    fields = {
        field.name: document_of(getattr(value, field.name)) for field in dataclasses.fields(value)
    }
    return fields | {name: document_of(each) for name, each in _derived(value).items()}


def _derived(value: object) -> dict[str, object]:
    """What a record says of itself, so that no reader has to compute it once more."""
    match value:
        case Threshold():
            return {"label": value.label}
        case Covered():
            return {"area_ratio": value.area_ratio, "people_ratio": value.people_ratio}
        case Optimum():
            return {"proof": value.proof}
        case CityPlan():
            return {"at_least": value.at_least}
    return {}


def _place(place: Place) -> dict[str, Any]:
    return {name: document_of(getattr(place, name)) for name in PLACE_FIELDS}


def _named(value: Text | Band) -> dict[str, Any]:
    return {name: document_of(each) for name, each in value._asdict().items()}


# The first that fits: a moment is a date as well, a text a sequence.
_FORMS: Final[Sequence[tuple[Any, Callable[[Any], Any]]]] = (
    ((str, bool, int, type(None)), lambda value: value),
    (float, lambda value: round(float(value), _DECIMALS)),
    ((Text, Band), _named),
    (Place, _place),
    (datetime, lambda value: value.isoformat(timespec="seconds")),
    (date, date.isoformat),
    (BaseGeometry, geometry_document),
    (Mapping, lambda value: {key: document_of(each) for key, each in value.items()}),
    (Sequence, lambda value: [document_of(each) for each in value]),
)

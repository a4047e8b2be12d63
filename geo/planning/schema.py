"""The JSON Schema of ``plan.json``, made from the records themselves, so that it cannot stray.

``python -m geo.planning.schema`` prints it; ``geo/planning/plan.schema.json`` is the edition of
this version, and a test compares the two.
"""

import dataclasses
import json
import sys
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from shapely.geometry.base import BaseGeometry

from geo.places import Place
from geo.planning.document import PLACE_FIELDS, SCHEMA_VERSION
from geo.planning.model import Band, CityPlan, Covered, Optimum, Threshold
from geo.position import Position
from geo.text import Text

Schema = dict[str, Any]
_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    types.NoneType: {"type": "null"},
}
# Properties that stand in the document beside the fields.
_DERIVED: dict[type, dict[str, Any]] = {
    Threshold: {"label": Text},
    Optimum: {"proof": Text},
    Covered: {"area_ratio": Band | None, "people_ratio": Band | None},
    CityPlan: {"at_least": bool},
}


def plan_schema() -> Schema:
    """The schema (JSON Schema 2020-12) of :func:`geo.planning.document.plan_document`."""
    definitions: dict[str, Schema] = {}
    _of(CityPlan, definitions)
    plan = definitions.pop("CityPlan")
    plan["properties"] = {"schema_version": {"const": SCHEMA_VERSION}, **plan["properties"]}
    plan["required"] = ["schema_version", *plan["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "yizhan plan",
        **plan,
        "$defs": dict(sorted(definitions.items())),
    }


def _of(hint: Any, definitions: dict[str, Schema]) -> Schema:  # noqa: ANN401  any annotation
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in {Union, types.UnionType}:
        return {"anyOf": [_of(each, definitions) for each in arguments]}
    if origin is Sequence:
        return {"type": "array", "items": _of(arguments[0], definitions)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _of(arguments[1], definitions)}
    if hint.__name__ not in definitions:
        definitions[hint.__name__] = {}  # a place for it, should it hold itself
        definitions[hint.__name__] = _defined(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__name__}"}


def _defined(hint: type[Any], definitions: dict[str, Schema]) -> Schema:
    if hint is BaseGeometry:
        kinds = ["Polygon", "MultiPolygon", "GeometryCollection", "LineString", "Point"]
        return {
            "type": "object",
            "properties": {"type": {"enum": kinds}, "coordinates": {"type": "array"}},
            "required": ["type", "coordinates"],
        }
    if hint is Position:
        return {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    hints = get_type_hints(hint)
    if hint is Place:
        hints = {name: hints[name] for name in PLACE_FIELDS}
    elif dataclasses.is_dataclass(hint):
        hints = {field.name: hints[field.name] for field in dataclasses.fields(hint)}
    described: Schema = {
        "type": "object",
        "properties": {
            name: _of(each, definitions) for name, each in (hints | _DERIVED.get(hint, {})).items()
        },
    }
    described["required"] = list(described["properties"])
    described["additionalProperties"] = False
    return described


if __name__ == "__main__":
    sys.stdout.write(json.dumps(plan_schema(), ensure_ascii=False, indent=1) + "\n")

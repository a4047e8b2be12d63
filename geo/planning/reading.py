"""A plan read back from its document: the way of :mod:`geo.planning.document`, backwards."""

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.places import Place, Places
from geo.planning.model import Band, CityPlan
from geo.position import Position
from geo.text import Text


def plan_of(document: Mapping[str, Any], places: Places) -> CityPlan:
    """The plan of a document that :func:`~geo.planning.document.plan_document` made.

    It is that plan to the decimals of the document.
    """
    return cast("CityPlan", _read(CityPlan, document, places))


def _read(hint: Any, value: Any, places: Places) -> Any:  # noqa: ANN401  any annotation, any value
    if value is None:
        return None
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _read(next(each for each in arguments if each is not type(None)), value, places)
    if origin is Literal:
        return value
    if origin is Sequence:
        return [_read(arguments[0], each, places) for each in value]
    if origin is Mapping:
        return {key: _read(arguments[1], each, places) for key, each in value.items()}
    return _of(hint, value, places)


def _of(hint: Any, value: Any, places: Places) -> Any:  # noqa: ANN401  any class, any value
    if hint is Place:
        return places.get(value["adcode"], value["level"])
    if hint in _FORMS:
        return _FORMS[hint](value)
    if not dataclasses.is_dataclass(hint):
        return value
    hints = get_type_hints(hint)
    record: Any = hint
    return record(**{name: _read(hints[name], value[name], places) for name in hints})


_FORMS: Final[Mapping[Any, Callable[[Any], Any]]] = {
    BaseGeometry: shape,
    Position: lambda value: Position(*value),
    Text: lambda value: Text(**value),
    Band: lambda value: Band(**value),
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}

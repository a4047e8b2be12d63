"""The query of an upload → options of an import, as JSON values that can be kept."""

from typing import Any

from starlette.datastructures import QueryParams

from api.params import choice, shown
from geo.errors import InputError
from geo.importing.options import MISSING, ON_ERROR, area_code, area_name, pairs
from geo.places import load_places
from geo.station import DATUMS
from geo.text import Text
from geo.validation.values import day

_DATUMS = (*DATUMS, "auto")
_TEXTS = ("list_key", "sheet", "source", "licence", "default_kind", "note")
_KNOWN = (
    "name",
    "city",
    "area_name",
    "content",
    "datum",
    "on_error",
    "missing",
    "accept_large_change",
    "listed_on",
    "map",
    "kind_map",
    *_TEXTS,
)


def upload_options(params: QueryParams) -> dict[str, Any]:
    """Raise :class:`InputError` for what is not known or cannot be."""
    for name in params:
        if name not in _KNOWN:
            raise InputError(
                shown(name),
                zh=f"没有参数 {shown(name)}",
                en=f"there is no parameter {shown(name)}",
                value=None,
                expected=Text("、".join(_KNOWN), ", ".join(_KNOWN)),
            )
    named = area_name(params.get("area_name"))
    return {
        "area": area_code(params.get("city", "").strip(), named, load_places()),
        "area_name": list(named) if named else None,
        "content": choice(params, "content", ("stations", "markets"), "stations"),
        "datum": choice(params, "datum", _DATUMS, "auto") if "datum" in params else None,
        "on_error": choice(params, "on_error", ON_ERROR, "reject-row"),
        "missing": choice(params, "missing", MISSING, "close"),
        "accept_large_change": choice(params, "accept_large_change", ("no", "yes"), "no") == "yes",
        "listed_on": _listed_on(params),
        "columns": pairs("map", params.getlist("map")),
        "kinds": pairs("kind_map", params.getlist("kind_map")),
        **{name: params.get(name) or None for name in _TEXTS if name != "note"},
        "note": params.get("note", ""),
    }


def _listed_on(params: QueryParams) -> str | None:
    written = params.get("listed_on")
    if written and day(written) is None:
        raise InputError(
            "listed_on",
            zh="listed_on 不是日期",
            en="listed_on is not a date",
            value=shown(written),
            expected=Text("如 2026-07-27", "such as 2026-07-27"),
        )
    return written or None

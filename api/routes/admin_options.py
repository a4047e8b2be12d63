"""The query of an upload → options of an import, as JSON values that can be kept."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import QueryParams

from api.params import choice, shown
from geo.catalogue import NATION, is_abroad
from geo.errors import InputError
from geo.importing.options import MISSING, ON_ERROR
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
    return {
        "area": _area(params),
        "area_name": _area_name(params),
        "content": choice(params, "content", ("stations", "markets"), "stations"),
        "datum": choice(params, "datum", _DATUMS, "auto") if "datum" in params else None,
        "on_error": choice(params, "on_error", ON_ERROR, "reject-row"),
        "missing": choice(params, "missing", MISSING, "close"),
        "accept_large_change": choice(params, "accept_large_change", ("no", "yes"), "no") == "yes",
        "listed_on": _listed_on(params),
        "columns": _pairs(params, "map"),
        "kinds": _pairs(params, "kind_map"),
        **{name: params.get(name) or None for name in _TEXTS if name != "note"},
        "note": params.get("note", ""),
    }


def _area(params: QueryParams) -> str:
    city = params.get("city", "").strip()
    if not city:
        raise InputError(
            "city",
            zh="请说明是哪里的名录",
            en="say which place it is a list of",
            value=None,
            expected=Text("如 city=410100", "such as city=410100"),
        )
    return city if city == NATION or is_abroad(city) else load_places().find(city).adcode


def _area_name(params: QueryParams) -> list[str] | None:
    zh, _, en = params.get("area_name", "").partition("|")
    if is_abroad(params.get("city", "")) and not zh:
        raise InputError(
            "area_name",
            zh="境外名录须写明地区名称",
            en="a list of an area abroad needs its name",
            value=None,
            expected=Text("如 伦敦|London", "such as 伦敦|London"),
        )
    return [zh.strip(), (en or zh).strip()] if zh else None


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


def _pairs(params: QueryParams, name: str) -> Mapping[str, str]:
    pairs = {}
    for text in params.getlist(name):
        left, equals, right = text.rpartition("=")
        if not (equals and left.strip() and right.strip()):
            raise InputError(
                name,
                zh=f"{name} 应写成 甲=乙",
                en=f"{name} is written as a=b",
                value=shown(text),
                expected=Text("如 站名=name", "such as 站名=name"),
            )
        pairs[left.strip()] = right.strip()
    return pairs

"""Query strings become values once, here. Every parameter is written down with its meaning."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from starlette.datastructures import QueryParams

from geo.errors import InputError
from geo.hours import SHANGHAI
from geo.index import Filter, UnknownHours
from geo.position import Position, checked_position
from geo.station import DATUMS, Datum
from geo.text import LANGS, Lang, Text
from geo.travel import TRAVEL_MODES, TRAVELS, Travel
from geo.vocabulary import vocabulary

MAX_K = 100
DEFAULT_K = 5
DEFAULT_GROUP = "rest"
ALL_GROUPS = "all"
# Half the Earth's circumference: beyond it, a limit means nothing.
MAX_WITHIN_M = 20_037_508.0

_SHOWN_LENGTH = 60
_FINE_NUMBER = re.compile(r"\d+\.\d{3,}")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")

Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter as the API's documentation describes it."""

    name: str
    schema: Mapping[str, Any]
    meaning: Text
    required: bool = False

    def documented(self) -> dict[str, Any]:
        """As an OpenAPI parameter object."""
        return {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": str(self.meaning),
            "schema": dict(self.schema),
        }


def _choices(values: Sequence[str], default: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values), "default": default}


LON = Parameter(
    "lon",
    {"type": "number", "minimum": -180, "maximum": 180, "examples": [113.665]},
    Text("经度（度）", "longitude in degrees"),
    required=True,
)
LAT = Parameter(
    "lat",
    {"type": "number", "minimum": -90, "maximum": 90, "examples": [34.757]},
    Text("纬度（度）", "latitude in degrees"),
    required=True,
)
LANG = Parameter("lang", _choices(LANGS, "zh"), Text("标签语言", "language of labels"))
GEOMETRY_DATUM = Parameter(
    "geometry_datum",
    _choices(DATUMS, "wgs84"),
    Text("返回几何的坐标系", "datum of the geometry (RFC 7946 demands WGS-84)"),
)
NEAREST = (
    LON,
    LAT,
    Parameter(
        "k",
        {"type": "integer", "minimum": 1, "maximum": MAX_K, "default": DEFAULT_K},
        Text("站点数", "how many stations"),
    ),
    Parameter(
        "within_m",
        {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_WITHIN_M},
        Text("最远距离（米）", "the largest distance in metres"),
    ),
    Parameter(
        "kind",
        {"type": "string", "examples": ["rest_station"]},
        Text("类别，可用逗号写几个，任一即可", "kinds, separated by commas: any of them"),
    ),
    Parameter(
        "group",
        _choices([*vocabulary().groups, ALL_GROUPS], DEFAULT_GROUP),
        Text("类别组；写了 kind 时默认 all", "group of kinds; all by default if kind is given"),
    ),
    Parameter(
        "facility",
        {"type": "string", "examples": ["hot_water"]},
        Text("设施，可用逗号写几个，须全有", "facilities, separated by commas: all of them"),
    ),
    Parameter(
        "unknown_facilities",
        _choices(("include", "exclude"), "include"),
        Text(
            "设施未知的站点：列在已知符合者之后，或不列",
            "stations of unknown facilities: after the known matches, or left out",
        ),
    ),
    Parameter(
        "open",
        {"type": "string", "examples": ["now", "arrival", "2026-10-01T09:00:00+08:00"]},
        Text(
            "只要开放的：now 此刻，arrival 到达时，或 RFC 3339 时刻（北京时间可省略时区）",
            "only those open: now, on arrival, or at an RFC 3339 time (Asia/Shanghai if bare)",
        ),
    ),
    Parameter(
        "unknown_hours",
        _choices(("include", "exclude"), "include"),
        Text(
            "开放时间未知的站点：按距离一并列出并注明未知，或不列",
            "stations of unknown hours: among the others, shown as unknown, or left out",
        ),
    ),
    Parameter(
        "mode",
        _choices(TRAVEL_MODES, "walk"),
        Text(
            "open=arrival 时的出行方式；" + "；".join(t.assumption.zh for t in TRAVELS.values()),
            "how to get there with open=arrival; "
            + "; ".join(t.assumption.en for t in TRAVELS.values()),
        ),
    ),
    Parameter(
        "datum", _choices(DATUMS, "wgs84"), Text("lon、lat 的坐标系", "datum of lon and lat")
    ),
    GEOMETRY_DATUM,
    LANG,
)
STATION = (GEOMETRY_DATUM, LANG)


@dataclass(frozen=True, slots=True)
class Opening:
    """Open when: at a moment (``None``: at that of the answer), or on arrival by ``travel``."""

    at: datetime | None
    unknown_hours: UnknownHours
    travel: Travel | None


@dataclass(frozen=True, slots=True)
class Question:
    """All of a query for the nearest but the position."""

    k: int
    within_m: float | None
    where: Filter
    opening: Opening | None
    datum: Datum
    geometry_datum: Datum
    lang: Lang


def refuse_unknown(params: QueryParams, known: Sequence[Parameter]) -> None:
    """Raise :class:`InputError` for a parameter that is not known or stands twice."""
    names = [parameter.name for parameter in known]
    several = {"kind", "facility"}
    for name in params:
        if name not in names:
            raise InputError(
                shown(name),
                zh=f"没有参数 {shown(name)}",
                en=f"there is no parameter {shown(name)}",
                value=shown(params[name]),
                expected=Text("、".join(names) or "无", ", ".join(names) or "none"),
            )
        if name not in several and len(params.getlist(name)) > 1:
            raise InputError(
                name,
                zh=f"参数 {name} 写了不止一次",
                en=f"the parameter {name} stands more than once",
                value=shown(params[name]),
                expected=Text("只写一次", "once"),
            )


def position(params: QueryParams) -> Position:
    """The caller's ``lon`` and ``lat``, still in the caller's datum."""
    return checked_position(_number(params, LON.name), _number(params, LAT.name))


def question(params: QueryParams) -> Question:
    """Everything else that a query for the nearest says."""
    return Question(
        k=_k(params),
        within_m=_within_m(params),
        where=_filter(params),
        opening=_opening(params),
        datum=choice(params, "datum", DATUMS, "wgs84"),
        geometry_datum=choice(params, "geometry_datum", DATUMS, "wgs84"),
        lang=choice(params, "lang", LANGS, "zh"),
    )


def moment(name: str, text: str) -> datetime:
    """An RFC 3339 time, as aware; without an offset it is that of Asia/Shanghai.

    Raises :class:`InputError` for what is none.
    """
    try:
        # A plus sign that nobody escaped arrives as a space.
        read = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else "")
    except ValueError:
        raise InputError(
            name,
            zh=f"{name} 不是时刻",
            en=f"{name} is not a time",
            value=shown(text),
            expected=Text(
                "now、arrival 或如 2026-10-01T09:00:00+08:00",
                "now, arrival, or a time such as 2026-10-01T09:00:00+08:00",
            ),
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=SHANGHAI)


def _opening(params: QueryParams) -> Opening | None:
    asked = params.get("open")
    unknown = choice(params, "unknown_hours", ("include", "exclude"), "include")
    mode = choice(params, "mode", TRAVEL_MODES, "walk")
    if asked is None:
        return None
    at = None if asked in {"now", "arrival"} else moment("open", asked)
    travel = TRAVELS[mode] if asked == "arrival" else None
    return Opening(at, "exclude" if unknown == "exclude" else "include", travel)


def choice(params: QueryParams, name: str, values: Sequence[Choice], default: Choice) -> Choice:
    """One of a few words."""
    given = params.get(name, default)
    for value in values:
        if given == value:
            return value
    raise InputError(
        name,
        zh=f"{name} 的值不对",
        en=f"{name} has a value that does not exist",
        value=shown(given),
        expected=Text("、".join(values), ", ".join(values)),
    )


def shown(text: str) -> str:
    """A caller's text as it may be repeated: short, and with no position finer than 0.01°."""
    coarse = _FINE_NUMBER.sub(lambda match: f"{float(match[0]):.2f}", text)
    return coarse[:_SHOWN_LENGTH]


def _number(params: QueryParams, name: str) -> float:
    text = params.get(name)
    if text is None or not text.strip():
        raise InputError(
            name,
            zh=f"缺少参数 {name}",
            en=f"the parameter {name} is missing",
            value=None,
            expected=Text("如 lon=113.66&lat=34.75", "such as lon=113.66&lat=34.75"),
        )
    try:
        # "nan" and "inf" are numbers to Python; whoever checks the range refuses them.
        return float(text) if _NUMBER.fullmatch(text.strip()) else _named_number(text)
    except ValueError:
        raise InputError(
            name,
            zh=f"{name} 不是数",
            en=f"{name} is not a number",
            value=shown(text),
            expected=Text("十进制数，如 113.66", "a decimal number such as 113.66"),
        ) from None


def _named_number(text: str) -> float:
    value = float(text)
    if math.isfinite(value):
        raise ValueError(text)  # forms such as 1_000, which only Python reads
    return value


def _k(params: QueryParams) -> int:
    text = params.get("k", str(DEFAULT_K))
    if text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MAX_K:
        return int(text)
    raise InputError(
        "k",
        zh="k 超出范围",
        en="k is out of range",
        value=shown(text),
        expected=Text(f"1 到 {MAX_K} 的整数", f"a whole number from 1 to {MAX_K}"),
    )


def _within_m(params: QueryParams) -> float | None:
    if "within_m" not in params:
        return None
    value = _number(params, "within_m")
    if 0.0 < value <= MAX_WITHIN_M:
        return value
    raise InputError(
        "within_m",
        zh="within_m 超出范围",
        en="within_m is out of range",
        value=f"{value:g}",
        expected=Text("大于 0 的米数", f"metres, more than 0 and at most {MAX_WITHIN_M:.0f}"),
    )


def _filter(params: QueryParams) -> Filter:
    words = vocabulary()
    kinds = _codes(params, "kind", words.kinds)
    groups = (*words.groups, ALL_GROUPS)
    group = choice(params, "group", groups, ALL_GROUPS if kinds else DEFAULT_GROUP)
    unknown = choice(params, "unknown_facilities", ("include", "exclude"), "include")
    facilities = _codes(params, "facility", words.facilities)
    return Filter(
        _kinds(kinds, group), facilities, "exclude" if unknown == "exclude" else "include"
    )


def _kinds(kinds: frozenset[str], group: str) -> frozenset[str] | None:
    if group == ALL_GROUPS:
        return kinds or None
    of_group = vocabulary().kinds_of_group(group)
    if kinds and not kinds & of_group:
        raise InputError(
            "kind",
            zh=f"这些类别不在 {group} 组里",
            en=f"none of these kinds is in the group {group}",
            value=", ".join(sorted(kinds)),
            expected=Text("、".join(sorted(of_group)), ", ".join(sorted(of_group))),
        )
    return kinds & of_group if kinds else of_group


def _codes(params: QueryParams, name: str, known: Mapping[str, object]) -> frozenset[str]:
    given = [code.strip() for text in params.getlist(name) for code in text.split(",")]
    for code in given:
        if code not in known:
            raise InputError(
                name,
                zh=f"没有这个 {name}",
                en=f"there is no such {name}",
                value=shown(code),
                expected=Text("、".join(known), ", ".join(known)),
            )
    return frozenset(given)

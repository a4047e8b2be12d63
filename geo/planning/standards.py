"""The check lists of 双15工程 and 六有: what is met, what is not, and what is not known.

Which data tells what is the table ``standards.toml``. The service circle is 1 km of straight
line, whatever else was asked for; a time on foot is another measure and not this one.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from geo.planning.model import Band, Check, Covered
from geo.station import Station
from geo.text import Text

_FILE: Final = Path(__file__).with_name("standards.toml")
_YES: Final = frozenset({"有", "是", "yes", "y", "true", "1", "√", "已有", "具备"})
_NO: Final = frozenset({"无", "否", "没有", "no", "n", "false", "0", "×", "缺", "不具备"})

Test = Callable[[Station], bool | None]


@cache
def standards() -> Mapping[str, Any]:
    """The table of this version of the software."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def circle_radius_m() -> float:
    """The radius of the 15-minute service circle."""
    return float(standards()["radius_m"])


def circle_checks(covered: Covered, where: Text) -> list[Check]:
    """How much of an area the 1 km circles reach, and how much two or more of them do."""
    of_people = covered.people is not None
    what = Text("人口", "people") if of_people else Text("面积", "area")
    note = Text(f"{where.zh}，按{what.zh}", f"{where.en}, share of {what.en}")
    backup: Band | None
    if covered.people_backup is not None and covered.people_total:
        backup = covered.people_backup.over(covered.people_total)
    else:
        backup = covered.area_backup.over(covered.area_km2)
    reached = covered.people_ratio if of_people else covered.area_ratio
    lines = [
        ("circle", Text("1 公里服务圈覆盖", "reached by a 1 km service circle"), reached),
        ("overlap", Text("交叉覆盖（两个以上服务圈）", "overlapping: two circles or more"), backup),
    ]
    return [
        Check(
            standard="double_15",
            code=code,
            label=label,
            met=None,
            unmet=None,
            unknown=None,
            value=value,
            note=note,
        )
        for code, label, value in lines
    ]


def station_checks(stations: Sequence[Station]) -> list[Check]:
    """The lines that speak of single stations, each counted over all of these."""
    least = float(standards()["minimum_area_m2"])
    micro = Text("不足者为微型站", "smaller ones are micro stations")
    area = Text(f"面积不小于 {least:g} 平方米", f"floor of {least:g} m² or more")
    kit = Text("基本配置齐全（以上五项）", "the whole base kit (the five above)")
    lines = [
        _Line("double_15", "area", area, _has_area(least), micro),
        *(
            _Line("double_15", item["code"], _label(item), _has_any(item["facilities"]))
            for item in standards()["double_15"]
        ),
        _Line("double_15", "base_kit", kit, _has_kit),
        *(
            _Line("six_haves", code, _label(item), _six_haves(code, item["columns"]), _NOTES[code])
            for code, item in standards()["six_haves"].items()
        ),
    ]
    return [_counted(line, stations) for line in lines]


_NOTES: Final = {
    "sign": Text("名录中可选的列", "an optional column of the list"),
    "place": Text("有这一列按其所写，否则有地址即算", "by its column, else having an address"),
    "equipment": Text("双15基本配置齐全", "the base kit of 双15"),
    "rules": Text("名录中可选的列", "an optional column of the list"),
    "staff": Text("名录中可选的列", "an optional column of the list"),
    "map": Text("坐标存疑的不算", "not those of suspect position"),
}


class _Line(NamedTuple):
    standard: Literal["double_15", "six_haves"]
    code: str
    label: Text
    test: Test
    note: Text | None = None


def _counted(line: _Line, stations: Sequence[Station]) -> Check:
    found = Counter(line.test(station) for station in stations)
    return Check(
        standard=line.standard,
        code=line.code,
        label=line.label,
        met=found[True],
        unmet=found[False],
        unknown=found[None],
        value=None,
        note=line.note,
    )


def _label(item: Mapping[str, Any]) -> Text:
    return Text(item["zh"], item["en"])


def _has_area(least: float) -> Test:
    return lambda station: None if station.area_m2 is None else station.area_m2 >= least


def _has_any(codes: Sequence[str]) -> Test:
    return lambda station: (
        not station.facilities.isdisjoint(codes) if station.facilities_known else None
    )


def _has_kit(station: Station) -> bool | None:
    if not station.facilities_known:
        return None
    kit = (item["facilities"] for item in standards()["double_15"])
    return not any(station.facilities.isdisjoint(codes) for codes in kit)


def _six_haves(code: str, columns: Sequence[str]) -> Test:
    if code == "equipment":
        return _has_kit
    if code == "map":
        return lambda station: station.position_quality != "suspect"
    if code == "place":
        return lambda station: _said(station, columns, instead=bool(station.address) or None)
    return lambda station: _said(station, columns, instead=None)


def _said(station: Station, columns: Sequence[str], *, instead: bool | None) -> bool | None:
    """What an optional column says; anything but a plain yes or no is unknown."""
    for column in columns:
        cell = station.extra.get(column, "").strip().casefold()
        if cell in _YES or cell in _NO:
            return cell in _YES
    return instead

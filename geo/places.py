"""Provinces, cities and districts: their names, outlines and people, and which holds a point."""

import csv
import difflib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, cast

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.boundaries import boundaries
from geo.errors import InputError, NotFoundError
from geo.position import BBox, Position
from geo.text import Text

Level = Literal["province", "city", "district"]
PeopleQuality = Literal["census", "estimated", "unknown"]

_PEOPLE = Path(__file__).with_name("people.csv")
# The peoples of China by GB/T 3304-1991: 恩施土家族苗族自治州 is 恩施 to everybody. Some names of
# Xinjiang leave the last letter out.
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|"
    "东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|"
    "俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_OF_PEOPLES = re.compile(
    f"(.{{2,}}?)(?:(?:{_PEOPLES})族|各族|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯)+自治[区州县旗]"
)
_SUFFIXES = ("特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "区", "县", "盟", "旗")


@dataclass(frozen=True, slots=True)
class Place:
    """A province, a city or a district.

    ``centre`` lies inside the outline; ``parent`` is the adcode of the city of a district
    and of the province of a city; ``people`` is of the 2020 census, ``None`` if unknown.
    """

    adcode: str
    name: str
    name_en: str
    level: Level
    parent: str | None
    centre: Position
    bbox: BBox
    area_km2: float
    people: int | None
    people_quality: PeopleQuality


class Located(NamedTuple):
    """The places that contain a point; ``None`` outside China."""

    province: Place | None
    city: Place | None
    district: Place | None


class Places:
    """Every place of China. Outlines are decoded when first asked for."""

    def __init__(self, table: pa.Table) -> None:
        people = _people()
        # Outlines stay where they were read to, and are decoded one by one.
        self._wkb = table["outline"]
        self._rows: dict[tuple[str, str], int] = {}
        self._places: dict[tuple[str, str], Place] = {}
        self._children: dict[str, list[Place]] = defaultdict(list)
        columns = {n: table[n].to_pylist() for n in table.column_names if n != "outline"}
        for number, values in enumerate(zip(*columns.values(), strict=True)):
            row = dict(zip(columns, values, strict=True))
            key = (row["level"], row["adcode"])
            self._rows[key] = number
            if row["level"] in ("province", "city", "district"):
                place = _place(row, people)
                self._places[key] = place
                if place.parent:
                    self._children[f"{place.level}:{place.parent}"].append(place)
        self._outlines: dict[tuple[str, str], BaseGeometry] = {}

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    @property
    def provinces(self) -> tuple[Place, ...]:
        """The 34 provinces, municipalities and regions, by adcode."""
        return tuple(place for place in self._places.values() if place.level == "province")

    def cities_of(self, province: Place | str) -> tuple[Place, ...]:
        """The cities of a province, by adcode; a municipality is its own one."""
        return tuple(self._children[f"city:{_adcode(province)}"])

    def districts_of(self, city: Place | str) -> tuple[Place, ...]:
        """The districts and counties of a city, by adcode; 济源 is its own one."""
        return tuple(self._children[f"district:{_adcode(city)}"])

    def get(self, adcode: str, level: Level | None = None) -> Place:
        """The place with this code.

        Where a city shares its code with its province or its only district (110000,
        419001), it is the city that is meant, unless ``level`` says otherwise.
        """
        place = self.known(adcode, level)
        if place:
            return place
        known = sorted({place.adcode for place in self._places.values()})
        near = difflib.get_close_matches(adcode, known, n=3, cutoff=0.7)
        raise NotFoundError(
            f"没有行政区划代码 {adcode[:20]}",
            f"no place has the code {adcode[:20]}",
            suggestions=[f"{code} {self.get(code).name}" for code in near],
        )

    def known(self, adcode: str, level: Level | None = None) -> Place | None:
        """As :meth:`get`, but ``None`` if there is no such place."""
        levels: tuple[Level, ...] = (level,) if level else ("city", "province", "district")
        found = (self._places.get((each, adcode)) for each in levels)
        return next(filter(None, found), None)

    def find(self, text: str, level: Level | None = None) -> Place:
        """The place that people mean by a code or a name: 410100, 郑州, 郑州市, Zhengzhou.

        A district's name may follow its city's: 开封市鼓楼区. Raises :class:`NotFoundError`
        with similar names, :class:`InputError` when several places have the name.
        """
        text = text.strip()
        if text.isdecimal() and text.isascii():
            return self.get(text, level)
        for key in (_key(text), _key(text, short=True)):
            found = self._named(key, level)
            if len(found) == 1:
                return found[0]
            if found:
                raise _ambiguous(text, found, self)
        raise NotFoundError(
            f"没有找到“{text[:40]}”",
            f"no place is called “{text[:40]}”",
            suggestions=self._similar(text, level),
        )

    def at(self, position: Position) -> Located:
        """The district, city and province that contain a point; the first by adcode on a border."""
        point = shapely.Point(position)
        hits = self._district_tree.query(point, predicate="intersects")
        if not len(hits):
            return self._city_at(point)
        district = self._districts[int(hits.min())]
        city = self.get(district.parent or "", "city")
        return Located(self.get(city.parent or "", "province"), city, district)

    def districts_at(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str | None]:
        """The adcodes of the districts that contain n points; the first by adcode on a border."""
        points, districts = self._district_tree.query(
            shapely.points(lon, lat), predicate="intersects"
        )
        found: list[str | None] = [None] * len(lon)
        # From the last to the first: the smallest district of a point is written last.
        for at in np.lexsort((districts, points))[::-1].tolist():
            found[points[at]] = self._districts[districts[at]].adcode
        return found

    def outline(self, adcode: str, level: Level | None = None) -> BaseGeometry:
        """The outline in full resolution: Polygon or MultiPolygon, WGS-84 degrees."""
        place = self.get(adcode, level)
        return self._outline(place.level, place.adcode)

    def boundary_lines(self, level: Level = "province") -> BaseGeometry:
        """境界线: lines that belong on every map of the nation and are no place."""
        return self._outline("lines", level)

    @cached_property
    def mainland(self) -> BaseGeometry:
        """All provinces less Taiwan, Hong Kong and Macao, prepared for questions."""
        outline = self._outline("mainland", "")
        shapely.prepare(outline)
        return outline

    def _outline(self, level: str, adcode: str) -> BaseGeometry:
        key = (level, adcode)
        if key not in self._outlines:
            self._outlines[key] = shapely.from_wkb(self._wkb[self._rows[key]].as_py())
        return self._outlines[key]

    @cached_property
    def _districts(self) -> list[Place]:
        return [place for place in self._places.values() if place.level == "district"]

    @cached_property
    def _district_tree(self) -> shapely.STRtree:
        return _prepared_tree([self._outline("district", p.adcode) for p in self._districts])

    @cached_property
    def _cities(self) -> list[Place]:
        return [place for place in self._places.values() if place.level == "city"]

    @cached_property
    def _city_tree(self) -> shapely.STRtree:
        return _prepared_tree([self._outline("city", p.adcode) for p in self._cities])

    def _city_at(self, point: shapely.Point) -> Located:
        """Some cities have no districts in the table."""
        hits = self._city_tree.query(point, predicate="intersects")
        if not len(hits):
            return Located(None, None, None)
        city = self._cities[int(hits.min())]
        return Located(self.get(city.parent or "", "province"), city, None)

    @cached_property
    def _names(self) -> MappingProxyType[str, list[Place]]:
        names: dict[str, list[Place]] = defaultdict(list)
        for place in self._places.values():
            keys = {_key(place.name), _key(place.name, short=True), _key(place.name_en)}
            keys.add(_key(place.name_en.removesuffix(" District").removesuffix(" County")))
            if place.level == "district" and place.parent:
                city = self._places["city", place.parent]
                keys |= {_key(city.name + place.name), _key(city.name, short=True) + place.name}
            for key in keys:
                names[key].append(place)
        for place in self._places.values():
            named = _OF_PEOPLES.fullmatch(_key(place.name))
            # Only what nothing larger or equal is called already: 海南 is the province, not
            # 海南藏族自治州; but 大理 is 大理白族自治州 with its 大理市.
            taken = {each.level for each in names.get(named[1], [])} if named else set()
            if named and taken <= ({"district"} if place.level == "city" else set()):
                names[named[1]].append(place)
        return MappingProxyType(names)

    def _named(self, key: str, level: Level | None) -> list[Place]:
        found = [place for place in self._names.get(key, []) if level in (None, place.level)]
        exact = [place for place in found if _key(place.name) == key]
        found = exact or found
        # A name that several levels share means the larger place, or the city among equals.
        for wanted in ("city", "province"):
            narrowed = [place for place in found if place.level == wanted]
            if narrowed:
                return narrowed
        return found

    def _similar(self, text: str, level: Level | None) -> list[str]:
        near = difflib.get_close_matches(_key(text), self._names, n=9, cutoff=0.5)
        places = [place for key in near for place in self._names[key]]
        fitting = dict.fromkeys(f"{p.adcode} {p.name}" for p in places if level in (None, p.level))
        return list(fitting)[:3]


def _prepared_tree(outlines: list[BaseGeometry]) -> shapely.STRtree:
    for outline in outlines:
        shapely.prepare(outline)
    return shapely.STRtree(outlines)


def _adcode(place: Place | str) -> str:
    return place if isinstance(place, str) else place.adcode


def _key(name: str, *, short: bool = False) -> str:
    name = name.casefold().replace(" ", "").replace("'", "").replace("’", "")
    if short:
        for suffix in _SUFFIXES:
            if name.endswith(suffix) and len(name) > len(suffix) + 1:
                return name[: -len(suffix)]
    return name


def _ambiguous(text: str, found: list[Place], places: Places) -> InputError:
    choices = "、".join(
        f"{place.adcode} {places.get(place.parent).name if place.parent else ''}{place.name}"
        for place in found[:8]
    )
    return InputError(
        "place",
        zh=f"“{text[:40]}”不止一处",
        en=f"several places are called “{text[:40]}”",
        value=text[:40],
        expected=Text(f"写明其一：{choices}", f"name one of them: {choices}"),
    )


def _place(row: dict[str, object], people: dict[str, tuple[int, PeopleQuality]]) -> Place:
    unknown: tuple[None, PeopleQuality] = (None, "unknown")
    count, quality = people.get(str(row["adcode"]), unknown)
    numbers = {key: float(value) for key, value in row.items() if isinstance(value, float)}
    return Place(
        adcode=str(row["adcode"]),
        name=str(row["name"]),
        name_en=str(row["name_en"]),
        level=cast("Level", row["level"]),
        parent=str(row["parent"]) or None,
        centre=Position(numbers["lon"], numbers["lat"]),
        bbox=BBox(numbers["west"], numbers["south"], numbers["east"], numbers["north"]),
        area_km2=numbers["area_km2"],
        people=count,
        people_quality=quality,
    )


def _people() -> dict[str, tuple[int, PeopleQuality]]:
    with _PEOPLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["adcode"]: (int(row["people"]), cast("PeopleQuality", row["quality"]))
            for row in rows
        }


@cache
def load_places(cache_dir: Path | None = None) -> Places:
    """All places; the compact file is built on first use (some seconds), then read in 0.1 s."""
    return Places(boundaries(cache_dir))

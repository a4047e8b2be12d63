"""The record's own district and city, and whether they fit each other and the file."""

import difflib
from collections.abc import Mapping
from typing import NamedTuple

from geo.catalogue import NATION, Declaration
from geo.places import Place, Places
from geo.text import Text
from geo.validation.columns import Row
from geo.validation.refusal import Refusal

_DISTRICT = Text("区县", "district")
_CITY = Text("城市", "city")


class Division(NamedTuple):
    """A district with what it belongs to."""

    district: Place
    city: Place
    province: Place

    def lies_in(self, area: str) -> bool:
        """Whether a place (adcode) contains the district."""
        return area in {NATION, self.province.adcode, self.city.adcode, self.district.adcode}


class Divisions:
    """Every district of the country by adcode."""

    def __init__(self, places: Places) -> None:
        self._divisions: Mapping[str, Division] = {
            district.adcode: Division(district, city, province)
            for province in places.provinces
            for city in places.cities_of(province)
            for district in places.districts_of(city)
        }
        self._cities = {city.adcode: city for _, city, _ in self._divisions.values()}

    def of(self, row: Row, declaration: Declaration) -> Division | None:
        """The division that a row names; :class:`Refusal` if it contradicts itself or the file.

        ``None`` for a list of places outside China, whose divisions are not known here.
        """
        if declaration.abroad:
            return None
        division = self.named(row["district"])
        if row["city"]:
            self._require_city(row["city"], division)
        if not division.lies_in(declaration.area):
            raise Refusal(
                "wrong_area",
                "district",
                district=name_of(division.district),
                area=declaration.area,
            )
        return division

    def named(self, adcode: str) -> Division:
        """The division of a district; :class:`Refusal` if there is none."""
        if not adcode:
            expected = Text("填写六位区县代码，如 410102", "write a district adcode such as 410102")
            raise Refusal("missing_value", "district", expected=expected)
        if adcode not in self._divisions:
            names = {code: division.district for code, division in self._divisions.items()}
            raise _no_such_place("district", adcode, _DISTRICT, names)
        return self._divisions[adcode]

    def _require_city(self, adcode: str, division: Division) -> None:
        if adcode not in self._cities:
            raise _no_such_place("city", adcode, _CITY, self._cities)
        if adcode != division.city.adcode:
            raise Refusal(
                "city_mismatch",
                "city",
                district=name_of(division.district),
                actual=name_of(division.city),
                city=name_of(self._cities[adcode]),
            )


def name_of(place: Place) -> Text:
    """A place's name in both languages."""
    return Text(place.name, place.name_en)


def _no_such_place(field: str, written: str, level: Text, places: Mapping[str, Place]) -> Refusal:
    """The refusal, suggesting places of that name and codes that look alike."""
    same_name = [code for code, place in places.items() if written == place.name]
    near = same_name[:3] or difflib.get_close_matches(written, places, n=3) or ["410102"]
    return Refusal(
        "unknown_place",
        field,
        value=written,
        level=level,
        suggestions=Text(
            "、".join(f"{code} {places[code].name}" for code in near),
            ", ".join(f"{code} {places[code].name_en}" for code in near),
        ),
    )

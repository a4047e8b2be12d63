"""What is known of a list as a whole: where it comes from and how complete it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geo.station import Datum
from geo.text import Text

# The area of a list that speaks of the whole nation.
NATION = "100000"

# ISO 3166-1 alpha-2, with a part of the country as ISO 3166-2 writes it: GB, GB-LND, JP-01.
_ABROAD = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")

SYNTHETIC = Text("示意数据，非真实站点", "Synthetic data, not real stations")


def is_abroad(area: str) -> bool:
    """Whether a code is that of a country or its part, and not an adcode of China."""
    return bool(_ABROAD.fullmatch(area)) and not area.startswith("CN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many stations the publisher says exist, against which a list is incomplete.

    ``as_of`` is the day, month or year of the figure as ISO 8601 text (``2026-07``);
    ``note`` says what else a reader should know of it, such as figures by another rule.
    """

    published: int
    as_of: str
    source: str
    note: Text | None = None

    def says(self, known: int) -> Text:
        """How many of the published stations are known."""
        return Text(
            f"公布 {self.published} 个，其中已知 {known} 个",
            f"{known} known of {self.published} published",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One file of the catalogue, as ``catalog.toml`` declares it.

    ``path`` names the list as well. ``area`` is the adcode of the place that the file speaks
    of, or the ISO 3166 code of a country or its part outside China (:func:`is_abroad`), then
    with its name in ``area_name``; ``content`` says whether
    it lists stations or odd-job markets and inns; ``datum`` is that of its coordinates
    where a row does not say, ``None`` if it was not declared. ``note`` is for readers: that
    no list has been published, say, and how to hand one in.
    """

    path: str
    area: str
    content: str
    datum: Datum | None
    source: str
    licence: str
    collected_on: date | None
    completeness: Completeness | None
    synthetic: bool
    note: Text | None = None
    area_name: Text | None = None

    @property
    def abroad(self) -> bool:
        """Whether the list speaks of a place outside China, so that being there is no fault."""
        return is_abroad(self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueInfo:
    """The declarations of a catalogue and the provinces whose cities it answers for.

    ``sources_digest`` is the SHA-256 over the declared files, the vocabulary and the
    software version: equal digests give the same stations. ``revision`` is the number of the
    store's revision, 0 for lists that came from no store.
    """

    provinces: tuple[str, ...]
    declarations: Sequence[Declaration]
    synthetic: bool
    sources_digest: str
    revision: int = 0

    def declarations_of(self, city: str, province: str | None) -> tuple[Declaration, ...]:
        """The lists that speak of a city: its own, its province's, the nation's.

        A list of the nation speaks of the provinces that the catalogue answers for, and no more.
        """
        areas = {city, province} | ({NATION} if province in self.provinces else set())
        return tuple(each for each in self.declarations if each.area in areas)

    def lists_stations_of(self, city: str, province: str | None) -> bool:
        """Whether a list of stations has been published for a city."""
        declarations = self.declarations_of(city, province)
        return any(each.content == "stations" for each in declarations)

    def completeness_of(self, area: str) -> Completeness | None:
        """How many stations are published for exactly this area, if that is known."""
        stated = (each.completeness for each in self.declarations if each.area == area)
        return next((each for each in stated if each), None)

"""What whoever draws a map may choose."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from geo.station import Datum
from maps.basemaps import TileProvider

PaperSize = Literal["a4", "a3"]
PAPER_SIZES: Final[tuple[PaperSize, ...]] = get_args(PaperSize)


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the other pages, relative to each of them.

    ``framed`` pages stand in the page of somebody else: their links open a window.
    """

    index: str
    city: str
    framed: bool = False

    def of_city(self, adcode: str) -> str:
        """The page of a city."""
        return self.city.format(adcode=adcode)


ON_DISK = Links(index="index.html", city="{adcode}.html")
ON_SERVICE = Links(index="./", city="{adcode}")
FRAMED_ON_DISK = Links(index="../maps/index.html", city="{adcode}.html", framed=True)
FRAMED_ON_SERVICE = Links(index="../maps/", city="{adcode}", framed=True)


@dataclass(frozen=True, slots=True)
class Options:
    """``base_map`` is a folder of GeoJSON files; ``approval`` the 审图号 of a published map.

    ``map_paper`` is what maps of a report are printed on.
    """

    links: Links = ON_DISK
    tiles: TileProvider | None = None
    base_map: Path | None = None
    approval: str | None = None
    map_paper: PaperSize = "a4"

    @property
    def datum(self) -> Datum:
        """The datum in which the whole page is drawn: that of its tiles."""
        return self.tiles.datum if self.tiles else "wgs84"

    @property
    def image_hosts(self) -> tuple[str, ...]:
        """The hosts that images come from."""
        return self.tiles.hosts if self.tiles else ()


DEFAULT = Options()

"""``/cells/``: static cells of stations, from which a phone finds the nearest by itself.

Whoever asks tells no more than a tile of some four kilometres. Nothing here depends on the
caller: the same files, published by ``yizhan publish``, serve from any store.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api import cities
from api.caching import FOR_GOOD, conditional
from api.routes.depends import PROBLEMS, EditionDep
from geo.cells import Tile, days_of_year, words
from geo.cells.tiles import ZOOM
from geo.errors import NotFoundError
from geo.text import LANGS

router = APIRouter(prefix="/cells", tags=["cells"], responses=PROBLEMS)

_TILES = 1 << ZOOM
_CELL = re.compile(r"(\d{1,4})\.([0-9a-f]{16})\.json")
_HERE = re.compile(r"(\d{1,4})\.json")
_JSON = "application/json"


@router.get("/cities.json", summary="城市与瓦片范围 / cities and their tiles")
def city_list(request: Request, edition: EditionDep) -> Response:
    """所有城市及其站点所在瓦片的范围 / every city with the box of the tiles of its stations."""
    return conditional(
        request, edition.etag("cells", "cities"), edition.cells.cities, media_type=_JSON
    )


@router.get("/cities/{city}.json", summary="一个城市的瓦片索引 / the index of one city")
def city_index(city: str, request: Request, edition: EditionDep) -> Response:
    """每个瓦片的地址与站点数 / the address of each cell, and how many stations it has."""
    adcode, _, part = city.partition(".")
    place = cities.city_of(edition.places, adcode)
    cells = edition.cells
    make = {"": cells.index, "names": cells.names, "outline": cells.outline}.get(part)
    if make is None:
        raise _no_such_cell()
    etag = edition.etag("cells", city)
    return conditional(request, etag, lambda: make(place), media_type=_JSON)


@router.get("/words/{lang}.json", summary="词表 / the vocabulary")
def vocabulary(lang: str, request: Request, edition: EditionDep) -> Response:
    """类别与设施的名称 / labels of kinds and facilities."""
    known = next((each for each in LANGS if each == lang), None)
    if known is None:
        raise _no_such_cell()
    etag = edition.etag("cells", "words", lang)
    return conditional(request, etag, lambda: words(known), media_type=_JSON)


@router.get("/days/{year}.json", summary="一年的节假日与调休 / the special days of a year")
def days(
    year: Annotated[int, Path(ge=2000, le=2100)], request: Request, edition: EditionDep
) -> Response:
    """没有公布的年份为 404 / 404 for a year that is not published."""
    content = days_of_year(year)
    if content is None:
        raise NotFoundError(
            f"{year} 年的放假安排尚未公布",
            f"the public holidays of {year} are not published yet",
        )
    return conditional(
        request, edition.etag("cells", "days", str(year)), lambda: content, media_type=_JSON
    )


@router.get(f"/{ZOOM}/{{x}}/{{name}}", summary="一个瓦片的站点 / the stations of a cell")
async def cell(x: str, name: str, request: Request, edition: EditionDep) -> Response:
    """`{y}.{hash}.json`，内容永不改变 / addressed by its content, which never changes."""
    tile, found = _tile(x, name, _CELL)
    content = edition.cells.addressed(tile, found[2])
    if content is None:
        raise _no_such_cell()
    return conditional(request, found[2], lambda: content, media_type=_JSON, cache_control=FOR_GOOD)


@router.get("/here/{x}/{name}", summary="一个瓦片现在的站点 / a cell as it is now")
async def here(x: str, name: str, request: Request, edition: EditionDep) -> Response:
    """`{y}.json`：不必先读索引 / without asking an index first."""
    tile, _ = _tile(x, name, _HERE)
    etag = edition.etag("cell", tile.key)
    return conditional(request, etag, lambda: edition.cells.current(tile), media_type=_JSON)


def _tile(x: str, name: str, form: re.Pattern[str]) -> tuple[Tile, re.Match[str]]:
    """The tile of a path. Raises :class:`NotFoundError`."""
    found = form.fullmatch(name)
    if found and x.isdecimal() and x.isascii() and len(x) <= 4:
        tile = Tile(int(x), int(found[1]))
        if tile.x < _TILES and tile.y < _TILES:
            return tile, found
    raise _no_such_cell()


def _no_such_cell() -> NotFoundError:
    return NotFoundError("没有这个瓦片文件", "there is no such file of cells")

"""The whole site as static files, for any web server, CDN or object store.

Everything a courier needs is in them: the page, the cells, the lists, the maps. A file is written
only if its content changed, so that an upload is as small as the change; what an earlier
publication wrote and this one does not is removed, but for cells, which are kept a while
(:mod:`geo.cells.folder`), and the assets of earlier versions, which open pages still ask for.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from api.cells import list_note
from api.drawing import options_of
from api.settings import Settings
from api.site import assets
from api.site.city import cities_page, city_page
from api.site.courier import courier_page, worker
from api.site.embed import builder_page, embed_page
from api.site.hosts import host_files
from api.site.station import station_page
from geo.cells import (
    CellFolder,
    StationCells,
    city_index,
    city_list,
    city_names,
    city_outline,
    days_of_year,
    words,
)
from geo.cells.folder import write_whole
from geo.errors import InputError
from geo.hours import SHANGHAI, calendar
from geo.places import Place, Places
from geo.snapshot import Snapshot
from geo.text import LANGS, Text
from maps import assets as map_assets
from maps.city_map import render_city
from maps.gallery import render_index
from maps.options import FRAMED_ON_DISK, ON_DISK
from maps.picture import city_picture

# What this publication wrote, so that the next one knows what to remove.
MANIFEST: Final = "published.json"

Progress = Callable[[str, float], None]


class Published(NamedTuple):
    """How many files there are, how many were written anew, and how many removed."""

    files: int
    written: int
    removed: int


class Site(NamedTuple):
    """What is published. ``address`` is where, with a slash at its end."""

    settings: Settings
    snapshot: Snapshot
    places: Places
    address: str

    @property
    def cities(self) -> Sequence[Place]:
        """The cities of the provinces that the catalogue declares."""
        provinces = self.snapshot.info.provinces
        return [city for province in provinces for city in self.places.cities_of(province)]


def publish(
    site: Site, folder: Path, *, progress: Progress = lambda _title, _share: None
) -> Published:
    """Write the site below ``folder``.

    Raises :class:`InputError` for a folder that holds something else.
    """
    before = _before(folder)
    names: list[str] = []
    written = 0
    for name, content in _files(site, folder, progress):
        names.append(name)
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            write_whole(path, content)
            written += 1
    gone = [name for name in before - set(names) if not name.startswith("web/")]
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    write_whole(folder / MANIFEST, orjson.dumps(sorted({*names, *(before - set(gone))})))
    return Published(len(names), written, len(gone))


def _before(folder: Path) -> set[str]:
    manifest = folder / MANIFEST
    if manifest.is_file():
        return set(orjson.loads(manifest.read_bytes()))
    if folder.exists() and any(folder.iterdir()):
        raise InputError(
            "folder",
            zh=f"文件夹 {folder.name} 不是空的，也不是以前发布的",
            en=f"the folder {folder.name} is not empty and holds no earlier publication",
            value=None,
            expected=Text("一个空文件夹，或上次发布的文件夹", "an empty folder, or the last one"),
        )
    return set()


def _files(site: Site, folder: Path, progress: Progress) -> Iterator[tuple[str, bytes]]:
    yield from _shell(site)
    yield from _cells(site, folder, progress)
    yield from _lists(site, progress)
    yield from _stations(site, progress)
    yield from _maps(site, progress)
    yield from _embeds(site, progress)
    yield from host_files(site.settings)


def _shell(site: Site) -> Iterator[tuple[str, bytes]]:
    """The page, its worker and its assets."""
    yield "index.html", courier_page(site.settings, site.snapshot, root="./", api=False)
    yield "worker.js", worker()
    for name, asset in assets.assets().items():
        yield assets.url(name), asset.content


def _cells(site: Site, folder: Path, progress: Progress) -> Iterator[tuple[str, bytes]]:
    cells = StationCells(site.snapshot)
    kept = CellFolder(folder / "cells")
    today = datetime.now(SHANGHAI).date()
    for lang in LANGS:
        yield f"cells/words/{lang}.json", words(lang)
    for year in sorted(calendar().years):
        yield f"cells/days/{year}.json", days_of_year(year) or b""
    for tile in cells:
        yield f"cells/here/{tile.key}.json", cells.content(tile)
    for done, city in enumerate(site.cities, 1):
        digests = kept.keep(cells, city.adcode, today)
        note = list_note(site.snapshot, city)
        base = f"cells/cities/{city.adcode}"
        yield f"{base}.json", city_index(cells, digests, site.places, city, note)
        yield f"{base}.names.json", city_names(cells, city)
        yield f"{base}.outline.json", city_outline(site.places, city)
        progress("瓦片 / cells", done / len(site.cities))
    # Last: what it names is there.
    yield "cells/cities.json", city_list(cells, site.cities)


def _lists(site: Site, progress: Progress) -> Iterator[tuple[str, bytes]]:
    yield "city/index.html", cities_page(site.snapshot, site.places, root="../")
    for done, city in enumerate(site.cities, 1):
        page = city_page(site.snapshot, site.places, city, root="../../", links=ON_DISK)
        yield f"city/{city.adcode}/index.html", page
        progress("名录 / lists", done / len(site.cities))


def _stations(site: Site, progress: Progress) -> Iterator[tuple[str, bytes]]:
    ids = site.snapshot.column("id").to_pylist()
    for done, station_id in enumerate(ids, 1):
        address = f"{site.address}s/{station_id}/"
        page = station_page(site.snapshot, site.places, station_id, root="../../", address=address)
        yield f"s/{station_id}/index.html", page
        progress("站点 / stations", done / len(ids))


def _maps(site: Site, progress: Progress) -> Iterator[tuple[str, bytes]]:
    """The coverage maps, each with its policy in itself, and once more for frames."""
    options = options_of(site.settings, ON_DISK)
    framed = options_of(site.settings, FRAMED_ON_DISK)
    for asset in map_assets.files().values():
        for folder in ("maps", "coverage"):
            yield f"{folder}/{map_assets.FOLDER}/{asset.name}", asset.content
    for done, city in enumerate(site.cities, 1):
        name = ON_DISK.of_city(city.adcode)
        page = render_city(site.places, site.snapshot, city.adcode, options)
        yield f"maps/{name}", page.with_policy.encode()
        page = render_city(site.places, site.snapshot, city.adcode, framed)
        yield f"coverage/{name}", page.with_policy.encode()
        progress("地图 / maps", done / len(site.cities))
    index = render_index(site.places, site.snapshot, options)
    yield f"maps/{ON_DISK.index}", index.with_policy.encode()


def _embeds(site: Site, progress: Progress) -> Iterator[tuple[str, bytes]]:
    """What other sites put into frames."""
    yield "embed.js", assets.small_source("embed.js")
    builder = builder_page(
        site.snapshot, site.places, root="../", address=site.address, with_oembed=False
    )
    yield "embed/index.html", builder
    for done, city in enumerate(site.cities, 1):
        page = embed_page(site.settings, site.snapshot, city, root="../../")
        yield f"embed/{city.adcode}/index.html", page
        yield f"embed/{city.adcode}.png", city_picture(site.places, site.snapshot, city.adcode)
        progress("嵌入 / embeds", done / len(site.cities))

"""The page of one station, with a poster to be printed and hung up at its door."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import orjson
import segno
from markupsafe import Markup

from api.handoff import links_json
from api.site import assets
from api.site.headers import content_security_policy
from api.site.templates import rendered
from api.site.times import days_around
from geo.catalogue import SYNTHETIC, is_abroad
from geo.cells.schedule import schedule
from geo.datum import convert_position
from geo.hours import ABROAD, Reading, read_hours
from geo.places import Places
from geo.snapshot import Snapshot
from geo.station import DATUMS, Station
from geo.text import Text
from geo.vocabulary import vocabulary
from maps.safe import json_block

QUALITY: Final = {
    "surveyed": Text("实测", "surveyed"),
    "map_poi": Text("取自地图", "from a map"),
    "geocoded": Text("由地址推算", "worked out from the address"),
    "unknown": Text("精度未知", "of unknown quality"),
    "suspect": Text("存疑", "in doubt"),
}
STATUS: Final = {
    "open": Text("开放", "open"),
    "suspended": Text("暂停", "suspended"),
    "closed": Text("已撤销", "closed down"),
}
_APPS: Final = {
    "amap": Text("高德", "Amap"),
    "baidu": Text("百度", "Baidu"),
    "tencent": Text("腾讯", "Tencent"),
    "apple": Text("Apple 地图", "Apple Maps"),
    "geo": Text("其他地图", "Other map"),
}
_EXTRAS: Final = {
    "trades": Text("工种", "Trades"),
    "gathers": Text("聚集时间", "Gathers"),
    "inn": Text("附近客栈", "Inn nearby"),
}
_SHELTERED: Final = {"yes": "有棚或室内 under a roof", "no": "露天街边 on the street"}


def station_page(
    snapshot: Snapshot, places: Places, station_id: str, *, root: str, address: str
) -> bytes:
    """The page as HTML; ``address`` is its own, in full, for the code on the poster.

    Raises :class:`~geo.errors.NotFoundError`.
    """
    station = snapshot.station(snapshot.row_of(station_id))
    terms = vocabulary()
    reading = _reading(station)
    return rendered(
        "station.html",
        policy=content_security_policy(),
        label=SYNTHETIC if snapshot.info.synthetic else None,
        root=root,
        station=station,
        kind=terms.kinds[station.kind].label,
        place=_place_text(places, station.district),
        city=_place_text(places, station.city),
        status=STATUS[station.status],
        suspect=station.position_quality == "suspect",
        quality=QUALITY[station.position_quality],
        reading=reading.reason or reading.assumption if reading else None,
        facilities=[terms.facilities[code].label for code in sorted(station.facilities)],
        extras=_extras(station),
        links=_links(station) if station.answerable else [],
        data=json_block(_data(station)),
        code=_code(address),
        address=address,
    )


def _reading(station: Station) -> Reading | None:
    if not station.hours_text:
        return None
    return ABROAD if is_abroad(station.city) else read_hours(station.hours_text)


def _data(station: Station) -> dict[str, Any]:
    says = orjson.loads(assets.asset("strings.zh.json").content)
    reading = _reading(station)
    return {
        "hours": schedule(station.hours_text or "", reading) if reading else None,
        "days": days_around(),
        "says": says,
        "copied": "已复制 copied",
    }


def _extras(station: Station) -> Sequence[tuple[Text, str]]:
    found = [
        (label, station.extra[name]) for name, label in _EXTRAS.items() if name in station.extra
    ]
    sheltered = _SHELTERED.get(station.extra.get("sheltered", ""))
    return [*found, (Text("遮蔽", "Shelter"), sheltered)] if sheltered else found


def _links(station: Station) -> Sequence[tuple[Text, str]]:
    lon, lat = station.position
    degrees = [
        f"{value:.6f}".encode()
        for datum in DATUMS
        for value in convert_position(lon, lat, source="wgs84", target=datum)
    ]
    links = orjson.loads(links_json(quote(station.name, safe="").encode(), degrees))
    return [(_APPS[app], link) for app, link in links.items()]


def _place_text(places: Places, adcode: str) -> Text:
    place = places.known(adcode, "district") or places.known(adcode)
    return Text(place.name, place.name_en) if place else Text(adcode, adcode)


# To try all eight masks takes longer than the rest of a page, and a code can be read with any of
# them; those of one site differ in a few characters, so that what is best for one serves all.
@lru_cache(maxsize=100)
def _mask(like: str) -> int:
    """The mask (ISO/IEC 18004, 7.8) that is best for a code of this site."""
    mask = segno.make(like, error="m", micro=False).mask
    return int(mask)


def _code(address: str) -> Markup:
    """A QR code as inline SVG, black on white (ISO/IEC 18004, error correction M)."""
    site, _, page = address.rpartition("/s/")
    code = segno.make(address, error="m", micro=False, mask=_mask(f"{site}/s/{'0' * len(page)}"))
    return Markup(code.svg_inline(scale=4, border=4, omitsize=True, light="#fff"))  # noqa: S704

"""What lies under the stations: nothing but our own outlines, or what the user chose.

Tile providers are an option, each with the datum in which its tiles are drawn: a map on
tiles in GCJ-02 is drawn in GCJ-02 altogether, or it would lie half a kilometre off.
A local base map is a folder of GeoJSON files in WGS-84, such as those of Natural Earth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from geo.errors import InputError
from geo.station import Datum
from geo.text import Text


@dataclass(frozen=True, slots=True)
class TileProvider:
    """A service of map tiles in Web Mercator. ``urls`` are Leaflet templates, drawn in order.

    Whoever publishes a map on them observes the provider's terms of use.
    """

    name: str
    urls: Sequence[str]
    datum: Datum
    attribution: Text
    subdomains: str = ""
    needs_key: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that images come from."""
        parts = [urlsplit(url).netloc for url in self.urls]
        named = [part.replace("{s}", s) for part in parts for s in (self.subdomains or ("",))]
        return tuple(dict.fromkeys(named))


_TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
)

PROVIDERS: Mapping[str, TileProvider] = MappingProxyType(
    {
        provider.name: provider
        for provider in (
            TileProvider(
                "gaode",
                [
                    "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
                ],
                datum="gcj02",
                attribution=Text("底图：高德地图", "Base map: Amap"),
                subdomains="1234",
            ),
            TileProvider(
                "tencent",
                ["https://rt{s}.map.gtimg.com/tile?z={z}&x={x}&y={-y}&type=vector&styleid=1"],
                datum="gcj02",
                attribution=Text("底图：腾讯地图", "Base map: Tencent Maps"),
                subdomains="0123",
            ),
            TileProvider(
                "tianditu",
                [_TIANDITU.format(layer="vec"), _TIANDITU.format(layer="cva")],
                datum="wgs84",
                attribution=Text("底图：天地图", "Base map: Tianditu"),
                subdomains="01234567",
                needs_key=True,
            ),
            TileProvider(
                "osm",
                ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"],
                datum="wgs84",
                attribution=Text(
                    "底图：© OpenStreetMap 贡献者", "Base map: © OpenStreetMap contributors"
                ),
            ),
        )
    }
)


def tile_provider(name: str, *, key: str | None = None) -> TileProvider:
    """The provider of this name, with the user's key in its addresses where it needs one.

    Raises :class:`InputError` for an unknown name and for a key that is missing.
    """
    provider = PROVIDERS.get(name)
    if provider is None:
        raise InputError(
            "tiles",
            zh=f"没有名为 {name} 的瓦片服务",
            en=f"there is no tile provider called {name}",
            value=name,
            expected=Text("、".join(PROVIDERS), ", ".join(PROVIDERS)),
        )
    if not provider.needs_key:
        return provider
    if not key:
        raise InputError(
            "tiles_key",
            zh=f"{name} 需要您在其网站申请的密钥",
            en=f"{name} needs the key that its site gives you",
            value=None,
        )
    return replace(
        provider, urls=[url.replace("{key}", quote(key, safe="")) for url in provider.urls]
    )

"""Links that open a station in a map app, each in the datum and axis order that it expects.

高德 and 腾讯 take GCJ-02, 百度 BD-09, ``geo:`` WGS-84 (RFC 5870). Apple's maps of the mainland
are drawn in GCJ-02 and elsewhere in WGS-84, which is what our GCJ-02 is outside the mainland;
that link has not been tried on a device. Only the first writes longitude first.
"""

from typing import NamedTuple


class Coordinates(NamedTuple):
    """Decimal degrees as they are written in an address, in some datum."""

    lon: bytes
    lat: bytes


_LINKS = (
    b'{"amap":"https://uri.amap.com/navigation?to=%b,%b,%b&mode=walk&coordinate=gaode&src=yizhan",'
    b'"baidu":"https://api.map.baidu.com/marker?location=%b,%b&title=%b&content=%b'
    b'&coord_type=bd09ll&output=html&src=yizhan",'
    b'"tencent":"https://apis.map.qq.com/uri/v1/routeplan?type=walk&tocoord=%b,%b&to=%b'
    b'&referer=yizhan",'
    b'"apple":"https://maps.apple.com/?daddr=%b,%b&dirflg=w",'
    b'"geo":"geo:%b,%b?q=%b,%b(%b)"}'
)


def links_json(name: bytes, wgs84: Coordinates, gcj02: Coordinates, bd09: Coordinates) -> bytes:
    """The links as a JSON object. ``name`` is percent-encoded, so nothing needs escaping."""
    lon, lat = gcj02
    b_lon, b_lat = bd09
    w_lon, w_lat = wgs84
    amap, baidu = (lon, lat, name), (b_lat, b_lon, name, name)
    tencent, apple = (lat, lon, name), (lat, lon)
    return _LINKS % (*amap, *baidu, *tencent, *apple, w_lat, w_lon, w_lat, w_lon, name)

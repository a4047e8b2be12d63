"""Links that open a station in a map app, each in the datum and axis order that it expects.

高德 and 腾讯 take GCJ-02, 百度 BD-09, ``geo:`` WGS-84 (RFC 5870). Apple's maps of the mainland
are drawn in GCJ-02 and elsewhere in WGS-84, which is what our GCJ-02 is outside the mainland;
that link has not been tried on a device. Only the first writes longitude first.
"""

from typing import NamedTuple


class Coordinates(NamedTuple):
    """Decimal degrees as they are written in an address, in some datum."""

    lon: str
    lat: str


def links_json(name: str, wgs84: Coordinates, gcj02: Coordinates, bd09: Coordinates) -> str:
    """The links as a JSON object. ``name`` is percent-encoded, so nothing needs escaping."""
    lon, lat = gcj02
    b_lon, b_lat = bd09
    w_lon, w_lat = wgs84
    return (
        f'{{"amap":"https://uri.amap.com/navigation?to={lon},{lat},{name}'
        f'&mode=walk&coordinate=gaode&src=yizhan","baidu":"https://api.map.baidu.com/marker?'
        f"location={b_lat},{b_lon}&title={name}&content={name}&coord_type=bd09ll"
        f'&output=html&src=yizhan","tencent":"https://apis.map.qq.com/uri/v1/routeplan?'
        f'type=walk&tocoord={lat},{lon}&to={name}&referer=yizhan",'
        f'"apple":"https://maps.apple.com/?daddr={lat},{lon}&dirflg=w",'
        f'"geo":"geo:{w_lat},{w_lon}?q={w_lat},{w_lon}({name})"}}'
    )

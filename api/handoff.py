"""Links that open a station in a map app, each in the datum and axis order that it expects.

高德 and 腾讯 take GCJ-02, 百度 BD-09, ``geo:`` WGS-84 (RFC 5870). Apple's maps of the mainland
are drawn in GCJ-02 and elsewhere in WGS-84, which is what our GCJ-02 is outside the mainland;
that link has not been tried on a device. Only the first writes longitude first.
"""

from typing import NamedTuple


class LonLat(NamedTuple):
    """Degrees in some datum."""

    lon: float
    lat: float


def links_json(name: str, wgs84: LonLat, gcj02: LonLat, bd09: LonLat) -> str:
    """The links as a JSON object. ``name`` is percent-encoded, so nothing needs escaping."""
    lon, lat = gcj02
    b_lon, b_lat = bd09
    w_lon, w_lat = wgs84
    return (
        f'{{"amap":"https://uri.amap.com/navigation?to={lon:.6f},{lat:.6f},{name}'
        f'&mode=walk&coordinate=gaode&src=yizhan","baidu":"https://api.map.baidu.com/marker?'
        f"location={b_lat:.6f},{b_lon:.6f}&title={name}&content={name}&coord_type=bd09ll"
        f'&output=html&src=yizhan","tencent":"https://apis.map.qq.com/uri/v1/routeplan?'
        f'type=walk&tocoord={lat:.6f},{lon:.6f}&to={name}&referer=yizhan",'
        f'"apple":"https://maps.apple.com/?daddr={lat:.6f},{lon:.6f}&dirflg=w",'
        f'"geo":"geo:{w_lat:.6f},{w_lon:.6f}?q={w_lat:.6f},{w_lon:.6f}({name})"}}'
    )

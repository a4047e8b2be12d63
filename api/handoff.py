"""Links that open a station in a map app, each in the datum and axis order that it expects.

高德 and 腾讯 take GCJ-02, 百度 BD-09, ``geo:`` WGS-84 (RFC 5870). Apple's maps of the mainland
are drawn in GCJ-02 and elsewhere in WGS-84, which is what our GCJ-02 is outside the mainland;
that link has not been tried on a device. Only the first writes longitude first.
"""

from collections.abc import Sequence

_LINKS = (
    b'{"amap":"https://uri.amap.com/navigation?to=%b,%b,%b&mode=walk&coordinate=gaode&src=yizhan",'
    b'"baidu":"https://api.map.baidu.com/marker?location=%b,%b&title=%b&content=%b'
    b'&coord_type=bd09ll&output=html&src=yizhan",'
    b'"tencent":"https://apis.map.qq.com/uri/v1/routeplan?type=walk&tocoord=%b,%b&to=%b'
    b'&referer=yizhan",'
    b'"apple":"https://maps.apple.com/?daddr=%b,%b&dirflg=w",'
    b'"geo":"geo:%b,%b?q=%b,%b(%b)"}'
)


def links_json(name: bytes, degrees: Sequence[bytes]) -> bytes:
    """The links as a JSON object.

    ``name`` is percent-encoded, so nothing needs escaping; ``degrees`` are longitude and
    latitude as decimals in WGS-84, in GCJ-02 and in BD-09.
    """
    lon, lat, g_lon, g_lat, b_lon, b_lat = degrees
    amap, baidu = (g_lon, g_lat, name), (b_lat, b_lon, name, name)
    tencent, apple = (g_lat, g_lon, name), (g_lat, g_lon)
    return _LINKS % (*amap, *baidu, *tencent, *apple, lat, lon, lat, lon, name)

/* Links that open a station in a map app, each in the datum and order that it expects. */

import { convert } from "./datum.js";

const FACTOR = 1e6;

/** `[name of the app, link]` for a station's position (WGS-84), on foot or riding. */
export function links(name, at, mode) {
  const [lon, lat] = at.map(round), [gLon, gLat] = convert(at, "wgs84", "gcj02").map(round);
  const [bLon, bLat] = convert(at, "wgs84", "bd09").map(round);
  const text = encodeURIComponent(name), rides = mode === "ride";
  return [
    ["amap", `https://uri.amap.com/navigation?to=${gLon},${gLat},${text}&mode=${rides ? "ride" : "walk"}&coordinate=gaode&src=yizhan`],
    ["baidu", `https://api.map.baidu.com/marker?location=${bLat},${bLon}&title=${text}&content=${text}&coord_type=bd09ll&output=html&src=yizhan`],
    ["tencent", `https://apis.map.qq.com/uri/v1/routeplan?type=${rides ? "bike" : "walk"}&tocoord=${gLat},${gLon}&to=${text}&referer=yizhan`],
    ["apple", `https://maps.apple.com/?daddr=${gLat},${gLon}&dirflg=w`],
    ["geo", `geo:${lat},${lon}?q=${lat},${lon}(${text})`],
  ];
}

function round(degrees) {
  return Math.round(degrees * FACTOR) / FACTOR;
}

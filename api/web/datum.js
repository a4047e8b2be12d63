/* WGS-84, GCJ-02 and BD-09 in degrees, lon before lat: the formulas of `geo/datum.py`. */

const A_M = 6378245;
const EE = 0.00669342162296594323;
const BD_WAVE = (Math.PI * 3000) / 180;
const BD_LON = 0.0065, BD_LAT = 0.006;
const ROUNDS = 6;
const RADIANS = Math.PI / 180;
// The mainland's box, and those in it where nothing is shifted: Taiwan, Hong Kong, Macao. Coarser
// than the outline that the service has; only a position typed beyond a border may notice.
const MAINLAND = [73.5, 18.1, 134.8, 53.6];
const UNSHIFTED = [[119.3, 21.7, 122.3, 25.5], [113.82, 22.13, 114.51, 22.56], [113.52, 22.1, 113.61, 22.218]];

/** A position of one datum in another. */
export function convert(position, source, target) {
  if (source === target) return position;
  const wgs84 = source === "wgs84" ? position : settled(solve(position, source), position);
  return target === "wgs84" || !isShifted(wgs84) ? wgs84 : shift(wgs84, target);
}

function settled(solved, given) {
  return isShifted(solved) ? solved : given;
}

function isShifted(position) {
  return within(position, MAINLAND) && !UNSHIFTED.some((box) => within(position, box));
}

function within([lon, lat], [west, south, east, north]) {
  return west <= lon && lon <= east && south <= lat && lat <= north;
}

function shift(position, datum) {
  const gcj02 = gcj02Of(position);
  return datum === "bd09" ? bd09Of(gcj02) : gcj02;
}

function solve(position, datum) {
  const gcj02 = datum === "bd09" ? inverse(bd09Of, position) : position;
  return inverse(gcj02Of, gcj02);
}

function inverse(forward, [lon, lat]) {
  let x = lon, y = lat;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [shiftedX, shiftedY] = forward([x, y]);
    x -= shiftedX - lon;
    y -= shiftedY - lat;
  }
  return [x, y];
}

function gcj02Of([lon, lat]) {
  const x = lon - 105, y = lat - 35, { PI, sin, sqrt, abs, cos } = Math;
  const ripple = 20 * sin(6 * x * PI) + 20 * sin(2 * x * PI), root = sqrt(abs(x));
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root;
  north += ((ripple + waves(y)) * 2) / 3;
  north += ((160 * sin((y / 12) * PI) + 320 * sin((y / 30) * PI)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root;
  east += ((ripple + waves(x)) * 2) / 3;
  east += ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const phi = lat * RADIANS, w = 1 - EE * sin(phi) * sin(phi);
  const meridian = (A_M * (1 - EE)) / (w * sqrt(w)), normal = A_M / sqrt(w);
  return [lon + east / (normal * cos(phi)) / RADIANS, lat + north / meridian / RADIANS];
}

function waves(z) {
  return 20 * Math.sin(z * Math.PI) + 40 * Math.sin((z / 3) * Math.PI);
}

function bd09Of([lon, lat]) {
  const radius = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * BD_WAVE);
  const angle = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * BD_WAVE);
  return [radius * Math.cos(angle) + BD_LON, radius * Math.sin(angle) + BD_LAT];
}

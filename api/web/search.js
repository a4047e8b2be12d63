/* The k nearest stations, found on this phone from cells: nearest first, as the API orders them. */

import { inverse } from "./geodesic.js";

export const ZOOM = 13;
const TILES = 1 << ZOOM;
const LAT_LIMIT = 85.0511287798066;
const RADIANS = Math.PI / 180;
// The nearest point of a box is taken on a plane up to here, with a margin that covers the error.
const NEAR_M = 100e3;
const MARGIN = 0.995;
const FARTHEST_CORNER = 1.01;
// So many cells are asked for at once: the ring around the caller.
const AT_ONCE = 9;

/** The tile of a position [lon, lat]. */
export function tileOf([lon, lat]) {
  const phi = Math.max(-LAT_LIMIT, Math.min(LAT_LIMIT, lat)) * RADIANS;
  const x = Math.floor(((lon + 180) / 360) * TILES);
  const y = Math.floor(((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * TILES);
  return [x, y].map((number) => Math.max(0, Math.min(TILES - 1, number)));
}

/** No station of a box of tiles [west, north, east, south] is nearer than so many metres. */
export function boxBound(origin, [west, north, east, south]) {
  const [left, top, right, bottom] = [lonOf(west), latOf(north), lonOf(east + 1), latOf(south + 1)];
  const clamped = [clamp(origin[0], left, right), clamp(origin[1], bottom, top)];
  const near = inverse(origin, clamped).distance_m;
  if (near < NEAR_M) return near * MARGIN;
  const centre = [(left + right) / 2, (top + bottom) / 2];
  const corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
  const reach = Math.max(...corners.map((corner) => inverse(centre, corner).distance_m));
  return Math.max(0, inverse(origin, centre).distance_m - reach * FARTHEST_CORNER);
}

/**
 * The k nearest stations that `rank` admits, searched in the order of what may be near.
 *
 * `source` gives promises: `cities()`, `index(adcode)`, `cell(key, address)` and `here(key)`, a
 * cell by its tile alone, or null where that is not to be had. `rank(station, distance_m)` is 0
 * for a match, 1 for one that comes after all of these, null for none. `told(hits)` hears of what
 * was found on the way; the answer given back is proven within `within_m` metres, unless
 * `source.lost` tells that something could not be had.
 */
export async function nearest(source, origin, { k, within_m: withinM, rank, told }) {
  const hits = new Hits(origin, { k, withinM, rank });
  const own = tileOf(origin).join("/");
  // The caller's own cell needs no index: it is there first.
  const here = await source.here(own);
  if (here) hits.add(own, here);
  told(hits.best());
  const list = await had(source, source.cities());
  const open = (list ? list.cities : [])
    .filter((city) => city.box)
    .map((city) => ({ bound: boxBound(origin, city.box), city: city.adcode }));
  while (open.length) {
    open.sort((a, b) => a.bound - b.bound);
    const limit = hits.limit();
    if (open[0].bound > limit) break;
    const batch = open.splice(0, AT_ONCE).filter(({ bound }) => bound <= limit);
    const found = await Promise.all(batch.map((each) => opened(source, origin, each)));
    for (const { cells, content, key } of found) {
      if (cells) open.push(...cells);
      else if (content) hits.add(key, content);
    }
    told(hits.best());
  }
  return hits.best();
}

/* What a source gives, or null, and then the source has lost something: without a network an answer
   is made of what is there. */
async function had(source, promise) {
  try {
    return await promise;
  } catch (error) {
    source.lost = true;
    return null;
  }
}

async function opened(source, origin, { city, key, address }) {
  if (!city) return { key, content: await had(source, source.cell(key, address)) };
  const index = await had(source, source.index(city));
  const cells = Object.keys(index ? index.cells : {}).map((tile) => {
    const [x, y] = tile.split("/").map(Number);
    return { bound: boxBound(origin, [x, y, x, y]), key: tile, address: index.cells[tile][0] };
  });
  return { cells };
}

/* What was found so far. A cell that several cities name counts once. */
class Hits {
  constructor(origin, { k, withinM, rank }) {
    Object.assign(this, { origin, k, withinM, rank, seen: new Set(), ranked: [[], []] });
  }

  add(key, cell) {
    if (this.seen.has(key)) return;
    this.seen.add(key);
    for (const station of cell.stations) {
      const way = inverse(this.origin, station.at);
      const rank = way.distance_m <= this.withinM ? this.rank(station, way.distance_m, cell) : null;
      if (rank !== null) this.ranked[rank].push(Object.assign({ station, cell, rank }, way));
    }
    for (const list of this.ranked) {
      list.sort((a, b) => a.distance_m - b.distance_m || (a.station.id < b.station.id ? -1 : 1));
      list.splice(this.k);
    }
  }

  best() {
    return this.ranked[0].concat(this.ranked[1]).slice(0, this.k);
  }

  /* Beyond this nothing can change the answer. */
  limit() {
    const [matches] = this.ranked;
    return matches.length < this.k ? this.withinM : matches[this.k - 1].distance_m;
  }
}

function lonOf(x) {
  return (x / TILES) * 360 - 180;
}

function latOf(y) {
  return Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / TILES))) / RADIANS;
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

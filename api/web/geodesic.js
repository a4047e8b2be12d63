/* Distance and bearing on the WGS-84 ellipsoid: T. Vincenty, Survey Review 23 (176), 1975. */

const A_M = 6378137;
const F = 1 / 298.257223563;
const B_M = A_M * (1 - F);
const MEAN_RADIUS_M = 6371008.8;
const ROUNDS = 200;
const RADIANS = Math.PI / 180;

/**
 * Metres and initial bearing in degrees [0, 360) from one [lon, lat] to another.
 *
 * Within 0.1 mm of Karney's method. Between points that are nearly antipodal the iteration does
 * not settle; the distance is then that on a sphere.
 */
export function inverse([lonA, latA], [lonB, latB]) {
  const reducedA = Math.atan((1 - F) * Math.tan(latA * RADIANS));
  const reducedB = Math.atan((1 - F) * Math.tan(latB * RADIANS));
  const sinA = Math.sin(reducedA), cosA = Math.cos(reducedA);
  const sinB = Math.sin(reducedB), cosB = Math.cos(reducedB);
  const difference = (((lonB - lonA + 540) % 360) - 180) * RADIANS;
  let lambda = difference;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sinL = Math.sin(lambda), cosL = Math.cos(lambda);
    const east = cosB * sinL, north = cosA * sinB - sinA * cosB * cosL;
    const sinSigma = Math.hypot(east, north);
    if (sinSigma === 0) return { distance_m: 0, bearing_deg: 0 };
    const cosSigma = sinA * sinB + cosA * cosB * cosL;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosA * cosB * sinL) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const cos2Middle = cos2Alpha === 0 ? 0 : cosSigma - (2 * sinA * sinB) / cos2Alpha;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const turn = sigma + c * sinSigma * (cos2Middle + c * cosSigma * (2 * cos2Middle * cos2Middle - 1));
    const next = difference + (1 - c) * F * sinAlpha * turn;
    if (Math.abs(next - lambda) < 1e-13) {
      const bearing = Math.atan2(east, north) / RADIANS;
      return {
        distance_m: arcMetres(sigma, sinSigma, cosSigma, cos2Alpha, cos2Middle),
        bearing_deg: (bearing + 360) % 360,
      };
    }
    lambda = next;
  }
  return onSphere([lonA, latA], [lonB, latB]);
}

function arcMetres(sigma, sinSigma, cosSigma, cos2Alpha, cos2Middle) {
  const u2 = (cos2Alpha * (A_M * A_M - B_M * B_M)) / (B_M * B_M);
  const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const square = 2 * cos2Middle * cos2Middle - 1;
  const far = (b / 6) * cos2Middle * (4 * sinSigma * sinSigma - 3) * (4 * cos2Middle * cos2Middle - 3);
  return B_M * a * (sigma - b * sinSigma * (cos2Middle + (b / 4) * (cosSigma * square - far)));
}

function onSphere([lonA, latA], [lonB, latB]) {
  const phiA = latA * RADIANS, phiB = latB * RADIANS, lambda = (lonB - lonA) * RADIANS;
  const north = Math.cos(phiA) * Math.sin(phiB) - Math.sin(phiA) * Math.cos(phiB) * Math.cos(lambda);
  const east = Math.sin(lambda) * Math.cos(phiB);
  const along = Math.sin(phiA) * Math.sin(phiB) + Math.cos(phiA) * Math.cos(phiB) * Math.cos(lambda);
  return {
    distance_m: MEAN_RADIUS_M * Math.atan2(Math.hypot(east, north), along),
    bearing_deg: (Math.atan2(east, north) / RADIANS + 360) % 360,
  };
}

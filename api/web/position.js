/* What people type for a position. */

const NUMBER = "([-+]?\\d{1,3}(?:\\.\\d+)?)";
const TYPED = new RegExp(`^${NUMBER}[,;\\s]+${NUMBER}$`);
const CHINA_LON = [73, 136], CHINA_LAT = [18, 54];

/**
 * The positions [lon, lat] that a text may mean: none if it is no pair of numbers, two if both
 * orders make sense. Full-width digits, points and commas are read; degrees only.
 */
export function readings(text) {
  const plain = text.normalize("NFKC").replace(/[、，。]/g, (mark) => (mark === "。" ? "." : ",")).trim();
  const bare = plain.replace(/东经|北纬|经度|纬度|[°度:()]/g, "").replace(/(\d)\s*[NE]\b/gi, "$1").replace(/\b[NE]\s*(?=\d)/gi, "");
  const found = TYPED.exec(bare.trim());
  if (!found) return [];
  const given = [Number(found[1]), Number(found[2])];
  const orders = [given, [given[1], given[0]]].filter(isPosition);
  const inChina = orders.filter(isInChina);
  const meant = inChina.length ? inChina : orders;
  return meant.length === 2 && given[0] === given[1] ? [given] : meant;
}

function isPosition([lon, lat]) {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}

function isInChina([lon, lat]) {
  return CHINA_LON[0] <= lon && lon <= CHINA_LON[1] && CHINA_LAT[0] <= lat && lat <= CHINA_LAT[1];
}

/* Facts in words. Sentences stand in `strings.{lang}.json`, `{0}` is where a value goes. */

const OFFSET_MS = 8 * 3600e3, DAY_MS = 86400e3;
const SOON_MIN = 60;

/** A sentence with its values. */
export function fill(sentence, ...values) {
  return sentence.replace(/\{(\d)\}/g, (_, nth) => values[nth]);
}

/** Metres in words. */
export function distance(metres, says) {
  if (metres < 995) return fill(says.metres, metres < 10 ? Math.round(metres) : Math.round(metres / 10) * 10);
  return fill(says.kilometres, (metres / 1000).toFixed(metres < 9950 ? 1 : 0));
}

/** Minutes on the way: a straight line, made longer by a detour, at a steady speed. */
export function travelMinutes(metres, mode, { detour, speed_kmh: speeds }) {
  return Math.max(1, Math.round((metres * detour * 60) / (speeds[mode] * 1000)));
}

/** The state of a station in words, for a moment in milliseconds. */
export function opening(state, ms, says, lang) {
  if (state.state === "unknown") {
    return [says.hours_unknown, state.reason === "unpublished" && says.unpublished].filter(Boolean).join(" · ");
  }
  const parts = state.state === "open" ? [says.open_now, until(state, ms, says)] : [says.closed_now, reopening(state, ms, says)];
  return parts.concat(special(state, says, lang)).filter(Boolean).join(" · ");
}

function special(state, says, lang) {
  if (state.reason === "holiday") return fill(says.holiday, state.name[lang]);
  return state.reason === "makeup" ? says.makeup : "";
}

function until(state, ms, says) {
  if (state.closes_at === null) return says.all_day;
  if (state.closes_in_min < SOON_MIN) return fill(says.closes_in, Math.max(1, state.closes_in_min));
  return fill(says.closes, moment(state.closes_at, ms, says));
}

function reopening(state, ms, says) {
  if (state.opens_at === null) return "";
  const later = dayOf(state.opens_at) > dayOf(ms);
  if (state.reason === "holiday" && later) return fill(says.after_holiday, dated(state.opens_at, says));
  return fill(says.opens, moment(state.opens_at, ms, says));
}

/** The same sentences for markets, which open like a market. */
export function ofMarkets(says) {
  return Object.assign({}, says, { opens: says.opens_market, hours_unknown: says.market_hours_unknown });
}

/* A time of today alone, of another day with the day. */
function moment(at, ms, says) {
  const days = dayOf(at) - dayOf(ms), date = inChina(at);
  if (days === 0) return clock(date);
  if (days === 1) return `${says.tomorrow} ${clock(date)}`;
  return days < 7 ? `${says.weekdays.split(" ")[date.getUTCDay()]} ${clock(date)}` : dated(at, says);
}

function dated(at, says) {
  const date = inChina(at);
  return `${fill(says.on_day, date.getUTCMonth() + 1, date.getUTCDate())} ${clock(date)}`;
}

function clock(date) {
  return date.toISOString().slice(11, 16);
}

function inChina(ms) {
  return new Date(ms + OFFSET_MS);
}

function dayOf(ms) {
  return Math.floor((ms + OFFSET_MS) / DAY_MS);
}

/** How long ago a moment was. */
export function ago(ms, says) {
  const minutes = Math.max(0, Math.round((Date.now() - ms) / 60e3));
  if (minutes < 60) return fill(says.minutes_ago, minutes);
  return minutes < 2880 ? fill(says.hours_ago, Math.round(minutes / 60)) : fill(says.days_ago, Math.round(minutes / 1440));
}

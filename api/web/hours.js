/* Whether a station is open, from the tables that a cell carries; always in China's one time. */

const OFFSET_MS = 8 * 3600e3;
const DAY_MS = 86400e3;
const MINUTE_MS = 60e3;
const DAY_MIN = 1440;
const SEARCH_DAYS = 60;
const NEVER_CLOSES_DAYS = 8;
const NORMAL = 0, HOLIDAY = 1, MAKEUP = 2, UNPUBLISHED = 3;

/** The special days of the years that are published, as `cells/days/{year}.json` says them. */
export class Calendar {
  constructor(years = []) {
    this.years = new Map(years.map((each) => [each.year, each]));
    this.known = new Map();
  }

  /** What kind of day a day since 1970 is, and the holiday's name. */
  kind(day) {
    if (!this.known.has(day)) this.known.set(day, this.lookUp(day));
    return this.known.get(day);
  }

  lookUp(day) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    const year = this.years.get(Number(date.slice(0, 4)));
    if (!year) return { kind: UNPUBLISHED, name: null };
    const name = year.holidays[date];
    if (name) return { kind: HOLIDAY, name };
    return { kind: year.makeup.includes(date) ? MAKEUP : NORMAL, name: null };
  }
}

/** The year, in China, of a moment in milliseconds. */
export function yearOf(ms) {
  return new Date(ms + OFFSET_MS).getUTCFullYear();
}

/**
 * The state at a moment in milliseconds: `open`, `closed` or `unknown`; `opens_at` of a closed
 * one, `closes_at` and `closes_in_min` of an open one, null where they are not known or there is
 * none in sight; `reason` is `holiday`, `makeup`, `unpublished` where that decides, else null, and
 * `name` the holiday's.
 */
export function stateAt(schedule, ms, calendar) {
  const unknown = { state: "unknown", opens_at: null, closes_at: null, closes_in_min: null, reason: null, name: null };
  if (!schedule || !schedule.weeks) return unknown;
  const open = openAt(schedule, ms, calendar);
  const why = reason(schedule, ms, calendar);
  if (open === null) return Object.assign(unknown, why);
  if (!open) {
    return Object.assign({}, unknown, why, { state: "closed", opens_at: nextOpening(schedule, ms, calendar) });
  }
  const closesAt = closing(schedule, ms, calendar);
  const left = closesAt === null ? null : Math.floor((closesAt - ms) / MINUTE_MS);
  return Object.assign({}, unknown, why, { state: "open", closes_at: closesAt, closes_in_min: left });
}

/** Whether it is open at a moment; null if that cannot be known. */
export function openAt(schedule, ms, calendar) {
  const today = dayOf(ms);
  const minute = Math.floor((ms + OFFSET_MS - today * DAY_MS) / MINUTE_MS);
  const spilt = spansOn(schedule, today - 1, calendar);
  if (spilt && spilt.some(([, end]) => end > DAY_MIN + minute)) return true;
  const spans = spansOn(schedule, today, calendar);
  if (!spans) return null;
  if (spans.some(([start, end]) => start <= minute && minute < end)) return true;
  return spilt === null && maySpill(schedule) ? null : false;
}

function dayOf(ms) {
  return Math.floor((ms + OFFSET_MS) / DAY_MS);
}

/* The spans that begin on a day; null if that cannot be known. */
function spansOn(schedule, day, calendar) {
  return spansOfKind(schedule, day, calendar.kind(day).kind);
}

function spansOfKind(schedule, day, kind) {
  const date = new Date(day * DAY_MS);
  const month = date.getUTCMonth() + 1, dayOfMonth = date.getUTCDate();
  let days = schedule.weeks[0][2];
  for (const [fromMonth, fromDay, table] of schedule.weeks) {
    if (month > fromMonth || (month === fromMonth && dayOfMonth >= fromDay)) days = table;
  }
  // 1 January 1970 was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  const digit = days[kind * 7 + weekday];
  return digit === "-" ? null : schedule.spans[parseInt(digit, 36)];
}

function maySpill(schedule) {
  return schedule.spans.some((spans) => spans.some(([, end]) => end > DAY_MIN));
}

function nextOpening(schedule, ms, calendar) {
  const today = dayOf(ms);
  for (let day = today; day < today + SEARCH_DAYS; day += 1) {
    const spans = spansOn(schedule, day, calendar);
    if (!spans) return null;
    for (const [start] of spans) {
      const moment = momentOf(day, start);
      if (moment > ms) return moment;
    }
  }
  return null;
}

/* The end of the run of hours that touch; null if it has none in sight. */
function closing(schedule, ms, calendar) {
  const today = dayOf(ms);
  let end = ms;
  for (let day = today - 1; day < today + NEVER_CLOSES_DAYS; day += 1) {
    const spans = spansOn(schedule, day, calendar);
    // Up to here it is known; what begins at midnight is not.
    if (!spans) return end < momentOf(day, 0) ? end : null;
    for (const [start, stop] of spans) {
      if (momentOf(day, start) <= end && end < momentOf(day, stop)) end = momentOf(day, stop);
    }
  }
  return dayOf(end) > today + NEVER_CLOSES_DAYS - 1 ? null : end;
}

function momentOf(day, minute) {
  return day * DAY_MS + minute * MINUTE_MS - OFFSET_MS;
}

/* A special day is the reason where an ordinary day of the same weekday would be another. */
function reason(schedule, ms, calendar) {
  const today = dayOf(ms);
  const { kind, name } = calendar.kind(today);
  const own = spansOfKind(schedule, today, kind);
  if (kind === UNPUBLISHED) return { reason: own ? null : "unpublished", name: null };
  if (kind === NORMAL || JSON.stringify(own) === JSON.stringify(spansOfKind(schedule, today, NORMAL))) {
    return { reason: null, name: null };
  }
  return { reason: kind === HOLIDAY ? "holiday" : "makeup", name };
}

/* What is asked for: kept in the address of the page, so that a link brings the same view. */

import { stateAt } from "./hours.js";

const DEFAULT_GROUP = "rest", WORK = "work";
const CHOICES = { tab: ["stations", "markets"], open: ["any", "now", "arrival"], unknown: ["include", "hide"], mode: ["walk", "ride"] };

/** The filters of an address's query; what it does not say is as usual. */
export function readFilters(query, words) {
  const params = new URLSearchParams(query);
  const filters = { kind: "", facilities: [] };
  for (const [name, [usual, ...others]] of Object.entries(CHOICES)) {
    filters[name] = others.includes(params.get(name)) ? params.get(name) : usual;
  }
  const kind = params.get("kind") || "";
  if (words.kinds[kind] || kind === "all") filters.kind = kind;
  filters.facilities = (params.get("facility") || "").split(",").filter((code) => words.facilities[code]);
  return filters;
}

/** The query of filters, with what else the address says. Never a position. */
export function writeFilters(filters, query) {
  const params = new URLSearchParams(query);
  for (const [name, [usual]] of Object.entries(CHOICES)) set(params, name, filters[name] === usual ? "" : filters[name]);
  set(params, "kind", filters.kind);
  set(params, "facility", filters.facilities.join(","));
  const text = params.toString().replace(/%2C/g, ",");
  return text ? `?${text}` : "";
}

function set(params, name, value) {
  if (value) params.set(name, value);
  else params.delete(name);
}

/** Whether any filter may leave a station out. */
export function isNarrow(filters) {
  return Boolean(filters.facilities.length || filters.open !== "any" || filters.unknown === "hide" || filters.kind || filters.tab === "markets");
}

/**
 * How a station ranks: 0 for a match, 1 for one of which the facilities are not known, which comes
 * after all of these, null for none.
 */
export function ranking(filters, { words, now, secondsFor, calendar }) {
  const kinds = admitted(filters, words);
  return (station, metres, cell) => {
    if (!kinds(station.kind)) return null;
    const open = filters.open === "any" ? "open" : stateOf(station, cell, now + arrival(filters, metres, secondsFor), calendar).state;
    if (open === "closed" || (open === "unknown" && filters.unknown === "hide")) return null;
    if (!filters.facilities.length) return 0;
    if (station.facilities === null) return filters.unknown === "hide" ? null : 1;
    return filters.facilities.every((code) => station.facilities.includes(code)) ? 0 : null;
  };
}

function admitted(filters, words) {
  const group = (kind) => (words.kinds[kind] || {}).group;
  if (filters.tab === "markets") return (kind) => group(kind) === WORK;
  if (filters.kind === "all") return () => true;
  return filters.kind ? (kind) => kind === filters.kind : (kind) => group(kind) === DEFAULT_GROUP;
}

function arrival(filters, metres, secondsFor) {
  return filters.open === "arrival" ? secondsFor(metres) * 1e3 : 0;
}

/** The state of a station of a cell at a moment. */
export function stateOf(station, cell, ms, calendar) {
  return stateAt(station.hours === null ? null : cell.hours[station.hours], ms, calendar);
}

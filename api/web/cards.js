/* Stations as cards. Every text reaches the page through textContent. */

import { distance, fill, ofMarkets, opening, travelMinutes } from "./say.js";
import { stateOf } from "./filters.js";

const BEARINGS = { zh: ["北", "东北", "东", "东南", "南", "西南", "西", "西北"], en: ["N", "NE", "E", "SE", "S", "SW", "W", "NW"] };

/** An element with a class, a text, and children. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** A station as an item of the list. `view` is the page's: words, filters, calendar, icons. */
export function card(hit, number, view) {
  const { station, cell, distance_m: metres } = hit, { says, lang } = view;
  const name = element("h2", "", element("a", "", element("bdi", "", station.name)));
  name.firstChild.href = `${view.root}s/${station.id}/`;
  const item = element("li", "card",
    element("span", "number", String(number)),
    name,
    way(metres, hit.bearing_deg, view),
    state(station, cell, metres, view),
    element("p", "address", element("bdi", "", station.address)),
    facilities(hit, view),
    facts(station, cell, view),
    actions(station, view),
  );
  item.dataset.id = station.id;
  item.lang = lang === "zh" ? "zh-CN" : "en";
  return item;
}

function way(metres, bearing, { says, lang, words }) {
  const minutes = ["walk", "ride"].map((mode) => `${says[mode]} ${fill(says.minutes, travelMinutes(metres, mode, words))}`);
  const where = BEARINGS[lang][Math.round(bearing / 45) % 8];
  const line = element("p", "way", element("strong", "", distance(metres, says)), ` ${where} · ${minutes.join(" · ")}`);
  line.title = fill(says.estimate, words.detour);
  return line;
}

function state(station, cell, metres, view) {
  const { says, lang, calendar, filters, secondsFor } = view;
  const wait = filters.open === "arrival" ? secondsFor(metres) : 0, at = view.now() + wait * 1e3;
  const found = stateOf(station, cell, at, calendar);
  const when = wait ? `${fill(says.arriving, Math.max(1, Math.round(wait / 60)))} ` : "";
  const sentences = view.words.kinds[station.kind].group === "work" ? ofMarkets(says) : says;
  const line = element("p", `state ${found.state}`, when + opening(found, at, sentences, lang));
  const schedule = station.hours === null ? null : cell.hours[station.hours];
  if (schedule && found.state === "unknown") line.append(element("span", "written", fill(says.hours_written, schedule.text)));
  return line;
}

function facilities(hit, view) {
  const { says, words } = view, offered = hit.station.facilities;
  const line = element("ul", "facilities");
  line.setAttribute("aria-label", says.facilities);
  if (offered === null) {
    const text = hit.rank === 1 ? `${says.facilities_unknown}（${says.match_unknown}）` : says.facilities_unknown;
    line.append(element("li", "none", text));
  } else if (!offered.length) {
    line.append(element("li", "none", says.no_facilities));
  } else {
    line.append(...offered.map((code) => element("li", "", icon(words.facilities[code].group, view), words.facilities[code].label)));
  }
  return line;
}

/** An icon of a group of facilities; the text beside it says the same. */
export function icon(group, { icons }) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#${group}`);
  made.setAttribute("aria-hidden", "true");
  made.append(use);
  return made;
}

function facts(station, cell, { says, words, now }) {
  const dated = station.verified_on ? fill(says.checked, station.verified_on) : station.listed_on ? fill(says.listed, station.listed_on) : says.undated;
  const told = [words.kinds[station.kind].label, dated, says[station.quality]];
  if (station.trades) told.push(fill(says.trades, station.trades));
  if (station.sheltered) told.push(station.sheltered === "yes" ? says.sheltered_yes : says.sheltered_no);
  if (station.inn && station.inn !== "no") told.push(fill(says.inn, station.inn));
  if (station.phone) told.push(fill(says.phone, station.phone));
  const line = element("p", "facts", element("bdi", "", told.join(" · ")));
  if (station.reported) line.append(element("strong", "reported", reported(station.reported, says, now())));
  return line;
}

function reported(text, says, ms) {
  const [what, day] = text.split(" ");
  const days = Math.max(0, Math.floor((ms + 8 * 3600e3 - Date.parse(day)) / 86400e3));
  return fill(says.reported, days, says[`report_${what}`] || what);
}

function actions(station, view) {
  const { says } = view;
  const line = element("div", "actions", folded(says.go, "go", "goChoices", station, view));
  if (view.api) line.append(folded(says.report, "report", "reportChoices", station, view));
  return line;
}

/* What is folded away is loaded when it is first opened. */
function folded(title, className, choices, station, view) {
  const box = element("div", "choices");
  const made = element("details", className, element("summary", "", title), box);
  made.addEventListener("toggle", async () => {
    if (!made.open || box.children.length) return;
    const actions = await view.late("actions.js");
    if (!actions) made.open = false;
    else if (!box.children.length) box.append(...actions[choices](station, view));
  });
  return made;
}

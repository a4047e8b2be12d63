/* What can be done about a station or a view: go there, say what is wrong, share it. */

import { element } from "./cards.js";
import { ranking, writeFilters } from "./filters.js";
import { links } from "./go.js";
import { distance, fill } from "./say.js";
import { nearest } from "./search.js";
import { arrived } from "./late.js";

const SHARED_DECIMALS = 2, NEIGHBOUR_M = 5e3;
const REPORTS = ["closed", "moved", "wrong_hours", "broken"];

/** A link for each map app. */
function goChoices(station, { says, filters }) {
  return links(station.name, station.at, filters.mode).map(([app, address]) => {
    const link = element("a", "", says[app]);
    link.href = address;
    link.rel = "noreferrer noopener";
    return link;
  });
}

/** A button for each thing that may be wrong. */
function reportChoices(station, view) {
  return REPORTS.map((what) => {
    const button = element("button", "", view.says[`report_${what}`]);
    button.type = "button";
    button.addEventListener("click", () => report(button, station, what, view));
    return button;
  });
}

async function report(button, station, what, { says, root, say }) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ what }) };
  const answer = await fetch(`${root}api/v1/stations/${station.id}/reports`, request).catch(() => null);
  const taken = answer && answer.ok;
  if (taken) button.closest("details").open = false;
  say(taken ? says.thanks : says.not_sent, !taken);
}

/* A link to this view; its position is rough, and behind the #, which no server is told. */
async function share(page) {
  const rough = page.origin.at.map((degrees) => degrees.toFixed(SHARED_DECIMALS)).join(",");
  const address = location.origin + location.pathname + writeFilters(page.filters, location.search) + `#at=${rough}`;
  history.replaceState(null, "", `#at=${rough}`);
  try {
    await navigator.clipboard.writeText(address);
  } catch (error) {
    const field = element("input", "");
    field.value = address;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  page.say(page.says.share_copied);
}

/* Beside each market its nearest station, beside each station its nearest market. */
async function neighbours(page) {
  const { filters, says, words, calendar, secondsFor } = page, markets = filters.tab === "markets";
  const other = Object.assign({}, filters, { tab: markets ? "stations" : "markets", kind: "", facilities: [], open: "any" });
  const rank = ranking(other, { words, now: page.now(), secondsFor, calendar });
  for (const { station } of page.hits) {
    const [found] = await nearest(page.source, station.at, { k: 1, within_m: NEIGHBOUR_M, rank, told: () => {} });
    const item = document.querySelector(`#answers [data-id="${station.id}"]`);
    if (found && item) item.append(neighbour(found, markets ? says.nearest_stations : says.nearest_markets, page));
  }
}

/* A line that names the nearest of the other sort. */
function neighbour({ station, distance_m: metres }, sentence, { says, root }) {
  const [before, after] = fill(sentence, "\n", distance(metres, says)).split("\n");
  const link = element("a", "", element("bdi", "", station.name));
  link.href = `${root}s/${station.id}/`;
  return element("p", "neighbour", before, link, after);
}

arrived("actions.js", { goChoices, neighbours, reportChoices, share });

/* What can be done about a station or a view: go there, say what is wrong, share it. */

import { element } from "./cards.js";
import { writeFilters } from "./filters.js";
import { links } from "./go.js";
import { arrived } from "./late.js";

const SHARED_DECIMALS = 2;
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

arrived("actions.js", { goChoices, reportChoices, share });

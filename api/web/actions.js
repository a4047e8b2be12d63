/* What can be done about a station: go there, or say what is wrong. */

import { element } from "./cards.js";
import { links } from "./go.js";
import { arrived } from "./late.js";

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

arrived("actions.js", { goChoices, reportChoices });

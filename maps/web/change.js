/* Before and after: tables of causes, and the stations that changed. */
"use strict";
yizhan.joined.push(() => {
  const host = document.getElementById("changes");
  if (!host) return;
  const listed = new Map(yizhan.layers.stations.stations.map((station) => [station.id, station.name]));
  const MOST = 50;

  function stationOf(id) {
    if (!listed.has(id)) return yizhan.element("li", "", yizhan.element("bdi", "", id));
    const button = yizhan.element("button", "station", yizhan.element("bdi", "", `${listed.get(id)} ${id}`));
    button.type = "button";
    button.addEventListener("click", () => yizhan.openStation(id, button));
    return yizhan.element("li", "", button);
  }

  for (const change of yizhan.data("change-tables")) {
    const scroll = yizhan.element("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", change.title.join(" "));
    const table = yizhan.table(scroll, { columns: change.columns, caption: change.title });
    table.fill(change.rows);
    host.append(
      yizhan.bilingual(change.title, "h3"),
      yizhan.bilingual(change.says, "p", "change-says"),
      scroll,
    );
    if (!change.stations.length) continue;
    const details = yizhan.element("details", "", yizhan.bilingual(["变动的站点", "Stations that changed"], "summary"));
    for (const { label, ids } of change.stations) {
      const list = yizhan.element("ul", "", ...ids.slice(0, MOST).map(stationOf));
      if (ids.length > MOST) {
        const more = ids.length - MOST;
        list.append(yizhan.bilingual([`另有 ${more} 个`, `and ${more} more`], "li"));
      }
      details.append(yizhan.bilingual(label, "h4"), list);
    }
    host.append(details);
  }
});

/* Before and after: tables of causes, and the stations that changed. */
"use strict";
yizhan.joined.push(() => {
  const host = document.getElementById("changes");
  if (!host) return;
  const listed = new Map(yizhan.layers.stations.stations.map((station) => [station.id, station.name]));
  const { tables, stations } = yizhan.data("changes");

  function tableOf({ title, says, columns, rows }) {
    const scroll = yizhan.element("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", title.join(" "));
    yizhan.table(scroll, { columns, caption: title }).fill(rows);
    return [yizhan.bilingual(title, "h3"), yizhan.bilingual(says, "p", "change-says"), scroll];
  }

  function folded(label, ...children) {
    return yizhan.element("details", "", yizhan.bilingual(label, "summary"), ...children);
  }

  function stationOf(id) {
    if (!listed.has(id)) return yizhan.element("li", "", yizhan.element("bdi", "", id));
    const button = yizhan.element("button", "station", yizhan.element("bdi", "", `${listed.get(id)} ${id}`));
    button.type = "button";
    button.addEventListener("click", () => yizhan.openStation(id, button));
    return yizhan.element("li", "", button);
  }

  function stationsOf({ label, ids, more }) {
    const list = yizhan.element("ul", "", ...ids.map(stationOf));
    if (more) list.append(yizhan.bilingual([`另有 ${more} 个`, `and ${more} more`], "li"));
    return [yizhan.bilingual(label, "h3"), list];
  }

  host.append(...tables.filter(({ whole }) => whole).flatMap(tableOf));
  const others = tables.filter(({ whole }) => !whole);
  if (others.length) host.append(folded(["按时刻", "By hour and kind of day"], ...others.flatMap(tableOf)));
  if (stations.length) {
    host.append(folded(["变动的站点", "Stations that changed"], ...stations.flatMap(stationsOf)));
  }
});

/* Joins legend, list and map: check boxes switch layers, the list opens stations. */
"use strict";
(() => {
  function switchLayers(map) {
    for (const box of document.querySelectorAll("input[data-layer]")) {
      const layer = yizhan.layers[box.dataset.layer];
      box.checked = map.hasLayer(layer);
      box.addEventListener("change", () => {
        if (box.checked) layer.addTo(map);
        else layer.remove();
      });
    }
  }

  function switchKinds(stations) {
    for (const box of document.querySelectorAll("input[data-kind]")) {
      box.checked = true;
      box.addEventListener("change", () => stations.showKind(box.dataset.kind, box.checked));
    }
  }

  function rowOf(station, open) {
    const button = yizhan.element("button", "station", yizhan.element("bdi", "station-name", station.name));
    button.type = "button";
    button.addEventListener("click", () => open(station, button));
    const details = yizhan.element("span", "station-details");
    const symbol = yizhan.element("canvas");
    symbol.dataset.symbol = station.kind.code;
    symbol.dataset.state = yizhan.layers.stations.stateOf(station);
    symbol.setAttribute("aria-hidden", "true");
    details.append(yizhan.bilingual(station.kind.label));
    if (station.quality.code === "suspect") {
      details.append(" · ", yizhan.bilingual(["位置存疑", "position in doubt"]));
    }
    if (station.status.code !== "open") details.append(" · ", yizhan.bilingual(station.status.label));
    if (station.address) details.append(" · ", yizhan.element("bdi", "", station.address));
    button.append(details);
    return yizhan.element("li", "", symbol, button);
  }

  function fillGroup(group, stations, open, kinds) {
    const list = group.querySelector("ol");
    if (list.children.length) return;
    list.append(...stations.map((station) => rowOf(station, open)));
    yizhan.paintSymbols(list, kinds);
  }

  function matches(station, words) {
    const text = `${station.name} ${station.address || ""} ${station.id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }

  /* A district's stations are put on the page when its group opens or a search finds them. */
  function stationList(stations, open) {
    const byDistrict = new Map();
    for (const station of stations.stations.filter(({ foreign }) => !foreign)) {
      const code = station.district ? station.district.code : "";
      byDistrict.set(code, [...(byDistrict.get(code) || []), station]);
    }
    const groups = [...document.querySelectorAll("details[data-district]")].map((group) => {
      const own = byDistrict.get(group.dataset.district) || [];
      group.addEventListener("toggle", () => {
        if (group.open) fillGroup(group, own, open, stations.tables.kinds);
      });
      return { group, own };
    });
    const input = document.getElementById("search");
    const status = document.getElementById("search-status");
    if (!input) return;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const { group, own } of groups) {
        const hits = own.map((station) => matches(station, words));
        const count = hits.filter(Boolean).length;
        found += count;
        group.hidden = words.length > 0 && count === 0;
        if (words.length) {
          fillGroup(group, own, open, stations.tables.kinds);
          group.open = count > 0;
        }
        [...group.querySelectorAll("li")].forEach((row, i) => {
          row.hidden = !hits[i];
        });
      }
      status.textContent = words.length ? `找到 ${found} 个站点 / ${found} stations found` : "";
    });
  }

  function switchOn(selector) {
    const box = document.querySelector(selector);
    if (box && !box.checked) box.click();
  }

  /* Opens a station from the list, though its layer or kind was switched off; closing its
     pop-up gives the focus back. */
  function opener(map, stations) {
    return (station, from) => {
      switchOn("input[data-layer=stations]");
      switchOn(`input[data-kind=${station.kind.code}]`);
      map.getContainer().scrollIntoView({ block: "nearest" });
      const marker = stations.open(station.id);
      marker.getPopup().getElement().querySelector(".popup").focus();
      map.once("popupclose", () => from.focus({ preventScroll: true }));
    };
  }

  yizhan.panel = (map) => {
    switchLayers(map);
    const stations = yizhan.layers.stations;
    if (stations) {
      switchKinds(stations);
      yizhan.paintSymbols(document, stations.tables.kinds);
      const open = opener(map, stations);
      stationList(stations, open);
      yizhan.openStation = (id, from) =>
        open(stations.stations.find((station) => station.id === id), from);
    }
    map.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", "关闭 Close");
      /* Leaflet hears Escape only while the map itself has the focus. */
      popup.getElement().addEventListener("keydown", ({ key }) => {
        if (key === "Escape") map.closePopup(popup);
      });
    });
    for (const join of yizhan.joined) join(map);
    performance.mark("yizhan-ready");
    document.documentElement.dataset.ready = "true";
  };
})();

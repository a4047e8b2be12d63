/* Stations: canvas marks on the map, a pop-up for each, clusters where they stand dense. */
"use strict";
(() => {
  const UNKNOWN = ["未知", "unknown"];
  const FIELDS = [
    "id", "name", "kind", "at", "district", "address", "hours", "facilities", "source",
    "listed", "verified", "quality", "note", "status", "foreign",
  ];

  /* Rows are arrays in the order of FIELDS; tables hold what repeats. */
  function stationsOf({ tables, rows }) {
    return rows.map((row) => {
      const station = Object.fromEntries(FIELDS.map((field, i) => [field, row[i]]));
      station.kind = tables.kinds[station.kind];
      station.district = tables.districts[station.district] || null;
      station.source = tables.sources[station.source];
      station.quality = tables.qualities[station.quality];
      station.status = tables.statuses[station.status];
      station.facilities = station.facilities && station.facilities.map((i) => tables.facilities[i]);
      return station;
    });
  }

  function stateOf(station) {
    if (station.quality.code === "suspect") return "suspect";
    return station.status.code === "open" ? "open" : "not-open";
  }

  function described(list, label, ...values) {
    const value = yizhan.element("dd", "");
    values.forEach((each, i) => {
      if (i) value.append("、");
      value.append(Array.isArray(each) ? yizhan.bilingual(each) : yizhan.element("bdi", "", each));
    });
    list.append(yizhan.bilingual(label, "dt"), value);
  }

  function popupOf(station) {
    const box = yizhan.element("div", "popup");
    box.tabIndex = 0;
    box.append(yizhan.element("strong", "popup-name", yizhan.element("bdi", "", station.name)));
    box.append(yizhan.bilingual(station.kind.label, "p", "popup-kind"));
    if (station.status.code !== "open") {
      box.append(yizhan.bilingual(station.status.label, "p", "popup-warning"));
    }
    if (station.quality.code === "suspect") {
      const warning = yizhan.bilingual(
        ["位置存疑，未计入覆盖：", "position in doubt, not counted in reach:"], "p", "popup-warning",
      );
      warning.append(" ", yizhan.element("bdi", "", station.note || ""));
      box.append(warning);
    }
    const list = yizhan.element("dl");
    described(list, ["地址", "Address"], station.address || UNKNOWN);
    described(list, ["开放时间", "Hours"], station.hours || UNKNOWN);
    described(list, ["设施", "Facilities"], ...factsOr(station.facilities));
    described(list, ["位置质量", "Position"], station.quality.label);
    if (station.note && station.quality.code !== "suspect") {
      described(list, ["位置说明", "Position note"], station.note);
    }
    described(list, ["来源", "Source"], station.source);
    described(list, ["名单日期", "Listed"], station.listed || UNKNOWN);
    described(list, ["核实日期", "Verified"], station.verified || ["尚未核实", "not verified yet"]);
    described(list, ["编号", "ID"], station.id);
    box.append(list);
    return box;
  }

  function factsOr(facilities) {
    if (!facilities) return [UNKNOWN];
    return facilities.length ? facilities : [["无", "none"]];
  }

  /* Small where other layers are to be read beneath. */
  function radiusAt(zoom, small) {
    if (small) return zoom < 11.5 ? 2.5 : zoom < 13.5 ? 4 : 9;
    if (zoom < 10.5) return 4;
    return zoom < 12.5 ? 6 : 11;
  }

  function markerOf(station, renderer) {
    const marker = new yizhan.SymbolMarker(yizhan.position(station.at), {
      pane: "stations",
      renderer,
      symbol: station.kind.symbol,
      state: stateOf(station),
      radius: 6,
      weight: 4,
      station,
    });
    marker.bindPopup(() => popupOf(station), { maxWidth: 300, minWidth: 200 });
    marker.bindTooltip(() => yizhan.element("bdi", "", station.name), { direction: "top", offset: [0, -8] });
    return marker;
  }

  /* The keyboard reaches every station in the list: marks of many are for the pointer. */
  function clusterGroup() {
    L.MarkerCluster.mergeOptions({ keyboard: false });
    return L.markerClusterGroup({
      animate: false,
      disableClusteringAtZoom: 14,
      maxClusterRadius: 56,
      showCoverageOnHover: false,
      spiderfyOnMaxZoom: false,
      iconCreateFunction(cluster) {
        const count = cluster.getChildCount();
        const size = 22 + 6 * Math.min(String(count).length, 4);
        const label = yizhan.element("span", "", String(count));
        return L.divIcon({ html: label, className: "cluster", iconSize: [size, size] });
      },
    });
  }

  /* The layer of one kind is switched by adding or removing its marks. */
  yizhan.stations = (key) => {
    const data = yizhan.data(key);
    const renderer = L.canvas({ pane: "stations", padding: 0.3, tolerance: 6 });
    const stations = stationsOf(data);
    const markers = new Map(stations.map((each) => [each.id, markerOf(each, renderer)]));
    const group = data.clustered ? clusterGroup() : L.layerGroup();
    const shown = new Set(data.tables.kinds.map(({ code }) => code));
    const all = [...markers.values()];

    const fill = () => {
      const wanted = all.filter(({ options }) => shown.has(options.station.kind.code));
      group.clearLayers();
      if (group.addLayers) group.addLayers(wanted);
      else wanted.forEach((marker) => group.addLayer(marker));
    };
    group.showKind = (code, show) => {
      if (show) shown.add(code);
      else shown.delete(code);
      fill();
    };
    group.open = (id) => {
      const marker = markers.get(id);
      const map = group._map;
      map.setView(marker.getLatLng(), Math.max(map.getZoom(), 15), { animate: false });
      marker.openPopup();
      return marker;
    };
    group.on("add", () => {
      const map = group._map;
      const resize = () => all.forEach((marker) => marker.setRadius(radiusAt(map.getZoom(), data.small)));
      map.on("zoomend", resize);
      group.once("remove", () => map.off("zoomend", resize));
      resize();
    });
    fill();
    return Object.assign(yizhan.register(key, group), { stations, tables: data.tables, stateOf });
  };
})();

/* Areas that carry their own label on the map, so that nobody needs to tell colours apart. */
"use strict";
(() => {
  /* So many places are tried, and so many labels shown. */
  const TRIED = 12;
  const SHOWN = 3;
  const ROOM_PX = 34;

  /* The northernmost (or southernmost) corner in view of the widest outlines. */
  function alongEdges(rings, view, up) {
    const found = [];
    for (const ring of rings) {
      let top = null;
      let west = Infinity;
      let east = -Infinity;
      for (const [lat, lon] of ring) {
        if (!view.contains([lat, lon])) continue;
        if (lon < west) west = lon;
        if (lon > east) east = lon;
        if (!top || up * (lat - top[0]) > 0) top = [lat, lon];
      }
      if (top) found.push({ at: top, width: east - west });
    }
    found.sort((one, other) => other.width - one.width);
    return found.slice(0, TRIED).map(({ at }) => at);
  }

  /* The middle of patches with room for a label. */
  function inTheMiddle(spots, map, view) {
    const pxPerDegree = map.project([0, 1], map.getZoom()).x - map.project([0, 0], map.getZoom()).x;
    return spots
      .filter(([lon, lat, radius]) =>
        (radius / 1e6) * pxPerDegree > ROOM_PX && view.contains([lat / 1e6, lon / 1e6]))
      .slice(0, TRIED)
      .map(([lon, lat]) => [lat / 1e6, lon / 1e6]);
  }

  yizhan.direct = (key) => {
    const group = yizhan.shapes(key);
    const part = yizhan.data(key).parts[0];
    if (!part.label) return group;
    const { text, class: className, spots, side } = part.label;
    const outer = spots ? null : yizhan.polygons(part.polygons).map(([ring]) => ring);
    const markers = Array.from({ length: TRIED }, () => {
      const label = yizhan.bilingual(text, "div", `direct ${className}-label ${side}`);
      const icon = L.divIcon({ html: label, className: "name-anchor", iconSize: null });
      return L.marker([0, 0], { icon, pane: "names", interactive: false, keyboard: false });
    });
    const labels = () =>
      markers.filter((marker) => group.hasLayer(marker)).map((marker) => marker.getElement().firstChild);
    const place = () => {
      const map = group._map;
      const view = map.getBounds().pad(-0.06);
      const places = spots ? inTheMiddle(spots, map, view) : alongEdges(outer, view, side === "top" ? 1 : -1);
      markers.forEach((marker, i) => {
        if (places[i]) marker.setLatLng(places[i]).addTo(group);
        else group.removeLayer(marker);
      });
      yizhan.thin(map);
    };
    yizhan.thinned(group, 2, labels, SHOWN);
    group.on("add", () => {
      const map = group._map;
      map.on("moveend", place);
      map.whenReady(() => requestAnimationFrame(() => group._map && place()));
      group.once("remove", () => map.off("moveend", place));
    });
    return group;
  };
})();

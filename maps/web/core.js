/* What the scripts of every page share: data blocks, elements, shapes, the map itself.
   A text of the data reaches the page through createTextNode and no other way. */
"use strict";
const yizhan = {
  layers: {},
  /* What further scripts of a page join to the map once every layer is there. */
  joined: [],

  data(key) {
    return JSON.parse(document.getElementById(`${key}-data`).textContent);
  },

  register(key, layer) {
    this.layers[key] = layer;
    return layer;
  },

  element(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children);
    return node;
  },

  /* [中文, English] as two spans, so that each is read and set in its own language. */
  bilingual([zh, en], tag = "span", className = "") {
    const node = this.element(tag, className, this.element("bdi", "", zh));
    if (en && en !== zh) {
      const english = this.element("bdi", "en", en);
      english.lang = "en";
      node.append(" ", english);
    }
    return node;
  },

  /* Millionths of a degree, each point as its step from the one before → [[lat, lon], …]. */
  line(flat) {
    const points = [];
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < flat.length; i += 2) {
      lon += flat[i];
      lat += flat[i + 1];
      points.push([lat / 1e6, lon / 1e6]);
    }
    return points;
  },

  position([lon, lat]) {
    return [lat / 1e6, lon / 1e6];
  },

  polygons(parts) {
    return parts.map((rings) => rings.map((ring) => this.line(ring)));
  },

  calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  },

  map(id, { initial, whole, maxZoom, zoomSnap }) {
    const animated = !this.calm();
    const map = L.map(id, {
      maxZoom,
      zoomSnap,
      attributionControl: false,
      zoomControl: false,
      zoomAnimation: animated,
      fadeAnimation: animated,
      markerZoomAnimation: animated,
    });
    const panes = [
      "backdrop", "ground", "reach", "borders", "areas", "chosen", "stations", "names", "marks",
    ];
    panes.forEach((name, i) => {
      map.createPane(name).style.zIndex = 300 + 20 * i;
    });
    for (const name of ["names", "chosen"]) map.getPane(name).style.pointerEvents = "none";
    this.spoken(map);
    /* A pop-up stands above its place: down here nothing lies over its title or its button. */
    L.control
      .zoom({ position: "bottomright", zoomInTitle: "放大 Zoom in", zoomOutTitle: "缩小 Zoom out" })
      .addTo(map);
    L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
    this.views(map, initial, whole);
    map.fitBounds(initial);
    return map;
  },

  /* To a screen reader the map is one thing: the panel says in order what is drawn on it. */
  spoken(map) {
    const container = map.getContainer();
    container.setAttribute("role", "group");
    container.setAttribute("aria-label", "地图：方向键移动 Map: arrow keys move it");
    for (const name of ["names", "marks", "markerPane"]) {
      map.getPane(name).setAttribute("aria-hidden", "true");
    }
  },

  /* Two ways to look: where the stations are, and the whole place. */
  views(map, initial, whole) {
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => {
      const bar = this.element("div", "leaflet-bar view-bar");
      const add = (label, bounds) => {
        const button = this.bilingual(label, "button");
        button.type = "button";
        button.addEventListener("click", () => map.fitBounds(bounds));
        bar.append(button);
      };
      if (JSON.stringify(initial) !== JSON.stringify(whole)) {
        add(["看站点", "Stations"], initial);
      }
      add(["看全境", "Whole area"], whole);
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    control.addTo(map);
  },
};

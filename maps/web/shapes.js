/* Areas and lines: drawn as SVG, so that styles and hatches come from the style sheet. */
"use strict";
Object.assign(yizhan, {
  /* One group of shapes; each part has rings or lines, and the class that styles it. */
  shapes(key) {
    const { pane, parts } = this.data(key);
    const group = L.layerGroup();
    const renderer = L.svg({ pane, padding: 0.5 });
    for (const part of parts) {
      const options = { pane, renderer, interactive: false, smoothFactor: 0.5, className: part.class };
      if (part.fill) options.fillColor = part.fill;
      if (part.polygons) {
        L.polygon(this.polygons(part.polygons), options).addTo(group);
      } else {
        const lines = part.lines.map((flat) => this.line(flat));
        L.polyline(lines, { ...options, fill: false }).addTo(group);
      }
    }
    return this.register(key, group);
  },

  /* Districts: as shapes, and a click on one says what is known of it. */
  districts(key) {
    const { parts } = this.data(key);
    const group = this.shapes(key);
    const described = parts.filter((part) => part.facts).map((part) => ({
      part,
      rings: this.polygons(part.polygons).flat(),
    }));
    const say = ({ latlng }) => {
      const hit = described.find(({ rings }) => this.inside(latlng, rings));
      if (hit) {
        L.popup().setLatLng(latlng).setContent(this.facts(hit.part)).openOn(group.yizhanMap);
      }
    };
    group.on("add", () => {
      group.yizhanMap = group._map;
      group._map.on("click", say);
    });
    group.on("remove", () => group.yizhanMap.off("click", say));
    return group;
  },

  /* Even-odd rule over all rings, holes included. */
  inside({ lat, lng }, rings) {
    let odd = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [lat1, lon1] = ring[i];
        const [lat2, lon2] = ring[j];
        const crosses = lat1 > lat !== lat2 > lat;
        if (crosses && lng < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1) odd = !odd;
      }
    }
    return odd;
  },

  facts({ name, facts, href }) {
    const box = this.element("div", "popup");
    box.append(this.bilingual(name, "strong", "popup-name"));
    const list = this.element("dl");
    for (const [label, value] of facts) {
      list.append(this.bilingual(label, "dt"), this.element("dd", "", value));
    }
    box.append(list);
    if (href) {
      const link = this.bilingual(["打开地图", "Open its map"], "a");
      link.href = href;
      box.append(link);
    }
    return box;
  },

  /* Names of places. */
  names(key) {
    const names = this.data(key);
    const markers = names.map(({ at, text, value, class: className }) => {
      const label = this.bilingual(text, "div", `name ${className}`);
      if (value) label.append(this.element("span", "value", value));
      const icon = L.divIcon({ html: label, className: "name-anchor", iconSize: null });
      return L.marker(this.position(at), { icon, pane: "names", interactive: false, keyboard: false });
    });
    const group = L.layerGroup(markers);
    this.thinned(group, 3, () => markers.map((marker) => marker.getElement().firstChild));
    return this.register(key, group);
  },

  /* The labels of a layer give way to those of layers of a lower rank, and to its own earlier
     ones; at most so many are shown. */
  thinned(group, rank, labels, most = Infinity) {
    group.on("add", () => {
      const map = group._map;
      const layers = (map.yizhanLabels ||= []);
      const entry = { rank, labels, most };
      layers.push(entry);
      layers.sort((one, other) => one.rank - other.rank);
      const thin = () => this.thin(map);
      map.on("zoomend resize", thin);
      thin();
      group.once("remove", () => {
        layers.splice(layers.indexOf(entry), 1);
        map.off("zoomend resize", thin);
        thin();
      });
    });
  },

  /* Once a frame, however many layers ask: to measure labels lays the page out. */
  thin(map) {
    map.yizhanThinning ||= requestAnimationFrame(() => this.thinNow(map));
  },

  /* Labels that may move try the place below and the one above before they give way; the mark
     of what is chosen never does. */
  thinNow(map) {
    cancelAnimationFrame(map.yizhanThinning);
    map.yizhanThinning = null;
    const chosen = ({ label }) => label.classList.contains("chosen");
    const all = map.yizhanLabels
      .flatMap((entry) => entry.labels().map((label) => ({ label, entry })))
      .sort((one, other) => chosen(other) - chosen(one));
    for (const { label } of all) {
      label.hidden = false;
      label.classList.remove("up", "down");
    }
    const boxes = all.map(({ label }) => label.getBoundingClientRect());
    const left = new Map(map.yizhanLabels.map((entry) => [entry, entry.most]));
    const taken = [];
    const free = (box) =>
      !taken.some(
        (other) =>
          box.left < other.right && box.right > other.left &&
          box.top < other.bottom && box.bottom > other.top,
      );
    boxes.forEach((box, i) => {
      const { label, entry } = all[i];
      const places = [["", box]];
      if (label.classList.contains("movable")) {
        for (const [name, share] of [["down", 0.95], ["up", -0.95]]) {
          places.push([name, new DOMRect(box.x, box.y + share * box.height, box.width, box.height)]);
        }
      }
      const found = left.get(entry) > 0 && places.find((place) => free(place[1]));
      label.hidden = !found;
      if (!found) return;
      if (found[0]) label.classList.add(found[0]);
      taken.push(found[1]);
      left.set(entry, left.get(entry) - 1);
    });
  },
});

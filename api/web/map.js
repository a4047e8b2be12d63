/* A small map: outlines, the start, the nearest stations; tiles where the settings name them. */

import { convert } from "./datum.js";
import { arrived } from "./late.js";

const TILE_PX = 256;
const ZOOM_MIN = 4, ZOOM_MAX = 18, ZOOM_STEP = 1, ZOOM_FIT_MAX = 16;
const PAN_PX = 80, TAP_PX = 6, PIN_PX = 22, MARGIN_PX = 48;
const EARTH_M = 40075016.68557849;
const RADIANS = Math.PI / 180;
const SCALE_PX = 110;
const STEPS_M = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000];

class CourierMap {
  constructor(root, { says, tiles, onTap, onSelect }) {
    Object.assign(this, { root, says, tiles, onTap, onSelect, zoom: 10, centre: [0.8, 0.4], shapes: [], origin: null, hits: [] });
    // A map on tiles is drawn in the datum of its tiles altogether.
    const datum = tiles ? tiles.datum : "wgs84";
    this.project = (at) => mercator(convert(at, "wgs84", datum));
    this.unproject = (point) => convert(degrees(point), datum, "wgs84");
    this.images = new Map();
    this.build();
    this.listen();
  }

  /** Borders of a city's districts: rings of [lon, lat]. */
  outline({ rings }) {
    this.shapes = rings.map((ring) => ring.map(this.project));
    if (!this.origin) this.fit(this.shapes.reduce((all, ring) => all.concat(ring), []));
    this.draw();
  }

  /** The start and the stations found from it. */
  show(origin, hits) {
    const moved = origin !== this.origin || hits.map(({ station }) => station.id).join() !== this.hits.map(({ station }) => station.id).join();
    Object.assign(this, { origin, hits });
    this.marks();
    if (moved) this.fitAll();
    this.draw();
  }

  fitAll() {
    this.fit([this.origin && this.origin.at, ...this.hits.map(({ station }) => station.at)].filter(Boolean).map(this.project));
    this.draw();
  }

  fit(points) {
    if (!points.length) return;
    const xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.centre = [(west + east) / 2, (north + south) / 2];
    const room = [this.root.clientWidth, this.root.clientHeight].map((px) => Math.max(px - 2 * MARGIN_PX, TILE_PX / 4));
    const fits = Math.min(...[[room[0], east - west], [room[1], south - north]].map(([px, size]) => Math.log2(px / (TILE_PX * Math.max(size, 1e-9)))));
    this.zoom = clamp(Math.floor(fits * 4) / 4, ZOOM_MIN, ZOOM_FIT_MAX);
  }

  build() {
    this.canvas = document.createElement("canvas");
    this.pins = document.createElement("div");
    this.pins.className = "pins";
    this.pins.setAttribute("aria-hidden", "true");
    const bar = document.createElement("div");
    bar.className = "zoom";
    const press = (text, label, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.setAttribute("aria-label", label);
      button.addEventListener("click", act);
      bar.append(button);
    };
    press("+", this.says.zoom_in, () => this.zoomBy(ZOOM_STEP));
    press("−", this.says.zoom_out, () => this.zoomBy(-ZOOM_STEP));
    press("⤢", this.says.fit, () => this.fitAll());
    this.scale = document.createElement("div");
    this.scale.className = "scale";
    this.note = document.createElement("p");
    this.note.className = "attribution";
    this.note.textContent = this.tiles ? this.tiles.attribution : "天地图 Tianditu";
    this.root.append(this.canvas, this.pins, bar, this.scale, this.note);
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "application");
    this.root.setAttribute("aria-label", this.says.map_of);
    this.root.hidden = false;
  }

  listen() {
    const fingers = new Map();
    let travelled = 0, spread = 0;
    const gap = () => {
      const [a, b] = [...fingers.values()];
      return Math.hypot(a.x - b.x, a.y - b.y);
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 1) travelled = 0;
      else spread = gap();
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const last = fingers.get(event.pointerId);
      if (!last) return;
      const dx = event.clientX - last.x, dy = event.clientY - last.y;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      travelled += Math.hypot(dx, dy);
      this.panBy(-dx / fingers.size, -dy / fingers.size);
      if (fingers.size === 2) {
        this.zoomBy(Math.log2(gap() / spread));
        spread = gap();
      }
    });
    const lift = (event) => {
      if (fingers.delete(event.pointerId) && event.type === "pointerup" && !fingers.size && travelled < TAP_PX) this.tap(event);
    };
    this.canvas.addEventListener("pointerup", lift);
    this.canvas.addEventListener("pointercancel", lift);
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomBy(-Math.sign(event.deltaY) / 2);
    }, { passive: false });
    this.root.addEventListener("keydown", (event) => this.key(event));
    addEventListener("resize", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addListener(() => this.draw());
  }

  key(event) {
    if (event.target !== this.root) return;
    const moves = { ArrowLeft: [-PAN_PX, 0], ArrowRight: [PAN_PX, 0], ArrowUp: [0, -PAN_PX], ArrowDown: [0, PAN_PX] };
    if (moves[event.key]) this.panBy(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoomBy(ZOOM_STEP);
    else if (event.key === "-") this.zoomBy(-ZOOM_STEP);
    else if (event.key === "Enter") this.onTap(this.unproject(this.centre));
    else return;
    event.preventDefault();
  }

  /* A tap on a mark selects its station, one beside the marks is a new start. */
  tap(event) {
    const box = this.canvas.getBoundingClientRect(), size = TILE_PX * Math.pow(2, this.zoom);
    const x = event.clientX - box.left - box.width / 2, y = event.clientY - box.top - box.height / 2;
    const near = this.hits.map(({ station }) => {
      const [pinX, pinY] = this.project(station.at);
      return { id: station.id, px: Math.hypot((pinX - this.centre[0]) * size - x, (pinY - this.centre[1]) * size - y) };
    }).sort((a, b) => a.px - b.px)[0];
    if (near && near.px <= PIN_PX) this.onSelect(near.id);
    else this.onTap(this.unproject([this.centre[0] + x / size, this.centre[1] + y / size]));
  }

  panBy(dx, dy) {
    const size = TILE_PX * Math.pow(2, this.zoom);
    this.centre = [clamp(this.centre[0] + dx / size, 0, 1), clamp(this.centre[1] + dy / size, 0, 1)];
    this.draw();
  }

  zoomBy(steps) {
    this.zoom = clamp(this.zoom + steps, ZOOM_MIN, ZOOM_MAX);
    this.draw();
  }

  /* A mark for each station, with its number in the list, which keyboards and readers use. */
  marks() {
    this.pins.textContent = "";
    this.hits.forEach((_, nth) => {
      const pin = document.createElement("span");
      pin.className = "pin";
      pin.textContent = String(nth + 1);
      this.pins.append(pin);
    });
    if (this.origin) {
      const you = document.createElement("span");
      you.className = "you";
      this.pins.append(you);
    }
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  paint() {
    const { clientWidth: width, clientHeight: height } = this.root, ratio = self.devicePixelRatio || 1;
    const style = getComputedStyle(this.root), pen = this.canvas.getContext("2d");
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    pen.scale(ratio, ratio);
    const size = TILE_PX * Math.pow(2, this.zoom);
    const place = ([x, y]) => [(x - this.centre[0]) * size + width / 2, (y - this.centre[1]) * size + height / 2];
    if (this.tiles) this.paintTiles(pen, place, width, height);
    pen.strokeStyle = style.getPropertyValue("--border");
    pen.fillStyle = style.getPropertyValue("--ground");
    pen.lineWidth = 1.25;
    for (const ring of this.shapes) {
      pen.beginPath();
      ring.forEach((point, nth) => pen[nth ? "lineTo" : "moveTo"](...place(point)));
      pen.closePath();
      if (!this.tiles) pen.fill();
      pen.stroke();
    }
    if (this.origin) this.paintOrigin(pen, place, size, style);
    this.hits.forEach(({ station }, nth) => put(this.pins.children[nth], place(this.project(station.at))));
    if (this.origin) put(this.pins.lastElementChild, place(this.project(this.origin.at)));
    this.paintScale();
  }

  paintOrigin(pen, place, size, style) {
    const centre = this.project(this.origin.at);
    if (!this.origin.accuracy_m) return;
    const radius = (this.origin.accuracy_m / metresAcross(centre)) * size;
    pen.beginPath();
    pen.arc(...place(centre), radius, 0, 2 * Math.PI);
    pen.globalAlpha = 0.25;
    pen.fillStyle = style.getPropertyValue("--accent");
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = style.getPropertyValue("--accent");
    pen.stroke();
  }

  paintScale() {
    const perPx = metresAcross(this.centre) / (TILE_PX * Math.pow(2, this.zoom));
    const metres = STEPS_M.filter((step) => step / perPx <= SCALE_PX).pop() || STEPS_M[0];
    this.scale.style.width = `${metres / perPx}px`;
    this.scale.textContent = metres < 1000 ? this.says.metres.replace("{0}", metres) : this.says.kilometres.replace("{0}", metres / 1000);
  }

  paintTiles(pen, place, width, height) {
    const zoom = Math.round(this.zoom), count = Math.pow(2, zoom), edge = TILE_PX * Math.pow(2, this.zoom - zoom);
    const [left, top] = place([0, 0]);
    for (let x = Math.floor(-left / edge); x * edge + left < width; x += 1) {
      for (let y = Math.floor(-top / edge); y * edge + top < height; y += 1) {
        if (x < 0 || y < 0 || x >= count || y >= count) continue;
        for (const template of this.tiles.urls) {
          const image = this.tile(template, x, y, zoom, count);
          if (image.complete && image.naturalWidth) pen.drawImage(image, x * edge + left, y * edge + top, edge, edge);
        }
      }
    }
  }

  tile(template, x, y, z, count) {
    const subdomains = this.tiles.subdomains;
    const url = template.replace("{s}", subdomains ? subdomains[(x + y) % subdomains.length] : "")
      .replace("{x}", x).replace("{y}", y).replace("{-y}", count - 1 - y).replace("{z}", z);
    if (!this.images.has(url)) {
      const image = new Image();
      image.referrerPolicy = "no-referrer";
      image.onload = () => this.draw();
      image.src = url;
      this.images.set(url, image);
    }
    return this.images.get(url);
  }
}

function put(mark, [x, y]) {
  mark.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}

/* The unit square of Web Mercator, from the north-west. */
function mercator([lon, lat]) {
  return [(lon + 180) / 360, (1 - Math.asinh(Math.tan(lat * RADIANS)) / Math.PI) / 2];
}

function degrees([x, y]) {
  return [x * 360 - 180, Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / RADIANS];
}

function metresAcross(point) {
  return EARTH_M * Math.cos(degrees(point)[1] * RADIANS);
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

/* The map of a page: what its search finds stands on it, and a tap on it starts a search. */
async function attach(page, root, tiles) {
  page.map = new CourierMap(root, {
    says: page.says, tiles,
    onTap: (at) => page.start({ at, label: page.says.tapped }),
    onSelect: select,
  });
  if (page.origin) page.map.show(page.origin, page.hits);
  const index = await page.cityIndex().catch(() => null);
  const outline = index && (await page.source.outline(index.city));
  if (outline) page.map.outline(outline);
}

/* The card of a pin. */
function select(id) {
  const item = document.querySelector(`#answers [data-id="${id}"]`);
  if (!item) return;
  document.querySelectorAll("#answers .selected").forEach((other) => other.classList.remove("selected"));
  item.classList.add("selected");
  item.scrollIntoView({ block: "nearest" });
  item.querySelector("a").focus({ preventScroll: true });
}

arrived("map.js", { attach });

/* One field for a position, a place or a station; and the pick of a city and its district. */

import { element } from "./cards.js";
import { convert } from "./datum.js";
import { readings } from "./position.js";
import { fill } from "./say.js";
import { arrived } from "./late.js";

const MOST = 12;
const DATUMS = ["wgs84", "gcj02", "bd09"];

class Finder {
  constructor(page, by) {
    Object.assign(this, { page, by, turn: 0 });
    by("find").addEventListener("input", () => this.suggest());
    by("finder").addEventListener("submit", () => {
      this.suggest().then(() => {
        const only = by("found").querySelectorAll("button");
        if (only.length === 1) only[0].click();
        else if (only.length) only[0].focus();
      });
    });
    by("datum").addEventListener("change", () => this.suggest());
    by("pick").addEventListener("toggle", () => this.fillCities());
    by("city").addEventListener("change", () => this.fillDistricts());
    by("district").addEventListener("change", () => this.startAt(JSON.parse(by("district").value)));
    // What was done while this script was on its way.
    if (by("find").value) this.suggest();
    if (by("pick").open) this.fillCities();
  }

  async suggest() {
    const turn = (this.turn += 1), text = this.by("find").value.trim();
    const positions = readings(text);
    this.by("datum-choice").hidden = !positions.length;
    const found = positions.length ? this.ofPositions(positions) : text ? await this.ofNames(text) : [];
    if (turn !== this.turn) return;
    const { says } = this.page, list = this.by("found");
    list.textContent = "";
    if (text && !found.length) list.append(element("li", "none", says.no_place));
    if (positions.length > 1) list.append(element("li", "none", says.both_orders));
    list.append(...found.map((each) => element("li", "", this.choice(each))));
  }

  choice({ kind, text, at, label }) {
    const button = element("button", "", element("span", "kind", kind), element("bdi", "", text));
    button.type = "button";
    button.addEventListener("click", () => {
      this.by("found").textContent = "";
      this.page.start({ at, label });
    });
    return button;
  }

  ofPositions(positions) {
    const { says } = this.page, datum = DATUMS.includes(this.by("datum").value) ? this.by("datum").value : "wgs84";
    return positions.map((given) => ({
      kind: says.position, text: fill(says.lon_lat, ...given), at: convert(given, datum, "wgs84"), label: says.typed,
    }));
  }

  async ofNames(text) {
    const { page } = this, { says, lang } = page, wanted = text.toLowerCase();
    const has = (...texts) => texts.some((each) => each.toLowerCase().includes(wanted));
    const { cities } = await page.source.cities();
    const places = cities.filter(({ name }) => has(name.zh, name.en)).map((each) => place(each, says.city, says, lang));
    const index = await page.cityIndex();
    const districts = index.districts.filter(({ name }) => has(name.zh, name.en)).map((each) => place(each, says.district, says, lang));
    const { stations } = await page.source.names(index.city);
    const named = stations.filter(([, name, address]) => has(name, address)).slice(0, MOST);
    const found = await Promise.all(named.map(([id, name, , key]) => this.station(id, name, key, index)));
    return [...places, ...districts, ...found.filter(Boolean)].slice(0, MOST);
  }

  async station(id, name, key, index) {
    const cell = await this.page.source.cell(key, index.cells[key][0]).catch(() => null);
    const station = cell && cell.stations.find((each) => each.id === id);
    return station && { kind: this.page.says.station, text: name, at: station.at, label: name };
  }

  async fillCities() {
    if (this.by("city").options.length) return;
    const { cities } = await this.page.source.cities(), { lang } = this.page;
    this.by("city").append(...cities.map((city) => option(city.adcode, city.name[lang])));
    if (cities.length === 1) this.by("city").value = cities[0].adcode;
  }

  async fillDistricts() {
    const { page } = this, index = await page.source.index(this.by("city").value);
    const choices = [index, ...index.districts].map((each) => option(JSON.stringify({ at: each.at, name: each.name }), each.name[page.lang]));
    this.by("district").textContent = "";
    this.by("district").append(...choices);
    this.startAt(index);
  }

  startAt({ at, name }) {
    this.page.start({ at, label: fill(this.page.says.centre_of, name[this.page.lang]) });
  }
}

function place({ at, name }, kind, says, lang) {
  return { kind, text: name[lang], at, label: fill(says.centre_of, name[lang]) };
}

function option(value, text) {
  const made = element("option", "", text);
  made.value = value;
  return made;
}

arrived("finder.js", { Finder });

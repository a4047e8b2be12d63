/* The courier's page: a position, filters, the list, and the map that comes after it. */

import { card, element } from "./cards.js";
import { isNarrow, ranking, readFilters, stateOf, writeFilters } from "./filters.js";
import { Calendar, yearOf } from "./hours.js";
import { load } from "./late.js";
import { ask } from "./locate.js";
import { ago, distance, fill } from "./say.js";
import { nearest } from "./search.js";
import { Source } from "./source.js";

const SHOWN = 10, MORE = 20;
const NARROW_M = 50e3;
const INACCURATE_M = 200;
const MINUTE_MS = 60e3;

const config = JSON.parse((document.getElementById("config") || { textContent: "null" }).textContent);
const by = (id) => document.getElementById(id);

class Page {
  constructor({ says, words, lang, days }) {
    Object.assign(this, { says, words, lang, root: config.root, api: config.api, icons: config.icons });
    this.source = new Source(config.root);
    this.calendar = new Calendar(days);
    this.filters = readFilters(location.search, words);
    this.origin = null;
    this.hits = [];
    this.count = SHOWN;
    this.turn = 0;
    this.secondsFor = (metres) => (metres * words.detour) / (words.speed_kmh[this.filters.mode] / 3.6);
    this.say = (text, isError) => say(by("status"), text, isError);
  }

  now() {
    return Date.now();
  }

  /** Take a position as the start: `{ at, label, accuracy_m }`. */
  start(origin) {
    this.origin = origin;
    this.count = SHOWN;
    by("origin").textContent = fill(this.says.origin, origin.label) + (origin.accuracy_m ? `（${fill(this.says.accuracy, distance(origin.accuracy_m, this.says))}）` : "");
    if (by("share")) by("share").hidden = false;
    this.searching = this.search();
    return this.searching;
  }

  async search() {
    if (!this.origin) return;
    const turn = (this.turn += 1), { says } = this;
    this.say(says.searching);
    this.source.lost = false;
    const rank = ranking(this.filters, { words: this.words, now: this.now(), secondsFor: this.secondsFor, calendar: this.calendar });
    const told = (hits) => {
      if (turn === this.turn && hits.length) this.show(hits, says.refining);
    };
    try {
      const within = isNarrow(this.filters) ? NARROW_M : Infinity;
      const hits = await nearest(this.source, this.origin.at, { k: this.count, within_m: within, rank, told });
      if (this.source.lost && !hits.length) throw new Error("nothing is kept");
      const text = await this.summary(hits);
      if (turn !== this.turn) return;
      this.show(hits, text);
      // An answer is one without them, too.
      await this.neighbours().catch(() => {});
    } catch (error) {
      if (turn === this.turn) this.say(says.unreachable, true);
    }
  }

  /** Beside each market its nearest station, beside each station its nearest market. */
  async neighbours() {
    const { markets } = await this.cityIndex();
    if (markets) (await load(config.assets, "actions.js")).neighbours(this);
  }

  /** What a script gives that is loaded when it is needed; null, and said so, without a network. */
  async late(name) {
    try {
      return await load(config.assets, name);
    } catch (error) {
      this.say(this.says.unreachable, true);
      return null;
    }
  }

  /** What is said of an answer: how many, how old, how complete the list is. */
  async summary(hits) {
    const { says, lang } = this, parts = [];
    if (hits.length) parts.push(fill(says.found, hits.length));
    else parts.push(this.filters.tab === "markets" ? says.no_markets : isNarrow(this.filters) ? fill(says.none, NARROW_M / 1e3) : says.none_at_all);
    if (this.origin.accuracy_m > INACCURATE_M) parts.push(fill(says.inaccurate, distance(this.origin.accuracy_m, says)));
    const index = await this.cityIndex().catch(() => null);
    if (index && !index.list_published) parts.push(fill(says.no_list, index.name[lang]));
    else if (index && index.note) parts.push(index.note[lang]);
    if (this.source.lost) parts.unshift(says.incomplete);
    if (this.source.age()) parts.unshift(fill(says.offline, ago(this.source.age(), says)));
    return parts.join(" · ");
  }

  /** The index of the city whose centre is nearest: its notes, names and outlines. */
  async cityIndex() {
    const { cities } = await this.source.cities();
    const [lon, lat] = this.origin ? this.origin.at : [NaN, NaN];
    const from = ({ at }) => Math.hypot((at[0] - lon) * Math.cos((lat * Math.PI) / 180), at[1] - lat);
    const city = this.origin ? cities.slice().sort((a, b) => from(a) - from(b))[0] : cities.find(({ box }) => box);
    return this.source.index(city.adcode);
  }

  show(hits, text) {
    this.hits = this.filters.tab === "markets" ? byDawn(hits, this) : hits;
    const list = by("answers");
    const open = list.querySelector("details[open]");
    const kept = open && open.closest("li").dataset.id;
    list.textContent = "";
    this.hits.forEach((hit, nth) => list.append(card(hit, nth + 1, this)));
    if (kept && list.querySelector(`[data-id="${kept}"] .go`)) list.querySelector(`[data-id="${kept}"] .go`).open = true;
    by("more").hidden = hits.length < this.count;
    this.say(text);
    performance.mark("answered");
    if (this.map) this.map.show(this.origin, this.hits);
  }

  /** The clock goes on: states are told anew. */
  tick() {
    if (this.hits.length && !document.querySelector("#answers details[open]")) {
      if (this.filters.open === "any") this.show(this.hits, by("status").textContent);
      else this.search();
    }
  }

  changed() {
    const address = location.pathname + writeFilters(this.filters, location.search) + location.hash;
    try {
      history.pushState(null, "", address);
    } catch (error) {
      // In a sandbox a page has no address of its own.
    }
    this.count = SHOWN;
    this.search();
  }

  /* The answer comes first; without a start there is none to wait for. */
  async mapAfterAnswer() {
    if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve));
    await this.searching;
    try {
      await (await load(config.assets, "map.js")).attach(this, by("map"), config.tiles);
    } catch (error) {
      by("map").hidden = !this.map;
    }
    // What the first tap will need.
    ["actions.js", "finder.js"].forEach((name) => load(config.assets, name).catch(() => {}));
  }
}

/* Markets by the time at which they open next, those of unknown hours last. */
function byDawn(hits, page) {
  const opens = ({ station, cell }) => {
    const state = stateOf(station, cell, page.now(), page.calendar);
    return state.state === "open" ? 0 : state.opens_at || Infinity;
  };
  return hits.slice().sort((a, b) => opens(a) - opens(b) || a.distance_m - b.distance_m);
}

function say(line, text, isError) {
  line.textContent = text;
  line.classList.toggle("error", Boolean(isError));
}

/** The language of the address, else of the browser, else Chinese. */
function chosenLang() {
  const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "zh";
  return asked.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/* The page is written in Chinese; its other language comes with the sentences. */
function translate(texts) {
  const each = (name, put) => document.querySelectorAll(`[data-${name}]`).forEach((found) => put(found, texts[found.getAttribute(`data-${name}`)]));
  each("t", (found, text) => { found.textContent = text; });
  each("t-label", (found, text) => found.setAttribute("aria-label", text));
}

async function begin() {
  const lang = chosenLang();
  let { says, words } = config;
  if (lang === "en") {
    document.documentElement.lang = "en";
    const sources = new Source(config.root);
    [says, words] = await Promise.all([fetch(config.english).then((answer) => answer.json()), sources.words("en")]);
    translate(says.page);
  }
  const page = new Page({ says, words, lang, days: config.days });
  controls(page);
  field(page);
  fromFragment(page);
  setInterval(() => page.tick(), MINUTE_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) page.tick(); });
  addEventListener("online", () => { page.source.forget(); page.search(); });
  page.mapAfterAnswer();
  if (config.worker && "serviceWorker" in navigator) navigator.serviceWorker.register(config.worker).catch(() => {});
  document.documentElement.dataset.ready = "yes";
}

/* The field's script comes when it is first needed; if it could not, the next letter asks again. */
function field(page) {
  let finder = null;
  const come = async () => {
    const given = finder ? null : await page.late("finder.js");
    if (given && !finder) finder = new given.Finder(page, by);
  };
  ["focusin", "input"].forEach((kind) => by("ask").addEventListener(kind, come));
  by("finder").addEventListener("submit", (event) => event.preventDefault());
  // What was typed before this script came.
  if (by("find").value) come();
}

/* A shared link carries a rough position behind the #, which no server is told. */
function fromFragment(page) {
  const found = /^#at=(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(location.hash);
  if (found) page.start({ at: [Number(found[1]), Number(found[2])], label: page.says.shared });
  else if (config.embed) {
    const { at } = document.documentElement.dataset, name = config.embed.name[page.lang];
    page.start({ at: at ? at.split(",").map(Number) : config.embed.at, label: fill(page.says.centre_of, name) });
  }
}

/* What can be chosen comes from the vocabulary, as the page's own words do. */
function choices({ words }) {
  const chip = (code) => {
    const box = element("input", "");
    Object.assign(box, { type: "checkbox", name: "facility", value: code });
    return element("label", "", box, element("span", "", words.facilities[code].label));
  };
  const rare = Object.keys(words.facilities).filter((code) => !config.common.includes(code));
  by("common").append(...config.common.map(chip));
  by("rare").append(...rare.map(chip));
  for (const [code, { label }] of Object.entries(words.kinds)) {
    const option = element("option", "", label);
    option.value = code;
    by("kind").append(option);
  }
}

function controls(page) {
  const { filters } = page;
  choices(page);
  for (const name of ["kind", "open", "mode"]) {
    by(name).value = filters[name];
    by(name).addEventListener("change", () => { page.filters[name] = by(name).value; page.changed(); });
  }
  const mirrored = () => { by("open-now").checked = page.filters.open === "now"; };
  mirrored();
  by("open").addEventListener("change", mirrored);
  by("open-now").addEventListener("change", () => {
    page.filters.open = by("open").value = by("open-now").checked ? "now" : "any";
    page.changed();
  });
  by("further").open = Boolean(filters.kind || filters.open === "arrival" || filters.unknown === "hide" || filters.mode === "ride");
  by("hide-unknown").checked = filters.unknown === "hide";
  by("hide-unknown").addEventListener("change", () => { page.filters.unknown = by("hide-unknown").checked ? "hide" : "include"; page.changed(); });
  document.querySelectorAll("[name=facility]").forEach((box) => {
    box.checked = filters.facilities.includes(box.value);
    box.addEventListener("change", () => {
      page.filters.facilities = [...document.querySelectorAll("[name=facility]:checked")].map((each) => each.value);
      page.changed();
    });
  });
  document.querySelectorAll("[data-tab]").forEach((tab) => {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === filters.tab));
    tab.addEventListener("click", () => {
      page.filters.tab = tab.dataset.tab;
      document.querySelectorAll("[data-tab]").forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
      page.changed();
    });
  });
  by("more").addEventListener("click", () => { page.count += MORE; page.search(); });
  if (by("share")) by("share").addEventListener("click", () => page.late("actions.js").then((actions) => actions && actions.share(page)));
  by("locate").addEventListener("click", () => ask(page));
  addEventListener("popstate", () => location.reload());
}

if (document.getElementById("config")) begin();

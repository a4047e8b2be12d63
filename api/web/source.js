/* Cells and indexes: from the network, and what was seen last when there is none. */

const DATABASE = "yizhan", STORE = "files", TIMES = "kept_at";
const KEPT_FILES = 1500;
const TIMEOUT_MS = 20e3;

/** Files below the root of the site. `age()` tells since when what was shown may be old. */
export class Source {
  constructor(root) {
    this.root = root;
    this.asked = new Map();
    this.shelf = openShelf();
    this.stale = null;
    this.lost = false;
  }

  words(lang) {
    return this.fresh(`cells/words/${lang}.json`);
  }

  cities() {
    return this.fresh("cells/cities.json");
  }

  index(city) {
    return this.fresh(`cells/cities/${city}.json`);
  }

  names(city) {
    return this.fresh(`cells/cities/${city}.names.json`);
  }

  outline(city) {
    return this.fresh(`cells/cities/${city}.outline.json`).catch(() => null);
  }

  /* A cell whose address is not kept any more is read as it is now. */
  cell(key, address) {
    return this.once(`cells/13/${key}.${address}.json`, (path) => this.keptFirst(path)).catch((error) =>
      this.here(key).then((cell) => cell || Promise.reject(error)),
    );
  }

  here(key) {
    return this.fresh(`cells/here/${key}.json`).catch(() => null);
  }

  /** The moment, in milliseconds, of the oldest thing that had to be taken from the shelf. */
  age() {
    return this.stale;
  }

  /** Ask anew for what changes. */
  forget() {
    this.asked.clear();
    this.stale = null;
  }

  fresh(path) {
    return this.once(path, (name) => this.networkFirst(name));
  }

  once(path, get) {
    if (!this.asked.has(path)) {
      const promise = get(path);
      this.asked.set(path, promise);
      promise.catch(() => this.asked.delete(path));
    }
    return this.asked.get(path);
  }

  async networkFirst(path) {
    try {
      return await this.download(path);
    } catch (error) {
      const kept = error.isAnswer ? null : await (await this.shelf).get(path);
      if (!kept) throw error;
      this.stale = Math.min(this.stale || Infinity, kept.at);
      return kept.content;
    }
  }

  async keptFirst(path) {
    const kept = await (await this.shelf).get(path);
    return kept ? kept.content : this.download(path);
  }

  async download(path) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const answer = await fetch(this.root + path, { signal: stop.signal, credentials: "omit" });
      if (!answer.ok) throw Object.assign(new Error(`${answer.status}`), { isAnswer: answer.status === 404 });
      const content = await answer.json();
      this.shelf.then((shelf) => shelf.put(path, content));
      return content;
    } finally {
      clearTimeout(timer);
    }
  }
}

/* IndexedDB where there is one: not in a sandbox, nor in some private windows. */
function openShelf() {
  return new Promise((resolve) => {
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore(STORE).createIndex(TIMES, "at");
      };
      opening.onsuccess = () => resolve(new Shelf(opening.result));
      opening.onerror = () => resolve(NO_SHELF);
      opening.onblocked = () => resolve(NO_SHELF);
    } catch (error) {
      resolve(NO_SHELF);
    }
  });
}

const NO_SHELF = { get: () => Promise.resolve(null), put: () => {} };

class Shelf {
  constructor(database) {
    this.database = database;
    this.written = 0;
  }

  get(path) {
    return new Promise((resolve) => {
      const request = this.store("readonly").get(path);
      request.onsuccess = () => resolve(request.result || null);
      request.onerror = () => resolve(null);
    });
  }

  put(path, content) {
    try {
      this.store("readwrite").put({ at: Date.now(), content }, path);
      this.written += 1;
      if (this.written % 100 === 1) this.clear();
    } catch (error) {
      // A full disk: what is shown is no worse for it.
    }
  }

  /* The oldest go first. */
  clear() {
    const counting = this.store("readonly").count();
    counting.onsuccess = () => {
      let over = counting.result - KEPT_FILES;
      if (over <= 0) return;
      const walk = this.store("readwrite").index(TIMES).openCursor();
      walk.onsuccess = () => {
        if (!walk.result || over <= 0) return;
        walk.result.delete();
        over -= 1;
        walk.result.continue();
      };
    };
  }

  store(mode) {
    return this.database.transaction(STORE, mode).objectStore(STORE);
  }
}

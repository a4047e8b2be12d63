/* Keeps the page and its assets, so that it opens without a network. What cells say is kept by the
   page itself (`source.js`). */

const VERSION = "{{version}}";
const FILES = "{{files}}".split(" ");

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = (names) => Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(others).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const path = url.pathname;
  if (path.includes("/web/")) event.respondWith(kept(request));
  else if (request.mode === "navigate" && path === new URL("./", location).pathname) event.respondWith(page(request));
});

/* What has its version in its address never changes. */
async function kept(request) {
  return (await caches.match(request)) || fetch(request);
}

/* The page as it was kept, at once; what the network says is for the next visit. Its address's
   query is the page's own affair. */
async function page(request) {
  const cache = await caches.open(VERSION), before = await cache.match("./");
  const fresh = fetch(request).then((answer) => {
    if (answer.ok) cache.put("./", answer.clone());
    return answer;
  });
  if (!before) return fresh;
  fresh.catch(() => {});
  return before;
}

/* The lines that put a map into somebody's page. */

const form = document.getElementById("builder");
const { address, root, width } = form.dataset;
const by = (name) => document.getElementById(`e-${name}`);

function quoted(text) {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}

function write() {
  const chosen = ["kind", "lang", "theme"].map((name) => [name, by(name).value]).filter(([, value]) => value);
  const query = new URLSearchParams(chosen).toString(), city = by("city").value;
  const height = Math.min(2000, Math.max(240, Number(by("height").value) || 640));
  const path = `embed/${city}/${query && `?${query}`}`, source = address + path;
  const attributes = chosen.map(([name, value]) => ` ${name}="${quoted(value)}"`).join("");
  by("frame").value = `<iframe src="${quoted(source)}" title="驿站 yizhan" width="${width}" height="${height}" loading="lazy" allow="geolocation" style="border:0"></iframe>`;
  by("component").value = `<script src="${quoted(address)}embed.js" async></script>\n<yizhan-map city="${city}"${attributes}></yizhan-map>`;
  if (by("oembed")) by("oembed").value = `${address}oembed?format=json&url=${encodeURIComponent(source)}`;
  by("preview").height = String(height);
  if (by("preview").getAttribute("src") !== root + path) by("preview").src = root + path;
}

const listed = by("city").querySelector("[data-listed]");
if (listed) by("city").value = listed.value;
form.addEventListener("input", write);
form.addEventListener("submit", (event) => event.preventDefault());
write();

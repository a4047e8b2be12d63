/* In a frame: the theme, the map's height and the start that the address asks for, and the page's height
   for whoever embeds it. The message says nothing but a number, so that anybody may have it. */

import { convert } from "./datum.js";

const DATUMS = ["wgs84", "gcj02", "bd09"];
const params = new URLSearchParams(location.search), root = document.documentElement;

if (["light", "dark"].includes(params.get("theme"))) root.dataset.theme = params.get("theme");
if (/^\d{3,4}$/.test(params.get("height") || "")) root.style.setProperty("--map-height", `${params.get("height")}px`);

const box = (params.get("bbox") || "").split(",").map(Number);
if (box.length === 4 && box.every(isFinite)) {
  const datum = DATUMS.includes(params.get("datum")) ? params.get("datum") : "wgs84";
  root.dataset.at = convert([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], datum, "wgs84").join(",");
}

let told = 0;

function tell() {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (height === told || parent === self) return;
  told = height;
  parent.postMessage({ yizhan: "height", height }, "*");
}

new MutationObserver(() => requestAnimationFrame(tell)).observe(document.body, { childList: true, subtree: true, attributes: true });
addEventListener("resize", tell);
addEventListener("load", tell);

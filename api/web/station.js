/* The page of one station: whether it is open now, its link, its poster. */

import { Calendar, stateAt } from "./hours.js";
import { opening } from "./say.js";

const { hours, days, says, copied } = JSON.parse(document.getElementById("station").textContent);
const calendar = new Calendar(days);

function tell() {
  const line = document.getElementById("state"), now = Date.now();
  const state = stateAt(hours, now, calendar);
  line.textContent = opening(state, now, says, "zh");
  line.className = `state ${state.state}`;
  line.hidden = false;
}

tell();
setInterval(tell, 60e3);
document.getElementById("print").addEventListener("click", () => print());
document.getElementById("copy").addEventListener("click", async () => {
  const status = document.getElementById("status");
  try {
    await navigator.clipboard.writeText(location.href);
    status.textContent = copied;
  } catch (error) {
    status.textContent = location.href;
  }
});

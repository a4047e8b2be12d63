/* The next stations: a slider over their number, a switch between the order and the optimum. */
"use strict";
yizhan.joined.push(() => {
  const host = document.querySelector("[data-table=sites]");
  if (!host) return;
  const { columns, nested, optima, spots } = yizhan.data("next");
  const slider = document.getElementById("next-count");
  const output = document.getElementById("next-output");
  const says = document.getElementById("next-says");
  const switches = [...document.querySelectorAll("input[name=next-plan]")];
  const layer = yizhan.layers.sites;
  let rows = [];

  const spotOf = (id) => spots[rows.find((row) => row.id === id).spot];
  const table = yizhan.table(host, {
    columns,
    caption: ["下一批站点", "Next stations"],
    choose: (id) => yizhan.choice.choose("sites", id, "table"),
    hover: (id) => yizhan.choice.hover("sites", id),
  });
  yizhan.choice.offer("sites", {
    table,
    layer,
    box: "sites",
    polygons: (id) => spotOf(id).polygons,
    at: (id) => spotOf(id).at,
  });

  function show() {
    const count = Number(slider.value);
    const known = { nested: nested[count - 1], optimum: optima[count] };
    for (const box of switches) box.disabled = !known[box.value];
    let wanted = switches.find(({ checked }) => checked).value;
    if (!known[wanted]) wanted = known.nested ? "nested" : "optimum";
    for (const box of switches) box.checked = box.value === wanted;
    yizhan.choice.clear();
    yizhan.choice.hover("sites", null);
    const state = known[wanted];
    rows = state.rows;
    output.textContent = String(count);
    document.getElementById("site-count").textContent = String(rows.length);
    slider.setAttribute("aria-valuetext", `${count} 处 sites`);
    says.replaceChildren(yizhan.bilingual(state.says));
    table.fill(rows);
    layer.fill(rows.map(({ id, spot }) => ({ id, text: id, ...spots[spot] })));
    for (const point of document.querySelectorAll("#next-curve [data-count]")) {
      point.classList.toggle("current", Number(point.dataset.count) === count);
    }
  }

  slider.addEventListener("input", show);
  for (const box of switches) box.addEventListener("change", show);
  show();
});

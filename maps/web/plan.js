/* The planner's page: its tables, the switches that turn several layers at once, and print. */
"use strict";
yizhan.joined.push((map) => {
  const page = document.documentElement;

  function set(name, on) {
    const box = document.querySelector(`input[data-layer="${name}"]`);
    if (box && box.checked !== on) box.click();
  }

  function rows(name) {
    return (id) => yizhan.choice.choose(name, id, "table");
  }

  function districts() {
    const host = document.querySelector("[data-table=districts]");
    const { columns, full, rows: data } = yizhan.data("district-table");
    const table = yizhan.table(host, {
      columns,
      full,
      caption: ["区县", "Districts"],
      choose: rows("districts"),
      hover: (id) => yizhan.choice.hover("districts", id),
    });
    table.fill(data);
    const parts = new Map(yizhan.data("districts").parts.map((part) => [part.id, part]));
    yizhan.choice.offer("districts", {
      table,
      ground: true,
      ids: () => [...parts.keys()],
      polygons: (id) => parts.get(id).polygons,
      at: () => null,
    });
  }

  function gaps() {
    const host = document.querySelector("[data-table=gaps]");
    if (!host) return;
    const blocks = yizhan.data("gap-tables");
    const layer = yizhan.layers.gaps;
    const says = document.getElementById("gap-says");
    let marks = new Map();
    function show(key) {
      yizhan.choice.clear();
      const block = blocks.find((each) => each.key === key);
      marks = new Map(block.marks.map((mark) => [mark.id, mark]));
      const table = yizhan.table(host, {
        columns: block.columns,
        caption: ["盲区", "Gaps"],
        choose: rows("gaps"),
        hover: (id) => yizhan.choice.hover("gaps", id),
      });
      table.fill(block.rows);
      yizhan.choice.offer("gaps", {
        table,
        layer,
        box: "gaps",
        polygons: (id) => marks.get(id).polygons,
        at: (id) => marks.get(id).at,
      });
      layer.fill(block.marks);
      says.replaceChildren(yizhan.bilingual(block.says));
      document.getElementById("gap-count").textContent = block.count;
    }
    const switches = [...document.querySelectorAll("input[name=gap-reach]")];
    for (const box of switches) {
      box.addEventListener("change", () => {
        for (const { value } of switches) set(`uncovered_${value}`, value === box.value);
        show(box.value);
      });
    }
    show(switches.find(({ checked }) => checked).value);
  }

  function lenses() {
    for (const [group, { columns, full, rows: data }] of Object.entries(yizhan.data("lens-tables"))) {
      const host = document.querySelector(`[data-table="lens-${group}"]`);
      yizhan.table(host, { columns, full, caption: ["覆盖率", "Coverage"] }).fill(data);
    }
  }

  /* Shares of people or of area, side by side in one table and shown one at a time. */
  function measures() {
    const host = document.querySelector("[data-table=districts]");
    for (const box of document.querySelectorAll("input[name=measure]")) {
      const show = () => {
        if (box.checked) host.dataset.measure = box.value;
      };
      box.addEventListener("change", show);
      show();
    }
  }

  function groups() {
    for (const box of document.querySelectorAll("input[data-group]")) {
      const kinds = [...box.closest("li").querySelectorAll("input[data-kind]")];
      box.addEventListener("change", () => {
        const on = box.checked;
        for (const each of kinds) if (each.checked !== on) each.click();
        box.checked = on;
      });
      for (const each of kinds) {
        each.addEventListener("change", () => {
          box.checked = kinds.some(({ checked }) => checked);
        });
      }
    }
  }

  function beforeAndAfter() {
    for (const box of document.querySelectorAll("input[name=when]")) {
      box.addEventListener("change", () => {
        for (const name of box.dataset.off.split(" ")) set(name, false);
        for (const name of box.dataset.on.split(" ")) set(name, true);
      });
    }
  }

  /* Paper has another width: the map is laid out for it before it is printed, and back after. */
  function printing() {
    let view = map.getBounds();
    const lay = (on) => {
      if (on) view = map.getBounds();
      page.classList.toggle("printing", on);
      map.invalidateSize({ animate: false });
      map.fitBounds(view, { animate: false });
      yizhan.thinNow(map);
    };
    window.addEventListener("beforeprint", () => lay(true));
    window.addEventListener("afterprint", () => lay(false));
    document.getElementById("print")?.addEventListener("click", () => window.print());
  }

  districts();
  gaps();
  lenses();
  measures();
  groups();
  beforeAndAfter();
  printing();
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
});

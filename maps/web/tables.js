/* Tables that are sorted by their heads, and whose rows can be chosen. */
"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";

  function shape(tag, attributes) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  /* At least so long, at most so long. */
  function bar([low, high], full) {
    const svg = shape("svg", { class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" });
    const clip = (value) => Math.max(0, Math.min(1, value / full)) * 100;
    svg.append(
      shape("rect", { class: "bar-whole", width: 100, height: 6 }),
      shape("rect", { class: "bar-most", width: clip(high), height: 6 }),
      shape("rect", { class: "bar-least", width: clip(low), height: 6 }),
    );
    return svg;
  }

  function shown(text) {
    return Array.isArray(text) ? yizhan.bilingual(text) : yizhan.element("bdi", "", text);
  }

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other), "en");
  }

  /* host: an element of the page. options: columns, the column to sort by at first, the share
     of a full bar (or null), caption [zh, en], choose(id) and hover(id or null), or neither. */
  yizhan.table = (host, { columns, by, full, caption, choose, hover }) => {
    const rows = new Map();
    let order = { column: by ?? 0, down: Boolean(by) };
    const body = yizhan.element("tbody");
    const heads = columns.map((column, i) => {
      const button = yizhan.bilingual(column.label, "button", "sort");
      button.type = "button";
      const head = yizhan.element("th", "", button);
      head.scope = "col";
      if (column.group) head.dataset.group = column.group;
      button.addEventListener("click", () => {
        const first = i > 0 && column.sort === "number";
        order = { column: i, down: order.column === i ? !order.down : first };
        arrange();
      });
      return head;
    });

    function arrange() {
      heads.forEach((head, i) => {
        if (i === order.column) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      const sorted = [...rows.values()].sort((one, other) => {
        const a = one.data.cells[order.column].s;
        const b = other.data.cells[order.column].s;
        if (a === null || b === null) return (a === null) - (b === null);
        return order.down ? compare(b, a) : compare(a, b);
      });
      body.append(...sorted.map(({ node }) => node));
    }

    function cellOf(cell, column, first, id) {
      const node = yizhan.element(first ? "th" : "td");
      if (column.group) node.dataset.group = column.group;
      if (first) node.scope = "row";
      if (column.sort === "text") node.classList.add("words");
      if (Array.isArray(cell.t)) node.classList.add("worded");
      if (cell.s === null) node.classList.add("unknown");
      if (cell.href) {
        const link = shown(cell.t);
        const anchor = yizhan.element("a", "", link);
        anchor.href = cell.href;
        node.append(anchor);
      } else if (first && choose) {
        const button = yizhan.element("button", "row-name", shown(cell.t));
        button.type = "button";
        button.setAttribute("aria-pressed", "false");
        node.append(button);
      } else {
        node.append(shown(cell.t));
      }
      if (cell.bar) node.append(bar(cell.bar, full));
      return node;
    }

    function rowOf(data) {
      const node = yizhan.element("tr", choose ? "choosable" : "");
      node.append(...data.cells.map((cell, i) => cellOf(cell, columns[i], i === 0, data.id)));
      if (choose) {
        node.addEventListener("click", ({ target }) => {
          if (!target.closest("a")) choose(data.id);
        });
        node.addEventListener("mouseenter", () => hover(data.id));
        node.addEventListener("mouseleave", () => hover(null));
      }
      return { data, node };
    }

    const title = yizhan.element("caption", "", yizhan.bilingual(caption, "span", "unseen"));
    if (full) title.append(yizhan.bilingual([`条形满格 = ${100 * full} %`, "a full bar"], "span", "small"));
    const table = yizhan.element("table", "", title);
    table.append(yizhan.element("thead", "", yizhan.element("tr", "", ...heads)), body);
    host.replaceChildren(table);

    return {
      fill(data) {
        rows.clear();
        body.replaceChildren();
        for (const each of data) rows.set(each.id, rowOf(each));
        arrange();
      },
      has: (id) => rows.has(id),
      button: (id) => rows.get(id)?.node.querySelector(".row-name"),
      /* Label and text of each cell, the name apart. */
      facts(id) {
        const { cells } = rows.get(id).data;
        return { name: cells[0].t, lines: columns.map(({ label }, i) => [label, cells[i].t]).slice(1) };
      },
      mark(id, className) {
        for (const [each, { node }] of rows) {
          node.classList.toggle(className, each === id);
          if (className === "chosen") {
            node.querySelector(".row-name").setAttribute("aria-pressed", String(each === id));
          }
        }
      },
      reveal(id) {
        rows.get(id)?.node.scrollIntoView({ block: "nearest" });
      },
    };
  };

  yizhan.shown = shown;
})();

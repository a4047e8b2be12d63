/* The page of a province: its table of cities tied to the map. */
"use strict";
yizhan.joined.push(() => {
  const { columns, by, full, rows } = yizhan.data("city-table");
  const parts = new Map(yizhan.data("cities").parts.map((part) => [part.id, part]));
  const table = yizhan.table(document.querySelector("[data-table=cities]"), {
    columns,
    by,
    full,
    caption: ["城市", "Cities"],
    choose: (id) => yizhan.choice.choose("cities", id, "table"),
    hover: (id) => yizhan.choice.hover("cities", id),
  });
  table.fill(rows);
  yizhan.choice.offer("cities", {
    table,
    ground: true,
    ids: () => [...parts.keys()],
    polygons: (id) => parts.get(id).polygons,
    at: () => null,
  });
});

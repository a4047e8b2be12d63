/* What is chosen: one thing at a time, on the map and in its table alike. */
"use strict";
(() => {
  const kinds = new Map();
  let map = null;
  let chosen = null;
  let hovered = null;
  const outlines = {};

  /* The outline of what is chosen or hovered, over everything that is drawn below the marks. */
  function outline(className, kind, id) {
    if (outlines[className]) outlines[className].remove();
    outlines[className] = null;
    const polygons = id === null ? null : kinds.get(kind).polygons(id);
    if (!polygons || !polygons.length) return null;
    const renderer = (map.yizhanChosen ||= L.svg({ pane: "chosen", padding: 0.5 }));
    /* Without its holes: around each station in it there may be one. */
    const outer = yizhan.polygons(polygons).map(([ring]) => [ring]);
    outlines[className] = L.polygon(outer, {
      pane: "chosen", renderer, interactive: false, className: `${className}-outline`,
    }).addTo(map);
    return outlines[className];
  }

  function show(kind, id) {
    const { polygons, at } = kinds.get(kind);
    const drawn = polygons(id);
    const bounds = drawn && drawn.length
      ? L.latLngBounds(yizhan.polygons(drawn).flat(2))
      : L.latLng(yizhan.position(at(id))).toBounds(3000);
    const wide = map.getSize().x > 700;
    map.fitBounds(bounds, {
      paddingTopLeft: [wide ? 300 : 24, 24],
      paddingBottomRight: [24, 24],
      maxZoom: 14,
      animate: !yizhan.calm(),
    });
  }

  function card(kind, id) {
    const box = document.getElementById("chosen");
    if (id === null) {
      box.hidden = true;
      return;
    }
    const { table } = kinds.get(kind);
    const { name, lines } = table.facts(id);
    const list = yizhan.element("dl");
    for (const [label, text] of lines) {
      if (text === "") continue;
      list.append(yizhan.bilingual(label, "dt"), yizhan.element("dd", "", yizhan.shown(text)));
    }
    const close = yizhan.element("button", "close", "×");
    close.type = "button";
    close.setAttribute("aria-label", "取消选择 Clear the choice");
    close.addEventListener("click", () => clear({ focus: true }));
    const back = yizhan.bilingual(["到表格这一行", "To its row"], "button", "back");
    back.type = "button";
    back.addEventListener("click", () => toRow(kind, id));
    box.replaceChildren(close, yizhan.element("strong", "", yizhan.shown(name)), list, back);
    box.hidden = false;
    const says = document.getElementById("chosen-says");
    says.textContent = `已选 Chosen: ${[name].flat().join(" ")}`;
  }

  function toRow(kind, id) {
    const button = kinds.get(kind).table.button(id);
    button.focus();
    button.scrollIntoView({ block: "center" });
  }

  function clear({ focus = false } = {}) {
    if (!chosen) return;
    const { kind, id } = chosen;
    chosen = null;
    outline("chosen", kind, null);
    kinds.get(kind).table.mark(null, "chosen");
    kinds.get(kind).layer?.emphasise?.(null);
    card(kind, null);
    document.getElementById("chosen-says").textContent = "";
    if (focus) kinds.get(kind).table.button(id)?.focus();
  }

  function switchOn(kind) {
    const box = document.querySelector(`input[data-layer="${kinds.get(kind).box}"]`);
    if (box && !box.checked) box.click();
  }

  yizhan.choice = {
    /* kind: its table, polygons(id), at(id), the check box of its layer, whether the ground of
       the map chooses it, and the layer that emphasises its mark. */
    offer(kind, offered) {
      kinds.set(kind, offered);
    },

    choose(kind, id, from) {
      if (from === "table" && chosen && chosen.kind === kind && chosen.id === id) {
        clear();
        return;
      }
      clear();
      chosen = { kind, id };
      const { table, box, layer } = kinds.get(kind);
      if (box) switchOn(kind);
      outline("chosen", kind, id);
      table.mark(id, "chosen");
      layer?.emphasise?.(id);
      card(kind, id);
      if (from === "table") {
        /* On a phone what is chosen stands below the map. */
        const narrow = getComputedStyle(document.getElementById("chosen")).position === "static";
        map.getContainer().scrollIntoView({ block: narrow ? "start" : "nearest" });
        show(kind, id);
      } else {
        table.reveal(id);
      }
    },

    hover(kind, id) {
      if (hovered && hovered.kind === kind && hovered.id === id) return;
      if (hovered) kinds.get(hovered.kind).table.mark(null, "hovered");
      hovered = id === null ? null : { kind, id };
      if (id !== null) kinds.get(kind).table.mark(id, "hovered");
      outline("hovered", kind, id);
    },

    clear,
  };

  /* Names of the ground: a click anywhere in an area chooses it. */
  function watchGround() {
    const grounds = [...kinds].filter(([, { ground }]) => ground);
    if (!grounds.length) return;
    const [kind, { ids, polygons }] = grounds[0];
    const areas = ids().map((id) => ({ id, rings: yizhan.polygons(polygons(id)).flat() }));
    const at = (latlng) => areas.find(({ rings }) => yizhan.inside(latlng, rings))?.id ?? null;
    map.on("click", ({ latlng }) => {
      const id = at(latlng);
      if (id === null) clear();
      else yizhan.choice.choose(kind, id, "map");
    });
    map.on("mousemove", ({ latlng, originalEvent }) => {
      if (originalEvent.target.closest(".mark, .site-area, .leaflet-control")) return;
      yizhan.choice.hover(kind, at(latlng));
    });
    map.on("mouseout", () => yizhan.choice.hover(kind, null));
  }

  yizhan.joined.push((joinedTo) => {
    map = joinedTo;
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") clear({ focus: Boolean(document.activeElement?.closest("#chosen")) });
    });
    /* Once every table has offered what it has. */
    yizhan.joined.push(watchGround);
  });
})();

/* Numbered marks, with the areas they stand for: gaps, and sites of the next stations. */
"use strict";
yizhan.marks = (key) => {
  const { class: className, areas, rank } = yizhan.data(key);
  const group = L.layerGroup();
  const renderer = L.svg({ pane: "areas", padding: 0.5 });
  let marks = [];
  /* items: id, text, at, polygons; a click on a mark or its area chooses it. */
  group.fill = (items) => {
    group.clearLayers();
    marks = items.map((item) => {
      const icon = L.divIcon({
        html: yizhan.element("span", `mark ${className}`, item.text),
        className: "name-anchor",
        iconSize: null,
      });
      const mark = L.marker(yizhan.position(item.at), { icon, pane: "marks", keyboard: false });
      const parts = [mark];
      if (areas && item.polygons.length) {
        parts.push(L.polygon(yizhan.polygons(item.polygons), {
          pane: "areas", renderer, className: `${className}-area`,
        }));
      }
      for (const part of parts) {
        part.on("click", (event) => {
          L.DomEvent.stop(event);
          yizhan.choice.choose(key, item.id, "map");
        });
        part.on("mouseover", () => yizhan.choice.hover(key, item.id));
        part.on("mouseout", () => yizhan.choice.hover(key, null));
        part.addTo(group);
      }
      return { id: item.id, mark };
    });
    if (group._map) yizhan.thin(group._map);
  };
  /* The mark of what is chosen is drawn large, over the others. */
  group.emphasise = (id) => {
    for (const each of marks) {
      const element = each.mark.getElement();
      if (!element) continue;
      element.firstChild.classList.toggle("chosen", each.id === id);
      each.mark.setZIndexOffset(each.id === id ? 1000 : 0);
    }
    if (group._map) yizhan.thin(group._map);
  };
  yizhan.thinned(group, rank, () =>
    marks.map(({ mark }) => mark.getElement()).filter(Boolean).map((element) => element.firstChild));
  return yizhan.register(key, group);
};

/* The marks of stations: shape and colour tell the group, a character tells the kind. */
"use strict";
(() => {
  const OUTLINES = {
    circle(path, x, y, r) {
      path.arc(x, y, r, 0, 2 * Math.PI);
    },
    square(path, x, y, r) {
      const half = 0.9 * r;
      path.rect(x - half, y - half, 2 * half, 2 * half);
    },
    diamond(path, x, y, r) {
      const reach = 1.2 * r;
      path.moveTo(x, y - reach);
      path.lineTo(x + reach, y);
      path.lineTo(x, y + reach);
      path.lineTo(x - reach, y);
      path.closePath();
    },
    house(path, x, y, r) {
      path.moveTo(x, y - 1.3 * r);
      path.lineTo(x + r, y - 0.45 * r);
      path.lineTo(x + r, y + r);
      path.lineTo(x - r, y + r);
      path.lineTo(x - r, y - 0.45 * r);
      path.closePath();
    },
  };
  const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
  const SMALLEST_WITH_CHARACTER = 8;

  /* state: "open", "not-open" (suspended, closed), "suspect" (position contradicts the record). */
  yizhan.drawSymbol = (context, x, y, r, { shape, colour, character }, state = "open") => {
    const solid = state === "open";
    context.save();
    context.beginPath();
    OUTLINES[shape](context, x, y, r);
    context.lineWidth = (solid ? 3 : 4) - (r < 4 ? 1 : 0);
    context.strokeStyle = "#fff";
    context.stroke();
    context.fillStyle = solid ? colour : "#fff";
    context.fill();
    context.lineWidth = solid ? 1 : 2;
    if (state === "suspect") context.setLineDash([3, 2]);
    context.strokeStyle = solid ? "#fff" : colour;
    context.stroke();
    const mark = { open: character, "not-open": "×", suspect: "?" }[state];
    if (r >= SMALLEST_WITH_CHARACTER || !solid) {
      context.fillStyle = solid ? "#fff" : colour;
      context.font = `bold ${Math.round(1.25 * Math.max(r, 6))}px ${FONT}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(mark, x, y + (shape === "house" ? 0.2 * r : 0.06 * r));
    }
    context.restore();
  };

  /* A canvas marker that draws a symbol instead of a circle. */
  yizhan.SymbolMarker = L.CircleMarker.extend({
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      const { symbol, state } = this.options;
      yizhan.drawSymbol(renderer._ctx, this._point.x, this._point.y, this._radius, symbol, state);
    },
  });

  /* The same marks in the legend and the list: <canvas data-symbol="…">. */
  yizhan.paintSymbols = (root, kinds) => {
    for (const canvas of root.querySelectorAll("canvas[data-symbol]")) {
      const size = 26;
      const scale = window.devicePixelRatio || 1;
      canvas.width = size * scale;
      canvas.height = size * scale;
      const context = canvas.getContext("2d");
      context.scale(scale, scale);
      const kind = kinds.find(({ code }) => code === canvas.dataset.symbol) || kinds[0];
      yizhan.drawSymbol(context, size / 2, size / 2, 9.5, kind.symbol, canvas.dataset.state);
    }
  };
})();

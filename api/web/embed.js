/* <yizhan-map city="410100">: a map of ours in a page of yours. Attributes: city, kind, facility,
   lang, theme, bbox, datum, height (a number, or auto). Nothing is sent to your page but its height. */
(function () {
  "use strict";
  var script = document.currentScript;
  var root = new URL("./", script.src);
  var PASSED = ["kind", "facility", "lang", "theme", "bbox", "datum"];
  var TALLEST = 20000;

  class YizhanMap extends HTMLElement {
    connectedCallback() {
      if (this.frame) return;
      var city = this.getAttribute("city") || "", height = this.getAttribute("height") || "auto";
      var address = new URL("embed/" + encodeURIComponent(city) + "/", root);
      PASSED.forEach((name) => {
        if (this.hasAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
      });
      var frame = document.createElement("iframe");
      frame.src = address.href;
      frame.title = this.getAttribute("title") || "驿站 yizhan";
      frame.loading = "lazy";
      frame.allow = "geolocation";
      frame.referrerPolicy = "no-referrer";
      frame.width = "100%";
      frame.height = height === "auto" ? "640" : height;
      frame.style.border = "0";
      this.frame = frame;
      this.onHeight = (event) => {
        var data = event.data || {};
        // Whatever else speaks is not the frame; in a sandbox its origin is "null".
        if (event.source !== frame.contentWindow || (event.origin !== root.origin && event.origin !== "null")) return;
        if (data.yizhan === "height" && data.height > 0 && data.height <= TALLEST) frame.height = String(Math.ceil(data.height));
      };
      if (height === "auto") addEventListener("message", this.onHeight);
      this.append(frame);
    }

    disconnectedCallback() {
      removeEventListener("message", this.onHeight);
    }
  }

  if (!customElements.get("yizhan-map")) customElements.define("yizhan-map", YizhanMap);
})();

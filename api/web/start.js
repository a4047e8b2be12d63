/* The form of the start page. Names reach the page as text, never as markup. */
"use strict";
(() => {
  const POINTS = ["北 N", "东北 NE", "东 E", "东南 SE", "南 S", "西南 SW", "西 W", "西北 NW"];
  const MAPS = [["amap", "高德 Amap"], ["baidu", "百度 Baidu"], ["tencent", "腾讯 Tencent"], ["apple", "Apple"], ["geo", "geo:"]];
  const form = document.getElementById("nearest");
  const status = document.getElementById("status");
  const answers = document.getElementById("answers");
  const locate = document.getElementById("locate");

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function distance(metres) {
    return metres < 1000 ? `${Math.round(metres)} 米 m` : `${(metres / 1000).toFixed(1)} 公里 km`;
  }

  function offers({ facilities_known: known, facilities }) {
    if (!known) return "设施未知 facilities unknown";
    return facilities.length ? facilities.map(({ label }) => label).join("、") : "无设施 no facilities";
  }

  const STATES = { open: "开放中 open", closed: "未开放 closed", unknown: "开放时间未知 hours unknown" };

  function opening({ opening: { state, closes_at, opens_at }, hours_text, reported }) {
    const change = closes_at || opens_at;
    const when = change && `${closes_at ? "关门 closes" : "开门 opens"} ${change.slice(5, 16).replace("T", " ")}`;
    const told = reported && `${reported.days_ago} 天前有人报告 reported: ${reported.what}`;
    const said = [STATES[state], when, hours_text, told].filter(Boolean).join(" · ");
    return element("p", said, `opening ${state}`);
  }

  function answer({ properties: station }) {
    const item = element("li");
    const name = element("h3");
    name.append(element("bdi", station.name));
    const where = POINTS[Math.round(station.bearing_deg / 45) % 8];
    const links = element("p", "", "links");
    for (const [key, label] of MAPS) {
      const link = element("a", label);
      link.href = station.links[key];
      link.rel = "noreferrer";
      links.append(link);
    }
    const address = element("p");
    address.append(element("bdi", station.address));
    item.append(
      name,
      element("p", `${where} ${distance(station.distance_m)}`, "distance"),
      address,
      opening(station),
      element("p", `${station.kind_label} · ${offers(station)}`),
      links,
    );
    return item;
  }

  function say(text, isError) {
    status.textContent = text;
    status.className = isError ? "error" : "";
  }

  async function ask() {
    const query = new URLSearchParams({ lon: form.lon.value.trim(), lat: form.lat.value.trim(), datum: form.datum.value });
    if (form.open.checked) query.set("open", "now");
    answers.replaceChildren();
    say("正在查找…… looking");
    try {
      const response = await fetch(`/api/v1/nearest?${query}`);
      const found = await response.json();
      if (!response.ok) {
        say([found.detail, found.expected].filter(Boolean).join("："), true);
        return;
      }
      answers.append(...found.features.map(answer));
      const notes = [found.label, found.notice, ...found.completeness.map(({ note }) => note)];
      say([`${found.features.length} 个站点 stations`, ...notes].filter(Boolean).join(" · "));
    } catch {
      say("无法连接服务 the service cannot be reached", true);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });

  if (navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", () => {
      say("正在定位…… locating");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.lon.value = coords.longitude.toFixed(5);
          form.lat.value = coords.latitude.toFixed(5);
          form.datum.value = "wgs84";
          ask();
        },
        () => say("无法定位，请输入坐标 no position: please type one", true),
        { maximumAge: 0, timeout: 15000, enableHighAccuracy: true },
      );
    });
  }
})();

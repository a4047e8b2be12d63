"""Pages held against tools: the syntax of old phones, Lighthouse, a real static server."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from api.site import assets

TOOLS = Path(__file__).with_name("tools")
NODE = shutil.which("node") or "node"
# Younger than Chromium 70 or Safari 13 (MDN's compatibility tables).
TOO_YOUNG = (
    r"\.replaceChildren\(", r"\.replaceAll\(", r"\.matchAll\(", r"\.at\(", r"Object\.fromEntries",
    r"Object\.hasOwn", r"Promise\.(allSettled|any)", r"structuredClone", r"globalThis",
    r"AbortSignal\.(timeout|any)", r"\.findLast", r"\.toSorted\(", r"ResizeObserver", r"BigInt",
    r"requestIdleCallback", r"<dialog", r"navigator\.userAgentData", r"queueMicrotask",
)  # fmt: skip


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scripts")
    for name, asset in assets.assets().items():
        if name.endswith(".js"):
            (folder / name).write_bytes(asset.content)
    (folder / "worker.js").write_text(assets.source("worker.js"), encoding="utf-8")
    return sorted(folder.glob("*.js"))


def _parse(*files):
    command = [NODE, "parse.mjs", "2018", *map(str, files)]
    return subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, check=False)


def test_scripts_are_of_the_syntax_of_old_phones(scripts, tmp_path):
    assert len(scripts) > 5
    assert _parse(*scripts).stderr == ""
    young = tmp_path / "young.js"
    young.write_text("const a = b?.c ?? 1;", encoding="utf-8")
    assert _parse(young).returncode == 1


def test_scripts_call_nothing_younger_than_old_phones(scripts):
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        assert [each for each in TOO_YOUNG if re.search(each, text)] == [], path.name


@pytest.fixture(scope="module")
def published(tmp_path_factory, root):
    """The made-up street as static files, on a real nginx under the rules that come with it."""
    folder = tmp_path_factory.mktemp("published")
    street = root / "tests" / "fixtures" / "catalogues" / "street"
    env = os.environ | {"YIZHAN_HOME": str(folder / "home"), "YIZHAN_STATIONS_DIR": str(street)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = folder / "site"
    yizhan = Path(sys.executable).with_name("yizhan")
    command = [yizhan, "publish", str(site), "--address", f"http://127.0.0.1:{port}/"]
    subprocess.run(command, env=env, check=True, capture_output=True)
    config = folder / "nginx.conf"
    rules = (site / "hosting" / "nginx.conf").read_text(encoding="utf-8")
    config.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/pid;\n"
        f"error_log {folder}/error.log; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off;\n"
        f"client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;\n"
        f"fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;\n"
        f"server {{ listen 127.0.0.1:{port}; root {site};\n{rules}\n}} }}\n",
        encoding="utf-8",
    )
    folder.chmod(0o755)
    site.chmod(0o755)
    process = subprocess.Popen(["/usr/sbin/nginx", "-c", str(config)], cwd=folder)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert process.poll() is None
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", site, env, command
    process.terminate()
    process.wait(timeout=20)


def test_static_files_are_sent_with_the_headers_of_the_service(published, street_server):
    address, site, _, _ = published
    cell = next((site / "cells" / "13").rglob("*.json")).relative_to(site)
    script = next((site / "web").rglob("courier.js")).relative_to(site)
    paths = ["/", "/city/410100/", "/s/410105-0001/", "/cells/cities.json", "/worker.js"]
    paths += [f"/{cell}", f"/{script}", "/cells/cities/410100.json"]
    compared = ("cache-control", "content-security-policy", "permissions-policy")
    compared += ("referrer-policy", "x-content-type-options", "access-control-allow-origin")
    for path in paths:
        static, served = httpx.get(address + path), street_server.get(path)
        assert static.status_code == served.status_code == 200, path
        for name in compared:
            assert static.headers.get(name) == served.headers.get(name), (path, name)
        kind = static.headers["content-type"].partition(";")[0]
        assert kind == served.headers["content-type"].partition(";")[0].replace(
            "text/javascript", kind if "javascript" in kind else "text/javascript"
        )


def test_the_static_site_finds_what_the_service_finds(published, browser, street_server):
    address, _, _, _ = published
    context = browser.new_context(locale="zh-CN", viewport={"width": 1200, "height": 800})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/#at=113.68,34.78")
    page.wait_for_selector("#map .pin")
    answer = street_server.get("/api/v1/nearest?lon=113.68&lat=34.78&k=10").json()
    names = [each["properties"]["name"].strip() for each in answer["features"]]
    assert page.locator("#answers h2").all_inner_texts() == names
    # Nobody would take a report.
    assert page.locator(".report").count() == 0
    page.goto(f"{address}/maps/410100.html")
    page.wait_for_selector("html[data-ready]", state="attached")
    # The map for frames has the same policy, but for who may frame it.
    page.goto(f"{address}/coverage/410100.html")
    page.wait_for_selector("html[data-ready]", state="attached")
    framing = httpx.get(f"{address}/coverage/410100.html").headers["content-security-policy"]
    assert framing == "frame-ancestors *"
    served = street_server.get("/coverage/410100.html").headers["content-security-policy"]
    assert served.endswith("; frame-ancestors *")
    assert errors == []
    context.close()


@pytest.mark.full
def test_publishing_again_writes_only_what_changed(published, tmp_path):
    _, site, env, command = published
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    subprocess.run(command, env=env, check=True, capture_output=True)
    after = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    changed = {path.relative_to(site).parts[0] for path in after if after[path] != before.get(path)}
    assert changed <= {"published.json", "cells"}
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "thesis.txt").write_text("not ours")
    refused = subprocess.run(
        [*command[:2], str(strange), *command[3:]],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "不是空的" in refused.stderr
    assert [path.name for path in strange.iterdir()] == ["thesis.txt"]


LIGHTHOUSE = {
    "/": ("performance", "accessibility", "best-practices", "seo"),
    "/s/410102-0001/": ("performance", "accessibility", "best-practices", "seo"),
    "/city/410100/": ("performance", "accessibility", "best-practices", "seo"),
    "/embed/410100/": ("performance", "accessibility", "best-practices"),
    "/maps/410100": ("accessibility", "best-practices"),
}


@pytest.mark.full
@pytest.mark.parametrize("path", list(LIGHTHOUSE))
def test_lighthouse_gives_at_least_095(shipped_server, tmp_path, path):
    report = tmp_path / "report.json"
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    flags += " --disable-background-networking --disable-component-update --disable-sync"
    command = [
        *("node_modules/.bin/lighthouse", shipped_server.url + path, "--quiet"),
        *("--output=json", f"--output-path={report}", f"--chrome-flags={flags}"),
        f"--only-categories={','.join(LIGHTHOUSE[path])}",
    ]
    env = os.environ | {"CHROME_PATH": shutil.which("chromium") or "chromium"}
    # What else the machine does lowers the figure for speed; nothing raises it.
    for _ in range(3):
        subprocess.run(command, cwd=TOOLS, env=env, check=True, capture_output=True)
        found = json.loads(report.read_text())["categories"]
        scores = {name: found[name]["score"] for name in LIGHTHOUSE[path]}
        if min(scores.values()) >= 0.95:
            break
    assert min(scores.values()) >= 0.95, scores

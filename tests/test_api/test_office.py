"""The office's API on a real server: keys, uploads, corrections, decisions, and who sees them."""

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

ADMIN = "/api/v1/admin"


@pytest.fixture(scope="module")
def server(start_server: Callable[..., object], root: Path):
    """A server of its own, whose catalogue these tests change."""
    return start_server(root / "data" / "stations", "--workers", "2")


def yizhan(server, root: Path, *arguments: str) -> str:
    env = os.environ | {
        "YIZHAN_HOME": str(server.home),
        "YIZHAN_STATIONS_DIR": str(root / "data" / "stations"),
    }
    command = [Path(sys.executable).with_name("yizhan"), *arguments]
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def key(server, root: Path) -> str:
    scopes = ("--scope", "manage", "--scope", "import", "--scope", "read")
    return yizhan(server, root, "keys", "add", "办公室", *scopes).splitlines()[-1]


def auth(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def post(server, path: str, key: str, **kwargs: object) -> httpx.Response:
    return httpx.post(f"{server.url}{ADMIN}{path}", headers=auth(key), timeout=120, **kwargs)


def served(server, number: int) -> None:
    """Wait until both workers serve a revision."""
    until = time.monotonic() + 30
    seen = 0
    while seen < 8:
        answer = server.get("/health").json()
        seen = seen + 1 if answer["revision_number"] >= number else 0
        assert time.monotonic() < until, answer


def table(count: int, name: str = "测试路") -> bytes:
    buffer = io.StringIO()
    rows = [
        [f"{name}{n}号驿站", "爱心驿站", f"{name}{n}号", "洛龙区", 112.44 + n * 0.004, 34.62]
        for n in range(count)
    ]
    csv.writer(buffer).writerows([["名称", "类别", "地址", "区县", "经度", "纬度"], *rows])
    return buffer.getvalue().encode("gb18030")


def hand_in(server, key: str, content: bytes, **query: str) -> httpx.Response:
    params = {"name": "洛阳.csv", "city": "410300", "datum": "gcj02", "list_key": "c"} | query
    return post(server, "/uploads", key, params=params, content=content)


def test_nobody_without_a_key(server):
    for given in ({}, {"Authorization": "Bearer yz_wrong"}, {"Authorization": "Basic eA=="}):
        answer = httpx.get(f"{server.url}{ADMIN}/reports", headers=given)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["title"] == "需要密钥"


def test_a_key_is_for_its_cities_and_scopes(server, root: Path):
    out = yizhan(server, root, "keys", "add", "洛阳", "--scope", "import", "--city", "410300")
    luoyang = out.splitlines()[-1]
    assert httpx.get(f"{server.url}{ADMIN}/reports", headers=auth(luoyang)).status_code == 403
    assert hand_in(server, luoyang, table(3), city="410100").status_code == 403
    assert hand_in(server, luoyang, table(3)).status_code == 201
    listed = json.loads(yizhan(server, root, "keys", "list", "--json"))
    number = next(each["id"] for each in listed if each["label"] == "洛阳")
    assert luoyang not in str(listed)
    yizhan(server, root, "keys", "revoke", str(number))
    assert hand_in(server, luoyang, table(3)).status_code == 401


def test_upload_report_accept_changes_and_back(server, key: str, root: Path):
    before = server.get("/health").json()["revision_number"]
    looked = hand_in(server, key, table(6))
    assert looked.status_code == 201
    answer = looked.json()
    assert answer["counts"]["added"] == 6
    assert answer["taken_as"][0]["en"].startswith("GB18030")
    assert server.get("/health").json()["revision_number"] == before
    token = answer["upload"]
    report = httpx.get(f"{server.url}{ADMIN}/uploads/{token}/report.xlsx", headers=auth(key))
    assert report.content.startswith(b"PK")
    taken = post(server, f"/uploads/{token}/accept", key).json()
    assert taken["revision"] == before + 1
    served(server, before + 1)
    changes = server.get(f"/api/v1/changes?since={before}").json()
    assert (len(changes["put"]), changes["gone"]) == (6, [])
    found = server.get("/api/v1/nearest?lon=112.44&lat=34.62&k=1&datum=gcj02").json()
    assert found["features"][0]["properties"]["name"] == "测试路0号驿站"
    cities = server.get("/api/v1/cities/410300").json()
    assert (cities["list_published"], cities["stations"]) == (True, 6)
    restored = post(server, f"/revisions/{before}/restore", key).json()
    served(server, restored["revision"])
    changes = server.get(f"/api/v1/changes?since={before + 1}").json()
    assert (changes["put"], len(changes["gone"])) == ([], 6)
    listed = yizhan(server, root, "revisions", "--json")
    assert [each["action"] for each in json.loads(listed)][:2] == ["restore", "import"]


def test_two_uploads_at_once_and_one_is_told(server, key: str):
    first = hand_in(server, key, table(5, "甲路"), list_key="a").json()
    second = hand_in(server, key, table(5, "乙路"), list_key="b").json()
    for upload in (first, second):
        assert post(server, f"/uploads/{upload['upload']}/accept", key).status_code == 200
    # What was looked at is compared anew when it is taken, so that nothing is overwritten.
    assert post(server, "/uploads/nothing/accept", key).status_code == 404


def test_what_cannot_be_taken(server, key: str):
    picture = hand_in(server, key, b"\x89PNG\r\n\x1a\n\x00\x00")
    assert picture.status_code == 415, picture.text
    assert hand_in(server, key, b"x" * (20 * 1024 * 1024 + 1)).status_code == 413
    many = b"\n".join([b"a,b", *[b"1,2"] * 200_001])
    assert hand_in(server, key, many).status_code == 413
    query = {"name": "a.csv", "city": "410300", "list_key": "c"}
    undecided = post(server, "/uploads", key, params=query, content=table(5, "丙路"))
    assert undecided.status_code == 422
    problem = undecided.json()
    assert problem["parameter"] == "datum"
    assert len(problem["evidence"]) == 3
    empty = hand_in(server, key, b"")
    assert (empty.status_code, empty.json()["detail"]) == (422, "文件里没有数据行")
    headless = hand_in(server, key, b"1,2,3\n4,5,6\n")
    assert (headless.status_code, headless.json()["parameter"]) == (422, "map")
    assert hand_in(server, key, table(3), datum="gps").status_code == 400
    assert hand_in(server, key, table(3), colour="red").status_code == 400
    nameless = httpx.post(f"{server.url}{ADMIN}/uploads?city=410300", headers=auth(key))
    assert nameless.json()["parameter"] == "name"


def test_what_is_blocked_says_in_which_row_and_column(server, key: str):
    wrong = table(6).replace(b"112.44", b"abc", 1)
    upload = hand_in(server, key, wrong, on_error="abort", list_key="e").json()
    assert upload["blocked"]
    refused = post(server, f"/uploads/{upload['upload']}/accept", key)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["row"], problem["column"]) == (2, "published_lon")
    assert problem["findings"][0]["code"] == "unreadable_value"


def test_one_station_corrected_closed_and_reopened(server, key: str):
    station = "410102-0003"
    path = f"{server.url}{ADMIN}/stations/{station}"
    changed = httpx.patch(
        path, headers=auth(key), json={"hours_text": "24小时", "facilities": ["hot_water"]}
    )
    served(server, changed.json()["revision"])
    properties = server.get(f"/api/v1/stations/{station}").json()["properties"]
    assert properties["opening"]["specification"] == "24/7"
    assert [each["code"] for each in properties["facilities"]] == ["hot_water"]
    for wrong in ({"kind": "茶馆"}, {"published_lat": 113.6}, {"name": None}):
        answer = httpx.patch(path, headers=auth(key), json=wrong)
        assert answer.status_code == 422, wrong
        assert answer.json()["expected"]
    assert httpx.patch(path, headers=auth(key), json={"id": "x"}).status_code == 400
    closed = post(server, f"/stations/{station}/close", key).json()["revision"]
    served(server, closed)
    assert server.get(f"/api/v1/stations/{station}").json()["properties"]["status"] == "closed"
    served(server, post(server, f"/stations/{station}/reopen", key).json()["revision"])
    assert server.get(f"/api/v1/stations/{station}").json()["properties"]["status"] == "open"
    assert post(server, "/stations/410102-9999/close", key).status_code == 404


def test_a_report_is_shown_only_after_it_was_accepted(server, key: str):
    station = "410102-0005"
    path = f"{server.url}/api/v1/stations/{station}"
    assert httpx.post(f"{path}/reports", json={"what": "broken"}).status_code == 202
    assert httpx.post(f"{path}/reports", json={"what": "nice"}).status_code in {400, 422}
    assert httpx.get(path).json()["properties"]["reported"] is None
    pending = httpx.get(f"{server.url}{ADMIN}/reports", headers=auth(key)).json()
    number = next(each["id"] for each in pending if each["station_id"] == station)
    revision = post(server, f"/reports/{number}", key, json={"verdict": "accepted"}).json()
    served(server, revision["revision"])
    reported = httpx.get(path).json()["properties"]["reported"]
    assert (reported["what"], reported["days_ago"]) == ("broken", 0)


def test_reports_are_limited(server):
    path = f"{server.url}/api/v1/stations/410102-0006/reports"
    answers = [httpx.post(path, json={"what": "moved"}) for _ in range(14)]
    refused = [each for each in answers if each.status_code == 429]
    assert refused
    assert refused[0].headers["retry-after"] == "60"


def test_duplicates_are_decided_by_people(server, key: str):
    content = table(4, "丁路") + table(4, "丁路").split(b"\r\n", 1)[1].replace(
        "驿站".encode("gb18030"), "工会驿站".encode("gb18030")
    )
    upload = hand_in(server, key, content, list_key="d").json()
    post(server, f"/uploads/{upload['upload']}/accept", key)
    pairs = httpx.get(f"{server.url}{ADMIN}/duplicates", headers=auth(key)).json()
    assert len(pairs) >= 4
    first, second = pairs[:2]
    same = post(server, f"/duplicates/{first['id']}", key, json={"verdict": "same"}).json()
    post(server, f"/duplicates/{second['id']}", key, json={"verdict": "different"})
    assert post(server, f"/duplicates/{first['id']}", key, json={"verdict": "?"}).status_code == 400
    served(server, same["revision"])
    closed = server.get(f"/api/v1/stations/{first['second']['id']}").json()["properties"]
    assert (closed["status"], closed["extra"]["duplicate_of"]) == ("closed", first["first"]["id"])
    left = httpx.get(f"{server.url}{ADMIN}/duplicates", headers=auth(key)).json()
    assert {each["id"] for each in left}.isdisjoint({first["id"], second["id"]})


@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity"])
@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_all_stations_at_once(server, form: str, coding: str):
    import pyarrow as pa

    path = f"{server.url}/api/v1/stations.{form}"
    with httpx.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding", "identity") == coding
        etag = answer.headers["etag"]
    if coding == "gzip":
        raw = __import__("gzip").decompress(raw)
    elif coding == "zstd":
        raw = pa.CompressedInputStream(pa.BufferReader(raw), "zstd").read()
    stations = server.get("/health").json()["stations"]
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    else:
        rows = json.loads(raw)["features"]
    assert len(rows) == stations
    again = httpx.get(path, headers={"Accept-Encoding": coding, "If-None-Match": etag})
    assert again.status_code == 304


def test_no_secret_and_no_position_in_the_log(server, key: str):
    log = server.log.read_text()
    assert key not in log
    assert "112.44" not in log
    assert "Traceback" not in log


def swap_under_load(server, swaps: int) -> None:
    """Revisions come while answers are asked for: none fails, each is wholly of one revision."""
    station = "410102-0007"
    stop = threading.Event()
    wrong: list[object] = []
    asked = [0]

    def ask() -> None:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            while not stop.is_set():
                answer = client.get("/api/v1/nearest?lon=113.62&lat=34.75&k=100&group=all")
                asked[0] += 1
                if answer.status_code != 200:
                    wrong.append(answer.status_code)
                    continue
                body = answer.json()
                header = answer.headers["yizhan-revision"]
                names = {
                    f["properties"]["phone"] for f in body["features"] if f["properties"]["phone"]
                }
                # Two stations are changed together: an answer that mixes revisions shows both.
                if header.split("-")[1] != body["revision"] or len(names) > 1:
                    wrong.append((header, body["revision"], names))

    callers = [threading.Thread(target=ask) for _ in range(2)]
    for caller in callers:
        caller.start()
    try:
        from geo.store import Listed, change_of_stations, open_store

        store = open_store(f"sqlite:///{server.home / 'catalogue.sqlite'}")
        import dataclasses

        for nth in range(swaps):
            pair = [store.station(each) for each in (station, "410102-0008")]
            put = [Listed(k, dataclasses.replace(s, phone=f"0371-{10_000 + nth}")) for k, s in pair]
            change = change_of_stations(store.info(), put, action="correct", who="t")
            number = store.commit(change).number
            if nth % 5 == 4:
                served(server, number)
        served(server, number)
        store.close()
    finally:
        stop.set()
        for caller in callers:
            caller.join()
    assert wrong == []
    assert asked[0] > 10 * swaps / 5


@pytest.mark.full
def test_swaps_under_load(server):
    swap_under_load(server, 5)


@pytest.mark.full
def test_two_hundred_swaps_under_load(server):
    swap_under_load(server, 200)

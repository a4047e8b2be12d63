"""``yizhan geocode`` against a server of our own that answers as the providers document it."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.errors import GeocodingError
from geo.geocoding import Geocoder, Refused
from geo.places import Places

KEY = "geheimer-schluessel"
CSV = "名称,类别,地址,区县,经度,纬度\n"

Answer = tuple[int, object]


@dataclass
class Provider:
    """What was asked, and what is answered to an address."""

    url: str
    answer: Callable[[str], Answer] = lambda _: (200, {"status": "1", "geocodes": []})
    asked: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            served.asked.append({"path": parts.path, **query})
            address = query.get("address") or json.loads(query["ds"])["keyWord"]
            status, content = served.answer(address)
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def amap(lon: float, lat: float, level: str = "门牌号") -> Answer:
    found = {"formatted_address": "x", "location": f"{lon},{lat}", "level": level}
    return 200, {"status": "1", "info": "OK", "infocode": "10000", "geocodes": [found]}


class Office:
    """A home of its own with rows that wait; ``kept`` holds homes to start from."""

    def __init__(self, home: Path, kept: Path, root: Path, provider: Provider) -> None:
        self.env = os.environ | {
            "YIZHAN_HOME": str(home),
            "YIZHAN_STATIONS_DIR": str(root / "data" / "stations"),
            "YIZHAN_GEOCODER_URL": provider.url,
            "YIZHAN_GEOCODER_PER_SECOND": "100",
            "YIZHAN_AMAP_KEY": KEY,
            "YIZHAN_TIANDITU_KEY": KEY,
        }
        self.home, self.kept = home, kept

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).with_name("yizhan"), *map(str, arguments)]
        run = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        assert KEY not in run.stdout + run.stderr
        assert "Traceback" not in run.stderr, run.stderr
        return run

    def hand_in(self, rows: int) -> None:
        """Rows without coordinates; of one number they are handed in once, and copied."""
        kept = self.kept / str(rows)
        if not kept.exists():
            self._import(rows)
            shutil.copytree(self.home, kept)
        shutil.copytree(kept, self.home, dirs_exist_ok=True)

    def _import(self, rows: int) -> None:
        path = self.home / "list.csv"
        lines = [f"驿站{n},爱心驿站,王城大道{n}号,洛龙区,,\n" for n in range(rows)]
        path.write_text(CSV + "".join(lines), encoding="utf-8")
        run = self.run("import", path, "--city", "410300", "--datum", "gcj02", "--json")
        assert json.loads(run.stdout)["counts"]["pending"] == rows


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("handed-in")


@pytest.fixture
def office(tmp_path: Path, kept: Path, root: Path, provider: Provider) -> Office:
    return Office(tmp_path, kept, root, provider)


@pytest.fixture
def geocoder(provider: Provider, places: Places) -> Iterator[Geocoder]:
    asked = {"base_url": provider.url, "per_second": 100}
    with Geocoder("amap", KEY, places, **asked) as geocoder:
        yield geocoder


def test_rows_are_located_and_marked(office: Office, provider: Provider):
    office.hand_in(4)
    answers = {
        "王城大道0号": amap(112.44, 34.62),
        "王城大道1号": amap(112.44, 34.62, "区县"),
        "王城大道2号": amap(113.66, 34.75),
    }
    provider.answer = lambda address: answers.get(
        address, (200, {"status": "1", "infocode": "10000", "geocodes": []})
    )
    run = office.run("geocode", "--provider", "amap", "--json")
    assert json.loads(run.stdout) == {
        "rows": 4, "pending": 3, "located": 1, "too_coarse": 1, "elsewhere": 1, "not_found": 1,
        "refused": 0,
    }  # fmt: skip
    asked = provider.asked[0]
    assert (asked["path"], asked["city"], asked["key"]) == ("/v3/geocode/geo", "410300", KEY)
    office.run("export", office.home / "out.geojson")
    features = json.loads((office.home / "out.geojson").read_text())["features"]
    (station,) = (f["properties"] for f in features if f["properties"]["city"] == "410300")
    assert (station["id"], station["position_quality"]) == ("410311-0001", "geocoded")
    assert (station["published_lon"], station["published_datum"]) == (112.44, "gcj02")
    assert "amap" in station["position_note"]
    again = office.run("geocode", "--provider", "amap", "--json")
    assert json.loads(again.stdout)["rows"] == 3


def test_tianditu_is_asked_in_its_own_way(office: Office, provider: Provider):
    office.hand_in(1)
    location = {"lon": "112.44", "lat": 34.62, "level": "门址", "score": 90}
    provider.answer = lambda _: (200, {"status": "0", "msg": "ok", "location": location})
    run = office.run("geocode", "--provider", "tianditu", "--json")
    assert json.loads(run.stdout)["located"] == 1
    assert (provider.asked[0]["path"], provider.asked[0]["tk"]) == ("/geocoder", KEY)


def test_busy_servers_are_asked_again(geocoder: Geocoder, provider: Provider):
    answers = iter([
        (429, b""), (503, b""), (200, {"status": "0", "infocode": "10021"}), amap(112.44, 34.62)
    ])  # fmt: skip
    provider.answer = lambda _: next(answers)
    assert geocoder.geocode("王城大道1号", city="410300").lon == 112.44
    assert len(provider.asked) == 4


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        ((200, {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}), "密钥"),
        ((200, {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}), "配额"),
        ((403, b"{}"), "密钥"),
        ((200, b"<html>"), "无法读取"),
        ((503, b""), "没有应答"),
    ],
)
def test_what_a_provider_s_trouble_is_called(
    geocoder: Geocoder, provider: Provider, trouble: Answer, word: str
):
    provider.answer = lambda _: trouble
    with pytest.raises(GeocodingError, match=word) as raised:
        geocoder.geocode("王城大道1号", city="410300")
    assert KEY not in str(raised.value)


def test_trouble_ends_the_run_and_loses_nothing(office: Office, provider: Provider):
    office.hand_in(3)
    provider.answer = lambda address: amap(112.44, 34.62) if "0号" in address else (403, b"{}")
    run = office.run("geocode", "--provider", "amap")
    assert run.returncode == 2
    assert "密钥" in run.stderr
    assert "located 1 + pending 2" in run.stdout


@pytest.mark.parametrize(
    "content",
    [
        {"status": "1", "geocodes": [{"location": "nan,inf", "level": "门牌号"}]},
        {"status": "1", "geocodes": [{"location": []}]},
        {"status": "1", "geocodes": [{"location": "34.62,112.44", "level": "<script>"}]},
        {"status": "1", "geocodes": "x"},
        {},
    ],
)
def test_strange_answers_are_no_position(geocoder: Geocoder, provider: Provider, content: object):
    provider.answer = lambda _: (200, content)
    assert geocoder.geocode("王城大道1号", city="410300") == Refused("not_found")


def test_without_a_key_the_setting_is_named(office: Office):
    office.env.pop("YIZHAN_AMAP_KEY")
    run = office.run("geocode", "--provider", "amap")
    assert run.returncode == 2
    assert "YIZHAN_AMAP_KEY" in run.stderr

"""Plans over HTTP on a real server: computed ahead, asked for, followed, cancelled, lost."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from api.jobs.body import MAX_CANDIDATES
from api.schemas import PlanCoverage, PlanFeatures, PlanJob
from geo.store import jobs as queue
from geo.store import open_store

CITY = "/api/v1/cities/419001"
QUICK = {"radii_m": [800.0], "next_sites": 1, "moments": []}
# Some ten seconds and more on any machine of today.
SLOW = {"radii_m": [200.0 + 50 * nth for nth in range(8)], "next_sites": 200}


@pytest.fixture(scope="module")
def lists(root: Path) -> Path:
    return root / "tests" / "fixtures" / "catalogues" / "jiyuan"


@pytest.fixture(scope="module")
def server(start_server: Callable[..., object], lists: Path):
    """Two workers that compute the standard plan by themselves."""
    return start_server(lists, "--workers", "2", plan_ahead=True)


def yizhan(server, lists: Path, *arguments: str) -> str:
    env = os.environ | {"YIZHAN_HOME": str(server.home), "YIZHAN_STATIONS_DIR": str(lists)}
    command = [Path(sys.executable).with_name("yizhan"), *arguments]
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def new_key(server, scope: str = "plan", city: str = "*") -> str:
    store = open_store(f"sqlite:///{server.home / 'catalogue.sqlite'}")
    text, _ = store.keys.add("规划", cities=[city], scopes=[scope])
    store.close()
    return text


@pytest.fixture(scope="module")
def key(server) -> str:
    return new_key(server)


def ask(server, key: str, body: object = QUICK, path: str = CITY) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.post(f"{server.url}{path}/plans", headers=headers, json=body, timeout=60)


def cancel(server, key: str, job: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.delete(f"{server.url}/api/v1/jobs/{job}", headers=headers, timeout=60)


def until(server, job: str, *states: str, share: float = 0.0) -> dict[str, object]:
    """The job once it is in one of these states; every look at it is a valid document."""
    end = time.monotonic() + 120
    while True:
        told = server.get(f"/api/v1/jobs/{job}").json()
        PlanJob.model_validate(told)
        if told["state"] in states and told["share"] >= share:
            return told
        assert time.monotonic() < end, told
        assert told["state"] in {"queued", "running"}, told
        time.sleep(0.1)


def standard(server, name: str, city: str = CITY) -> httpx.Response:
    end = time.monotonic() + 240
    while (answer := server.get(f"{city}/{name}")).status_code == 404:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["post"] == f"{city}/plans"
        assert answer.json()["command"] == f"yizhan precompute {city[-6:]}"
        assert time.monotonic() < end
        time.sleep(0.2)
    return answer


def test_the_standard_case_is_computed_without_being_asked_for(server):
    coverage = standard(server, "coverage")
    assert coverage.status_code == 200
    PlanCoverage.model_validate(coverage.json())
    told = coverage.json()
    assert [each["threshold"]["radius_m"] for each in told["coverages"][:1]] == [500.0]
    assert told["at_least"] is True
    assert told["label"]["zh"] == "示意数据，非真实站点"
    assert any("20" in note["zh"] for note in told["notes"])
    for name in ("gaps", "sites"):
        answer = server.get(f"{CITY}/{name}")
        assert answer.headers["content-type"] == "application/geo+json"
        PlanFeatures.model_validate(answer.json())
        assert answer.json()["notes"] == told["notes"]
        assert answer.json()["label"] == told["label"]
        assert answer.json()["features"]
    ranks = [f["properties"]["rank"] for f in server.get(f"{CITY}/gaps").json()["features"]]
    assert ranks[0] == 1
    nested = [
        f["properties"]["order"]
        for f in server.get(f"{CITY}/sites").json()["features"]
        if f["properties"]["of"] == "nested"
    ]
    assert nested == list(range(1, 11))


def test_answers_are_conditional_and_say_their_revision(server):
    standard(server, "coverage")
    for coding in ("identity", "gzip"):
        headers = {"Accept-Encoding": coding}
        first = server.get(f"{CITY}/gaps", headers=headers)
        assert first.headers["yizhan-revision"].startswith("1-")
        again = server.get(
            f"{CITY}/gaps", headers=headers | {"If-None-Match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    tags = {server.get(f"{CITY}/{name}").headers["etag"] for name in ("coverage", "gaps", "sites")}
    assert len(tags) == 3
    assert server.get(f"{CITY}/gaps?radius=3").status_code == 400


def test_a_city_without_a_list_is_told_how_to_hand_one_in(server):
    told = standard(server, "coverage", "/api/v1/cities/410100").json()
    assert (told["list_state"], told["coverages"]) == ("none", [])
    assert any("yizhan import" in note["zh"] for note in told["notes"])
    assert server.get("/api/v1/cities/410100/gaps").json()["features"] == []
    assert server.get("/api/v1/cities/nowhere/coverage").status_code == 404


def test_pages_of_a_city_and_of_all(server, key: str):
    standard(server, "coverage")
    page = server.get("/plan/419001")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src" in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert page.headers["permissions-policy"] == server.get("/city/").headers["permissions-policy"]
    assert "济源市" in page.text
    assert "示意数据，非真实站点" in page.text
    named = httpx.get(f"{server.url}/plan/济源", timeout=60)
    assert (named.status_code, named.headers["location"]) == (308, "/plan/419001")
    ranked = server.get("/plan/")
    assert ranked.status_code == 200
    assert "济源市" in ranked.text
    again = server.get("/plan/", headers={"If-None-Match": ranked.headers["etag"]})
    assert again.status_code in {200, 304}
    # Of a province that no list is of, nothing is computed ahead: the page says how to have it.
    beijing = server.get("/plan/110000")
    assert beijing.status_code == 404
    assert "yizhan precompute 110000" in beijing.text
    assert "POST /api/v1/cities/110000/plans" in beijing.text
    assert "come back later" not in beijing.text
    # What was asked for has a page of its own, with its files beside it.
    done = until(server, ask(server, key, QUICK | {"radii_m": [900.0]}).json()["id"], "done")
    own = server.get(done["links"]["page"])
    assert own.status_code == 200
    files = re.findall(r'href="([0-9a-f]{64}/[^"]+)"', own.text)
    assert {name.split("/")[1] for name in files} == {
        "report.pdf",
        "plan.json",
        "plan.xlsx",
        "plan.gpkg",
        "coverage.json",
        "gaps.geojson",
        "sites.geojson",
    }
    for name in files:
        got = server.get(f"/plan/{name}")
        assert got.status_code == 200
        kept_as = f"419001-{name.split('/')[1]}"
        assert got.headers["content-disposition"] == f'attachment; filename="{kept_as}"'
    # The files of the city's standard plan by its adcode, each of its kind.
    starts = {
        "report.pdf": b"%PDF",
        "plan.xlsx": b"PK",
        "plan.gpkg": b"SQLite format 3",
        "plan.json": b"{",
    }
    for name, start in starts.items():
        assert server.get(f"/plan/419001/{name}").content.startswith(start)
    for path in (f"/plan/{'0' * 64}", f"/plan/{'0' * 64}/plan.json", "/plan/419001/none.json"):
        assert server.get(path).status_code == 404


def test_a_plan_of_ones_own(server, key: str):
    asked = ask(server, key)
    assert asked.status_code == 202, asked.text
    job = asked.json()["id"]
    assert asked.headers["location"] == f"/api/v1/jobs/{job}"
    assert asked.headers["cache-control"] == "no-store"
    done = until(server, job, "done")
    assert done["share"] == 1.0
    coverage = server.get(done["links"]["coverage"]).json()
    assert {each["threshold"]["radius_m"] for each in coverage["coverages"]} == {800.0}
    whole = server.get(done["links"]["plan"])
    assert len(whole.json()["proposals"]["nested"]) == 1
    # The same once more, by whoever asks, is there at once.
    again = ask(server, key)
    assert (again.status_code, again.json()["state"]) == (200, "done")
    assert server.get(again.json()["links"]["plan"]).content == whole.content
    assert server.get(f"/api/v1/jobs/{job}/report").status_code == 404
    # The process that computed it waits for the next.
    worker = computing(server)
    other = ask(server, key, QUICK | {"radii_m": [850.0]}).json()["id"]
    until(server, other, "done")
    assert computing(server) == worker


def test_nothing_asked_for_is_the_standard_case(server, key: str):
    standard(server, "coverage")
    asked = ask(server, key, {})
    assert (asked.status_code, asked.json()["state"]) == (200, "done")
    link = asked.json()["links"]["coverage"]
    assert server.get(link).content == server.get(f"{CITY}/coverage").content


def test_a_user_s_candidates_in_their_datum(server, key: str):
    candidates = [
        {"id": f"c{nth}", "name": f"药房{nth}", "lon": 112.5 + nth / 50, "lat": 35.1}
        for nth in range(4)
    ]
    body = QUICK | {"candidates": candidates, "candidate_source": "list", "datum": "gcj02"}
    done = until(server, ask(server, key, body).json()["id"], "done")
    site = server.get(done["links"]["sites"]).json()["features"][0]
    assert site["properties"]["candidate"].startswith("c")
    given = next(c for c in candidates if c["id"] == site["properties"]["candidate"])
    assert site["geometry"]["type"] == "Point"
    moved = abs(site["geometry"]["coordinates"][0] - given["lon"])
    assert 0.003 < moved < 0.01


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"radius": 500}, "radius"),
        ({"radii_m": ["wide"]}, "radii_m.0"),
        ({"radii_m": []}, "radii_m"),
        ({"radii_m": [0]}, "radii_m"),
        ({"radii_m": [1e9]}, "radii_m"),
        ({"next_sites": -1}, "next_sites"),
        ({"next_sites": 2.5}, "next_sites"),
        ({"model": "best"}, "model"),
        ({"kind": "castle"}, "kind"),
        ({"minutes": [15], "mode": "fly"}, "mode"),
        ({"moments": ["midnight"]}, "moments"),
        ({"candidate_source": "list"}, "candidates"),
        ({"candidates": [{"id": "a", "lon": 112.5}]}, "candidates.0.lat"),
        ({"candidates": [{"id": "a", "lon": 112.5, "lat": 135.0}]}, "candidates.0.lat"),
        ({"compare": 99}, "compare"),
        ([], "body"),
        (
            {"candidates": [{"id": "a", "lon": 1.0, "lat": 1.0}] * (MAX_CANDIDATES + 1)},
            "candidates",
        ),
    ],
)
def test_a_wrong_body_names_the_field(server, key: str, body: object, parameter: str):
    answer = ask(server, key, body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter
    assert len(answer.json()["detail"]) > 3


def test_no_json_and_too_much(server, key: str):
    headers = {"Authorization": f"Bearer {key}"}
    url = f"{server.url}{CITY}/plans"
    assert httpx.post(url, headers=headers, content=b"{radius").status_code == 400
    large = httpx.post(url, headers=headers, content=b" " * 1_100_000, timeout=30)
    assert large.status_code == 413


def test_keys_are_needed_and_are_for_cities(server):
    assert httpx.post(f"{server.url}{CITY}/plans", json={}).status_code == 401
    assert ask(server, new_key(server, "import")).status_code == 403
    assert ask(server, new_key(server, "plan", "410100")).status_code == 403
    manager = new_key(server, "manage")
    assert ask(server, manager).status_code in {200, 202}
    assert server.get("/api/v1/jobs/guessed").status_code == 404


def test_a_running_solve_is_stopped(server, key: str):
    job = ask(server, key, SLOW).json()["id"]
    told = until(server, job, "running", share=0.66)
    assert told["stage"] == {"zh": "选址", "en": "siting"}
    stranger = new_key(server)
    assert cancel(server, stranger, job).status_code == 403
    worker = computing(server)
    assert cancel(server, key, job).status_code == 202
    assert until(server, job, "cancelled")["stopping"] is False
    assert not worker.is_running()
    assert server.get(f"/api/v1/jobs/{job}/coverage").status_code == 404
    # What is over stays over.
    assert cancel(server, key, job).json()["state"] == "cancelled"


def computing(server) -> psutil.Process:
    """The process that computes, which is none of the workers, and yields to everybody."""
    family = psutil.Process(server.process.pid).children(recursive=True)
    found = [each for each in family if "api.jobs.work" in each.cmdline()]
    assert len(found) == 1
    assert found[0].nice() == 19
    return found[0]


def test_the_queue_is_bounded_and_one_runs_per_key(server):
    key, other = (new_key(server) for _ in range(2))
    bodies = [SLOW | {"seed": nth} for nth in range(queue.MOST_WAITING_OF_ONE + 1)]
    jobs = [ask(server, key, body).json()["id"] for body in bodies[:1]]
    until(server, jobs[0], "running")
    jobs += [ask(server, key, body).json()["id"] for body in bodies[1:]]
    # The same again is the same job, not another one.
    assert ask(server, key, bodies[-1]).json()["id"] == jobs[-1]
    full = ask(server, key, SLOW | {"seed": 99})
    assert full.status_code == 429
    assert int(full.headers["retry-after"]) == queue.RETRY_AFTER_S
    assert ask(server, other, SLOW | {"seed": 100}).status_code == 202
    states = [server.get(f"/api/v1/jobs/{job}").json() for job in jobs]
    assert [each["state"] for each in states] == ["running", *["queued"] * (len(jobs) - 1)]
    assert [each["ahead"] for each in states[1:]] == list(range(len(jobs) - 1))
    for job in jobs[::-1]:
        cancel(server, key, job)
    manager = new_key(server, "manage")
    last = ask(server, other, SLOW | {"seed": 100}).json()["id"]
    cancel(server, manager, last)
    until(server, last, "cancelled")


@pytest.mark.full
def test_a_process_that_died_fails_its_job_and_it_can_be_asked_again(server, key: str):
    body = SLOW | {"seed": 7}
    job = ask(server, key, body).json()["id"]
    until(server, job, "running", share=0.01)
    computing(server).send_signal(signal.SIGKILL)
    failed = until(server, job, "failed")
    assert failed["problem"] == queue.LOST._asdict()
    again = ask(server, key, body).json()
    assert again["id"] != job
    assert again["state"] == "queued"
    cancel(server, key, again["id"])


@pytest.mark.full
def test_state_outlives_the_service(start_server, lists: Path):
    first = start_server(lists)
    key = new_key(first)
    done = until(first, ask(first, key).json()["id"], "done")["id"]
    slow = ask(first, key, SLOW).json()["id"]
    until(first, slow, "running", share=0.01)
    worker = computing(first)
    first.process.kill()
    first.process.wait()
    # Nobody is left to hear the result: it ends by itself.
    worker.wait(timeout=10)
    second = start_server(lists, home=first.home)
    assert until(second, done, "done")["links"]["coverage"]
    assert until(second, slow, "failed")["problem"] == queue.LOST._asdict()
    waiting = ask(second, key, SLOW).json()["id"]
    until(second, waiting, "running", share=0.01)
    # Whoever ends properly leaves the job to the next.
    second.process.terminate()
    second.process.wait(timeout=30)
    third = start_server(lists, home=first.home)
    until(third, waiting, "running", share=0.01)
    cancel(third, key, waiting)
    assert "Traceback" not in third.log.read_text()


@pytest.mark.full
def test_computed_by_a_command_where_the_service_does_not(start_server, lists: Path):
    server = start_server(lists)
    answer = server.get(f"{CITY}/coverage")
    assert answer.status_code == 404
    assert answer.json()["command"] == "yizhan precompute 419001"
    for path in ("/plan/", "/plan/419001"):
        page = server.get(path)
        assert page.status_code == 404
        assert "yizhan precompute" in page.text
    told = json.loads(yizhan(server, lists, "precompute", "济源", "--json"))
    assert told == {"computed": ["419001"], "kept": []}
    assert server.get(f"{CITY}/coverage").status_code == 200
    told = json.loads(yizhan(server, lists, "precompute", "济源", "--json"))
    assert told == {"computed": [], "kept": ["419001"]}


def test_no_position_of_a_candidate_in_the_log(server, key: str):
    body = QUICK | {
        "candidates": [{"id": "c", "name": "甲", "lon": 112.523456, "lat": 35.112345}],
        "candidate_source": "list",
    }
    until(server, ask(server, key, body).json()["id"], "done")
    log = server.log.read_text()
    assert "523456" not in log
    assert key not in log
    assert "Traceback" not in log

"""Assistants over the Model Context Protocol: a real client, over stdio and over HTTP."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

STREET = Path(__file__).parents[1] / "fixtures" / "catalogues" / "street"
YIZHAN = str(Path(sys.executable).with_name("yizhan"))


@pytest.fixture(scope="module")
def environment(street_server):
    return os.environ | {
        "YIZHAN_HOME": str(street_server.home),
        "YIZHAN_STATIONS_DIR": str(STREET),
        # As the service is set: what is computed in the background it alone can say.
        "YIZHAN_PLAN_AHEAD": "False",
    }


@pytest.fixture(scope="module")
def over_stdio(environment):
    return StdioServerParameters(command=YIZHAN, args=["mcp"], env=environment)


def session(server, *calls):
    """The answers to calls, each a tool's name and its arguments."""

    async def run():
        async with Client(server) as client:
            tools = await client.list_tools()
            answers = [await client.call_tool(name, given) for name, given in calls]
            return client.instructions, tools.tools, answers

    # In a thread of its own: a browser of other tests may have a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


def test_tools_answer_as_the_api_does(over_stdio, street_server):
    given = {"lon": 113.68, "lat": 34.775, "k": 3, "facility": ["hot_water"], "datum": "gcj02"}
    instructions, tools, (nearest, station, city) = session(
        over_stdio,
        ("nearest", given),
        ("station", {"station_id": "410105-0001"}),
        ("city", {"city": "郑州"}),
    )
    assert "运行模型的一方" in instructions
    assert "whoever runs the model learns any position" in instructions
    assert {tool.name for tool in tools} == {"nearest", "station", "city", "coverage", "next_sites"}
    assert all(tool.annotations.read_only_hint for tool in tools)
    query = "lon=113.68&lat=34.775&k=3&facility=hot_water&datum=gcj02"
    expected = street_server.get(f"/api/v1/nearest?{query}").json()
    told = nearest.structured_content
    assert [f["id"] for f in told["features"]] == [f["id"] for f in expected["features"]]
    assert told["label"] == expected["label"]
    assert station.structured_content["id"] == "410105-0001"
    assert city.structured_content == street_server.get("/api/v1/cities/410100").json()


def test_what_is_wrong_is_told_as_the_api_tells_it(over_stdio):
    wrong = [
        ("nearest", {"lon": 34.775, "lat": 113.68123}, "经纬度似乎写反了"),
        ("nearest", {"lon": "abc", "lat": 34.775}, "lon"),
        ("nearest", {"lon": 113.68, "lat": 34.775, "facility": ["jacuzzi"]}, "facility"),
        ("station", {"station_id": "../../admin/keys"}, "没有"),
        ("city", {"city": "亚特兰蒂斯"}, "没有找到"),
    ]
    _, _, answers = session(over_stdio, *(each[:2] for each in wrong))
    for answer, (_, _, words) in zip(answers, wrong, strict=True):
        assert answer.is_error
        assert words in answer.content[0].text
        assert "113.68123" not in answer.content[0].text


def test_planners_questions_are_answered_as_the_api_answers_them(over_stdio, street_server):
    """Of a city without a list nothing is said but how to hand one in."""
    _, _, answers = session(
        over_stdio, ("coverage", {"city": "410200"}), ("next_sites", {"city": "410200"})
    )
    for answer, part in zip(answers, ("coverage", "sites"), strict=True):
        served = street_server.get(f"/api/v1/cities/410200/{part}")
        assert served.status_code == 404
        assert answer.is_error
        assert served.json()["detail"] in answer.content[0].text


def test_the_same_over_http_and_nothing_of_a_call_is_logged(environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [YIZHAN, "mcp", "--http", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
            time.sleep(0.05)
        given = {"lon": 113.68123, "lat": 34.77512}
        _, _, (answer,) = session(f"http://127.0.0.1:{port}/mcp", ("nearest", given))
        assert len(answer.structured_content["features"]) == 5
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=20)
    assert b"113.68" not in out
    assert b"34.77" not in out

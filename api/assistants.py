"""The Model Context Protocol: assistants ask what callers of the API ask, and are told the same.

Each tool is one call of the API inside this process, so that there is one validation and one
answer. A position in a call is known to the host of the model: the instructions say so.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, Literal

import httpx
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from api.app import app_of
from api.caching import version
from api.state import Service
from api.watch import Watch

_INSTRUCTIONS: Final = """\
驿站 yizhan：中国户外劳动者驿站的查询。坐标先经度后纬度，默认 WGS-84；来自高德、腾讯的坐标写
datum=gcj02，来自百度的写 datum=bd09。未知（null）不等于“没有”或“关门”，请照实转述。
名录往往只是一部分，回答里的 completeness、notice、label 要一并告诉用户。
隐私：调用中的坐标会被运行模型的一方得知。用户不愿意的，请用城市、区县名称代替，或请他打开网页
（网页在手机上自己计算，坐标不离开手机）。

Rest stations for outdoor workers in China. Positions are longitude, latitude, WGS-84 unless
`datum` says otherwise. Unknown (null) is neither "none" nor "closed": say so. Lists are often a
part of what exists; pass on completeness, notice and label.
Privacy: whoever runs the model learns any position in a call. If the user does not want that, use
the name of a city or district, or send them to the web page, which works out the nearest on the
phone itself.
"""
_READ_ONLY: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_TIMEOUT_S: Final = 60.0

# Whatever is given reaches the one validation of the API, which never repeats it finer than 0.01°.
Degrees = Annotated[float | str, Field(description="度 / degrees")]


def assistant_server(service: Service) -> MCPServer[None]:
    """The server, with its tools; while it runs it follows new revisions."""
    watch = Watch(service)

    @asynccontextmanager
    async def lifespan(_server: MCPServer[None]) -> AsyncIterator[None]:
        watch.start()
        yield
        watch.stop()

    server: MCPServer[None] = MCPServer(
        "yizhan",
        title="驿站 yizhan",
        version=version(),
        instructions=_INSTRUCTIONS,
        log_level="ERROR",
        lifespan=lifespan,
    )
    _add_tools(server, _Api(service))
    return server


class _Api:
    """Calls of the API without a network."""

    def __init__(self, service: Service) -> None:
        transport = httpx.ASGITransport(app=app_of(service))
        self._client = httpx.AsyncClient(
            transport=transport, base_url="http://yizhan", timeout=_TIMEOUT_S
        )

    async def get(self, path: str, query: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The answer as JSON. Raises :class:`ToolError` with what is wrong and would be right."""
        given = {
            name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
            for name, value in (query or {}).items()
            if value is not None and value != []
        }
        answer = await self._client.get(path, params=given)
        content: dict[str, Any] = answer.json()
        if answer.is_success:
            return content
        told = (content.get(name) for name in ("title", "detail", "expected", "suggestions"))
        raise ToolError(" · ".join(str(each) for each in told if each))


def _add_tools(server: MCPServer[None], api: _Api) -> None:
    @server.tool(title="最近的驿站 / nearest stations", annotations=_READ_ONLY)
    async def nearest(
        *,
        lon: Degrees,
        lat: Degrees,
        k: int = 5,
        datum: str = "wgs84",
        facility: list[str] | None = None,
        kind: list[str] | None = None,
        open: str | None = None,  # noqa: A002 (the API's own name)
        mode: str | None = None,
        within_m: float | None = None,
        lang: Literal["zh", "en"] = "zh",
    ) -> dict[str, Any]:
        """最近的站点，GeoJSON，由近及远；open 为 now、arrival 或时刻 / the nearest, as GeoJSON.

        Whoever runs the model learns the position. ``facility`` are codes such as hot_water,
        microwave, phone_charging, toilet; all of them are wanted. ``open`` is now, arrival (with
        ``mode`` walk or ride) or an RFC 3339 time.
        """
        query = {"lon": lon, "lat": lat, "k": k, "datum": datum, "facility": facility}
        more = {"kind": kind, "open": open, "mode": mode, "within_m": within_m, "lang": lang}
        return await api.get("/api/v1/nearest", query | more)

    @server.tool(title="一个站点 / one station", annotations=_READ_ONLY)
    async def station(station_id: str, lang: Literal["zh", "en"] = "zh") -> dict[str, Any]:
        """一个站点的全部记录与现在是否开放 / one station's record, and whether it is open now."""
        return await api.get(f"/api/v1/stations/{_segment(station_id)}", {"lang": lang})

    @server.tool(title="一个城市 / one city", annotations=_READ_ONLY)
    async def city(city: str) -> dict[str, Any]:
        """已知与公布的站点数、人口、区县 / what is listed, of how many published, by district."""
        return await api.get(f"/api/v1/cities/{_segment(city)}")

    @server.tool(title="覆盖情况 / coverage", annotations=_READ_ONLY)
    async def coverage(city: str) -> dict[str, Any]:
        """500 米与 1 公里内覆盖的人口与面积、各区县 / people and area reached, by district."""
        return await api.get(f"/api/v1/cities/{_segment(city)}/coverage")

    @server.tool(title="下一批站点 / next sites", annotations=_READ_ONLY)
    async def next_sites(city: str) -> dict[str, Any]:
        """建议的下一批站点或搜索范围，及其最优性证明 / where the next stations should go."""
        return await api.get(f"/api/v1/cities/{_segment(city)}/sites")


def _segment(text: str) -> str:
    """A text as one segment of a path."""
    return httpx.URL("http://x/").copy_with(path="/" + text.replace("/", " ")).raw_path.decode()[1:]

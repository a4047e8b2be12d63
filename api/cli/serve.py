"""``yizhan serve``: import what has changed, then answer on HTTP."""

import os
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.snapshot import Snapshot


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="地址 / address")] = None,
    port: Annotated[int | None, typer.Option(help="端口 / port", min=1, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="进程数 / processes", min=1)] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="示意数据：一省 18 市 / a synthetic province")
    ] = False,
    access_log: Annotated[
        bool | None, typer.Option(help="访问日志（不含坐标）/ log requests, never positions")
    ] = None,
) -> None:
    """启动服务 / Serve the API and the maps."""
    import uvicorn

    from api.cli.progress import import_progress
    from api.current import current_snapshot, open_snapshot
    from api.settings import Settings

    given = {
        "host": host,
        "port": port,
        "workers": workers,
        "demo": demo or None,
        "access_log": access_log,
    }
    # Workers are processes of their own: they read what was given here from the environment.
    os.environ |= {f"YIZHAN_{name.upper()}": str(v) for name, v in given.items() if v is not None}
    settings = Settings()
    _require_free(settings.host, settings.port)
    with import_progress() as progress:
        snapshot = current_snapshot(settings, progress)
    _say_where(settings, snapshot)
    problem = open_snapshot(settings).problem
    if problem:
        console.print(f"注意 / note: {problem}", style="yellow", markup=False)
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop" if os.name != "nt" else "auto",
        http="httptools",
        access_log=False,  # uvicorn's own writes query strings, and positions stand in them
        server_header=False,
        proxy_headers=False,  # nobody's address is looked at
        log_level="warning",
    )


def _require_free(host: str, port: int) -> None:
    from geo.errors import SetupError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SetupError(
                f"无法使用 {host}:{port}（{error.strerror}）；换一个端口：--port 8080",
                f"{host}:{port} cannot be used ({error.strerror}); try another: --port 8080",
            ) from error


def _say_where(settings: "Settings", snapshot: "Snapshot") -> None:
    from geo.catalogue import SYNTHETIC

    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{shown}:{settings.port}"
    busiest = max(snapshot.by_city.items(), key=lambda pair: pair[1], default=("", 0))[0]
    addresses = {
        "首页 start page": "/",
        "城市地图 city maps": "/maps/",
        "一个城市 one city": f"/maps/{busiest}",
        "最近站点 nearest": "/api/v1/nearest?lon=113.66&lat=34.75",
        "接口文档 API": "/docs",
    }
    if snapshot.info.synthetic:
        console.print(str(SYNTHETIC), style="bold red")
    console.print(f"驿站 yizhan · {len(snapshot)} 个站点 stations · {snapshot.revision}")
    for label, path in addresses.items():
        console.print(f"  {label:<18}{base}{path}", highlight=False, markup=False, soft_wrap=True)
    console.print("按 Ctrl+C 停止 / stop with Ctrl+C")

"""``yizhan mcp``: for assistants that speak the Model Context Protocol."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(mcp)


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="HTTP（/mcp），否则用标准输入输出 / HTTP, else stdio")
    ] = False,
    host: Annotated[str, typer.Option(help="地址 / address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 / port", min=1, max=65535)] = 8001,
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
) -> None:
    """供 AI 助手查询（MCP）/ Answer assistants over the Model Context Protocol."""
    from api.assistants import assistant_server
    from api.cli.progress import import_progress
    from api.current import current_snapshot
    from api.settings import Settings
    from api.state import Service

    settings = Settings()
    settings = settings.for_demo() if demo else settings
    with import_progress() as progress:
        current_snapshot(settings, progress)
    # Nothing of a call is logged: positions stand in it.
    server = assistant_server(Service(settings.model_copy(update={"access_log": False})))
    if http:
        server.run("streamable-http", host=host, port=port, stateless_http=True)
    else:
        server.run("stdio")

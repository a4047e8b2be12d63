"""``yizhan publish``: the whole site as static files."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import console, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(publish)


def publish(
    folder: Annotated[Path, typer.Argument(help="输出文件夹 / folder to write")],
    address: Annotated[
        str, typer.Option(help="网站地址，印在海报上 / where it will be: https://…/")
    ] = "",
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
) -> None:
    """把整个网站写成静态文件 / Write the whole site as static files."""
    from api.cli.progress import import_progress
    from api.current import current_snapshot
    from api.settings import Settings
    from api.site.hosts import LEFT_OUT
    from api.site.publish import Site
    from api.site.publish import publish as write
    from geo.errors import InputError
    from geo.places import load_places
    from geo.text import Text

    settings = Settings()
    settings = settings.for_demo() if demo else settings
    address = address or settings.public_url or ""
    if not address.startswith(("https://", "http://")):
        raise InputError(
            "address",
            zh="请写明网站地址：海报上的二维码要用",
            en="say where the site will be: the codes on the posters lead there",
            value=address[:80] or None,
            expected=Text("--address https://驿站网址/", "--address https://…/"),
        )
    with import_progress() as progress:
        snapshot = current_snapshot(settings, progress)
        site = Site(settings, snapshot, load_places(), address.rstrip("/") + "/")
        done = write(site, folder, progress=progress)
    rows = [
        ("文件 files", f"{done.files:,}"),
        ("新写 written", f"{done.written:,}"),
        ("删除 removed", f"{done.removed:,}"),
        ("响应头规则 header rules", "hosting/nginx.conf · _headers · hosting/object-store.json"),
    ]
    print_table(f"静态网站 / static site: {folder.name}", ("", ""), rows)
    console.print("没有响应头规则的存储做不到 / a bare store cannot do:", style="bold")
    for each in LEFT_OUT:
        console.print(f"  · {each}", markup=False, highlight=False)

"""The application: settings → one snapshot → routes, inside the frame that holds for all."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pyarrow as pa
from fastapi import FastAPI
from starlette.types import ASGIApp

from api import errors
from api.caching import version
from api.frame import Frame
from api.jobs.runner import Runner
from api.routes import (
    admin,
    bulk,
    cells,
    cities,
    docs,
    embed,
    maps,
    meta,
    nearest,
    plans,
    plans_jobs,
    plans_pages,
    reports,
    site,
    stations,
)
from api.settings import Settings
from api.state import Service
from api.watch import Watch

_DESCRIPTION = """\
找最近的户外劳动者驿站，看哪里还没有覆盖。
The nearest rest station for outdoor workers, and what is not yet covered.

坐标一律“经度, 纬度”；默认 WGS-84，可用 `datum` 声明 GCJ-02 或 BD-09。
未知写作 null，不等于“没有”或“关门”。
Coordinates are longitude, latitude; WGS-84 unless `datum` says otherwise. Unknown is null: neither
"none" nor "closed".
"""


def create_app() -> ASGIApp:
    """The service, ready to answer. Raises :class:`~geo.errors.YizhanError` if it cannot be."""
    # The system's allocator gives memory back when it is told to; Arrow's own keeps it.
    pa.set_memory_pool(pa.system_memory_pool())
    _log_to_stderr()
    service = Service(Settings())
    pa.default_memory_pool().release_unused()
    app = app_of(service)
    # What is loaded stays: no collection need look at it again.
    gc.collect()
    gc.freeze()
    return app


def app_of(service: Service) -> ASGIApp:
    """The routes of a service inside their frame. Started, it follows new revisions."""
    watch, runner = Watch(service), Runner(service)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        watch.start()
        runner.start()
        yield
        runner.stop()
        watch.stop()
        service.close()

    app = FastAPI(
        lifespan=lifespan,
        title="yizhan 驿站",
        version=version(),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.service = service
    errors.register(app)
    for routes in (
        *(site, nearest, bulk, reports, stations, cities, cells, meta, admin, maps, docs),
        *(plans, plans_jobs, plans_pages),
    ):
        app.include_router(routes.router)
    for router in (maps.embeds, embed.router):
        app.include_router(router)
    docs.mount_assets(app)
    settings = service.settings
    return Frame(
        nearest.FastPath(app, service), access_log=settings.access_log, hsts_s=settings.hsts_s
    )


def _log_to_stderr() -> None:
    log = logging.getLogger("yizhan")
    log.setLevel(logging.INFO)
    if not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
        log.addHandler(handler)

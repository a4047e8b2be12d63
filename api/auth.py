"""Who may do what: keys in the Authorization header (RFC 6750), looked up at every request."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import Request

from api.errors import AccessError, ForbiddenError
from geo.store.model import KeyRecord

if TYPE_CHECKING:
    from geo.store import Store

_SCHEME = "bearer "


def store_of(request: Request) -> "Store":
    """The store of revisions, opened once for each worker."""
    store: Store = request.app.state.service.store
    return store


if TYPE_CHECKING:
    StoreDep = Annotated[Store, Depends(store_of)]
else:
    # FastAPI looks at the type when the service starts, which can do without the database then.
    StoreDep = Annotated[object, Depends(store_of)]


def _caller(request: Request, store: StoreDep) -> KeyRecord:
    given = request.headers.get("authorization", "")
    key = None
    if given.casefold().startswith(_SCHEME):
        key = store.keys.check(given[len(_SCHEME) :].strip())
    if key is None:
        raise AccessError(
            "需要有效的密钥：Authorization: Bearer …（yizhan keys add 生成）",
            "a valid key is needed: Authorization: Bearer … (made by yizhan keys add)",
        )
    return key


CallerDep = Annotated[KeyRecord, Depends(_caller)]


def needs(scope: str) -> Callable[[KeyRecord], KeyRecord]:
    """A dependency that lets through keys of a scope; ``manage`` includes all others."""

    def check(caller: CallerDep) -> KeyRecord:
        if scope not in caller.scopes and "manage" not in caller.scopes:
            raise ForbiddenError(
                f"此密钥没有 {scope} 权限",
                f"this key has no scope {scope}",
            )
        return caller

    return check


ReaderDep = Annotated[KeyRecord, Depends(needs("read"))]
ImporterDep = Annotated[KeyRecord, Depends(needs("import"))]
PlannerDep = Annotated[KeyRecord, Depends(needs("plan"))]
ManagerDep = Annotated[KeyRecord, Depends(needs("manage"))]


def require_area(caller: KeyRecord, area: str) -> None:
    """Raise :class:`ForbiddenError` unless the key is for this city."""
    if not caller.covers(area):
        raise ForbiddenError(
            f"此密钥不管 {area[:20]}",
            f"this key is not for {area[:20]}",
        )

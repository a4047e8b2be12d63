"""Conditional answers: an ETag from what the answer is made of, 304, and content coding.

An ETag names the snapshot, the software, the vocabulary and the variant; it differs for
each content coding (RFC 9110 §8.8.3.3), and every such answer sends ``Vary``.
"""

import gzip
import hashlib
import importlib.metadata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from starlette.requests import Request
from starlette.responses import Response

from geo.snapshot import Snapshot

REVALIDATE = "public, max-age=0, must-revalidate"
FOR_GOOD = "public, max-age=31536000, immutable"

_ROOT = Path(__file__).resolve().parents[1]
_CODE = {".py", ".toml", ".csv", ".html", ".css", ".js", ".svg"}
Coding = Literal["zstd", "gzip"]
CODINGS: tuple[Coding, ...] = get_args(Coding)

_WORTH_COMPRESSING = 1_000
_ZIPPED_KEPT = 32_768
_ETAG_LENGTH = 24


@cache
def version() -> str:
    """The version of this software."""
    return importlib.metadata.version("yizhan")


@cache
def software_digest() -> str:
    """SHA-256 (hex) over the code, tables, templates and scripts that answers come from."""
    digest = hashlib.sha256(version().encode())
    for room in ("api", "geo", "maps"):
        files = (_ROOT / room).rglob("*")
        for path in sorted(path for path in files if path.suffix in _CODE):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def etag_base(snapshot: Snapshot, *variant: str) -> str:
    """What the entity tag of a variant of something made from a snapshot is made of."""
    parts = (snapshot.digest, software_digest(), *variant)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_ETAG_LENGTH]


def conditional(
    request: Request,
    base: str,
    body: Callable[[], bytes],
    *,
    media_type: str,
    cache_control: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer, or 304 if the caller has it. ``body`` is called only if it is needed."""
    zipped = accepts_gzip(request.headers.get("accept-encoding", ""))
    etag = f'"{base}-gzip"' if zipped else f'"{base}"'
    sent = {
        "ETag": etag,
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
        **(headers or {}),
    }
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=sent)
    content = body()
    if zipped and len(content) >= _WORTH_COMPRESSING:
        content = _zipped(content) if len(content) <= _ZIPPED_KEPT else _zip(content)
        sent["Content-Encoding"] = "gzip"
    return Response(content, media_type=media_type, headers=sent)


def _zip(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)


# What is asked for again and again, such as the cells of a city's centre, is compressed once.
_zipped = lru_cache(maxsize=4096)(_zip)


def accepted_coding(accept_encoding: str) -> Coding | None:
    """The better of the codings that the header admits: zstd, then gzip."""
    return next((c for c in CODINGS if _accepts(accept_encoding, {c})), None)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header admits gzip (RFC 9110 §12.5.3)."""
    return _accepts(accept_encoding, {"gzip", "*"})


def _accepts(accept_encoding: str, names: set[str]) -> bool:
    for part in accept_encoding.casefold().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in names:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def matches(if_none_match: str, etag: str) -> bool:
    """The weak comparison of RFC 9110 §13.1.2."""
    given = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in given or "*" in given

"""The table of headers as rules for common hosts, and what a host without rules cannot do."""

from collections.abc import Iterator, Mapping
from typing import Final

import orjson

from api.settings import Settings
from api.site.courier import provider_of
from api.site.headers import RULES, Kind, common_headers, headers
from geo.text import Text

_COMPRESSED: Final = (
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/javascript",
)

# What a bare store leaves out: told after publishing, and in the documents.
LEFT_OUT: Final = (
    Text(
        "禁止被其他网页嵌入（frame-ancestors）：<meta> 里写了也不算",
        "keeping other pages from framing these (frame-ancestors): a <meta> cannot say it",
    ),
    Text(
        "HSTS、Permissions-Policy、Referrer-Policy 等响应头",
        "headers such as HSTS and Permissions-Policy",
    ),
    Text(
        "oEmbed、问题报告、规划任务、查询接口：页面上不出现",
        "oEmbed, reports, planning jobs, the API: the pages do not show them",
    ),
)


def host_files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Rules for nginx, for hosts that read ``_headers``, and metadata for object stores."""
    rules = [(rule.pattern, _headers(settings, rule.kind)) for rule in RULES]
    yield "hosting/nginx.conf", _nginx(rules).encode()
    # Hosts apply every rule that fits and join what repeats, so that the first one must suffice.
    yield "_headers", _netlify(rules).encode()
    content = [{"pattern": pattern, "headers": sent} for pattern, sent in rules]
    yield "hosting/object-store.json", orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _headers(settings: Settings, kind: Kind) -> Mapping[str, str]:
    provider = provider_of(settings)
    hosts = provider.hosts if provider else ()
    return {
        **common_headers(hsts_s=settings.hsts_s),
        **headers(kind, image_hosts=hosts, parents=settings.embed_parents),
    }


def _nginx(rules: list[tuple[str, Mapping[str, str]]]) -> str:
    """A ``location`` for each rule; nginx takes the first regular expression that fits."""
    lines = [
        "# 放进 server { } 里；root 指向发布的文件夹 / inside server { }, root at the folder",
        "gzip on;",
        "gzip_vary on;",
        f"gzip_types {' '.join(_COMPRESSED)};",
    ]
    for pattern, sent in rules:
        lines.append(f"location ~ {_expression(pattern)} {{")
        lines += [f'    add_header {name} "{value}" always;' for name, value in sent.items()]
        lines.append("}")
    return "\n".join(lines) + "\n"


def _expression(pattern: str) -> str:
    escaped = "".join(".*" if c == "*" else f"\\{c}" if c in ".+?()[]{}^$|" else c for c in pattern)
    return f"^{escaped}$"


def _netlify(rules: list[tuple[str, Mapping[str, str]]]) -> str:
    parts = []
    for pattern, sent in rules:
        parts += [pattern, *(f"  {name}: {value}" for name, value in sent.items())]
    return "\n".join(parts) + "\n"

"""Positions for addresses, from the Web services of 高德 Amap and 天地图 Tianditu.

A result is taken only if it is finer than a district and lies in the city that was asked for.
The key is a secret: it stands in no error, log or repr. Parameters and fields of answers are
those of the providers' documents: lbs.amap.com (地理编码 v3), lbs.tianditu.gov.cn (地理编码).
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Self

import httpx

from geo.datum import convert_position
from geo.errors import GeocodingError, InputError
from geo.places import Places
from geo.position import Position, checked_position
from geo.station import Datum

Provider = Literal["amap", "tianditu"]
_TIMEOUT_S: Final = 10.0
_TRIES: Final = 4
# As fine as a street; coarser levels say where a town is, not where a station is.
_COARSE: Final = frozenset(
    {
        "国家",
        "省",
        "市",
        "区县",
        "开发区",
        "乡镇",
        "村庄",
        "country",
        "province",
        "city",
        "district",
    }
)
# Amap: concurrency and frequency; all else that is not 10000 needs a person.
_AGAIN: Final = frozenset({"10014", "10015", "10019", "10020", "10021", "10004"})
_KEY_TROUBLE: Final = frozenset({"10001", "10005", "10007", "10008", "10009", "10012", "10013"})
_QUOTA: Final = frozenset({"10003", "10044", "10045"})


class Geocoded(NamedTuple):
    """A position as the provider gave it; ``level`` is its own word for how fine it is."""

    lon: float
    lat: float
    datum: Datum
    level: str
    provider: str


class Refused(NamedTuple):
    """Why an address got no position."""

    reason: Literal["not_found", "too_coarse", "elsewhere"]
    level: str = ""


@dataclass(frozen=True, slots=True)
class _Service:
    """How one provider is asked, and how its answer is read."""

    name: Provider
    base_url: str
    datum: Datum
    question: Callable[[str, str, str], tuple[str, dict[str, str]]]
    read: Callable[[Mapping[str, Any]], "tuple[float, float, str] | None"]


class Geocoder:
    """Asks one provider. ``per_second`` limits how often; use it as a context manager."""

    def __init__(
        self,
        provider: Provider,
        key: str,
        places: Places,
        *,
        base_url: str | None = None,
        per_second: float = 3.0,
    ) -> None:
        self._service = _SERVICES[provider]
        self._key, self._places = key, places
        # httpx tells every address that it asks, and the key stands in it.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._client = httpx.Client(
            base_url=base_url or self._service.base_url, timeout=_TIMEOUT_S, trust_env=False
        )
        self._pause_s = 1.0 / per_second
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def geocode(self, address: str, *, city: str) -> Geocoded | Refused:
        """The position of an address in a city (adcode).

        Raises :class:`GeocodingError` where going on is no use: the key is not valid, the
        quota is used up, or the service does not answer.
        """
        path, query = self._service.question(address, city, self._key)
        found = self._service.read(self._answer(path, query))
        if found is None:
            return Refused("not_found")
        lon, lat, level = found
        if level in _COARSE:
            return Refused("too_coarse", level)
        try:
            position = checked_position(lon, lat)
        except InputError:
            return Refused("not_found")
        if not self._lies_in(position, city):
            return Refused("elsewhere", level)
        return Geocoded(lon, lat, self._service.datum, level, self._service.name)

    def _lies_in(self, published: Position, city: str) -> bool:
        lon, lat = convert_position(*published, source=self._service.datum, target="wgs84")
        found = self._places.at(Position(lon, lat)).city
        return found is not None and found.adcode == city

    def _answer(self, path: str, query: dict[str, str]) -> Mapping[str, Any]:
        for nth in range(_TRIES):
            self._wait()
            try:
                answer = self._client.get(path, params=query)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 429:
                content = _parsed(answer)
                code = str(content.get("infocode", ""))
                if code not in _AGAIN:
                    _require_usable(answer.status_code, code)
                    return content
            time.sleep(self._pause_s * 2**nth)
        raise GeocodingError(
            f"{self._service.name} 没有应答，稍后再试；已定位的都已保存",
            f"{self._service.name} does not answer, try later; what was found is kept",
        )

    def _wait(self) -> None:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._pause_s


def _parsed(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise GeocodingError(
            "地理编码服务的回答无法读取", "the geocoding service gave an answer that cannot be read"
        )
    return content


def _require_usable(status: int, code: str) -> None:
    if code in _KEY_TROUBLE or status in {401, 403}:
        raise GeocodingError(
            f"密钥无效或没有权限（{code or status}）："
            "请检查 YIZHAN_AMAP_KEY 或 YIZHAN_TIANDITU_KEY",
            f"the key is not valid for this ({code or status}):"
            " check YIZHAN_AMAP_KEY or YIZHAN_TIANDITU_KEY",
        )
    if code in _QUOTA:
        raise GeocodingError(
            f"今日配额已用完（{code}）；已定位的都已保存",
            f"the quota is used up ({code}); what was found is kept",
        )


def _ask_amap(address: str, city: str, key: str) -> tuple[str, dict[str, str]]:
    return "/v3/geocode/geo", {"address": address, "city": city, "output": "JSON", "key": key}


def _read_amap(content: Mapping[str, Any]) -> tuple[float, float, str] | None:
    found = content.get("geocodes")
    if content.get("status") != "1" or not isinstance(found, list) or not found:
        return None
    best = found[0]
    try:
        lon, lat = (float(part) for part in str(best["location"]).split(","))
    except (KeyError, TypeError, ValueError):
        return None
    return lon, lat, str(best.get("level") or "")[:20]


def _ask_tianditu(address: str, _city: str, key: str) -> tuple[str, dict[str, str]]:
    keyword = json.dumps({"keyWord": address}, ensure_ascii=False)
    return "/geocoder", {"ds": keyword, "tk": key}


def _read_tianditu(content: Mapping[str, Any]) -> tuple[float, float, str] | None:
    found = content.get("location")
    if str(content.get("status")) != "0" or not isinstance(found, dict):
        return None
    try:
        return float(found["lon"]), float(found["lat"]), str(found.get("level") or "")[:20]
    except (KeyError, TypeError, ValueError):
        return None


_SERVICES: Final[Mapping[Provider, _Service]] = {
    "amap": _Service("amap", "https://restapi.amap.com", "gcj02", _ask_amap, _read_amap),
    # CGCS2000, which is WGS-84 to within a few centimetres.
    "tianditu": _Service(
        "tianditu", "https://api.tianditu.gov.cn", "wgs84", _ask_tianditu, _read_tianditu
    ),
}

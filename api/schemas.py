"""What answers look like, for the API's documentation; a test holds real answers against it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo.station import Datum, PositionQuality, Status
from geo.text import Lang


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Point(_Exact):
    """RFC 7946 §3.1.2, in ``geometry_datum``."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class Facility(_Exact):
    """Something that a station offers."""

    code: str
    label: str


class Links(_Exact):
    """Opens the station in a map app."""

    amap: str
    baidu: str
    tencent: str
    apple: str
    geo: str


class Opening(_Exact):
    """Whether a station is open at ``as_of``; times are in Asia/Shanghai."""

    state: Literal["open", "closed", "unknown"]
    opens_at: str | None
    closes_at: str | None = Field(description="null also for stations that never close")
    closes_in_min: int | None
    reason: str
    assumption: str | None = Field(description="what was assumed of special days")
    specification: str | None = Field(description="OSM opening_hours, as read; null: unknown")
    as_of: str


class Reported(_Exact):
    """What people reported and the office accepted."""

    what: Literal["closed", "moved", "wrong_hours", "broken"]
    on: str
    days_ago: int


class StationProperties(_Exact):
    """A station as it is known; null is unknown."""

    id: str
    name: str
    kind: str
    kind_label: str
    address: str
    city: str
    district: str
    zone: str | None
    hours_text: str | None = Field(description="as written by the source")
    facilities_known: bool
    facilities: list[Facility] | None
    opening: Opening
    reported: Reported | None
    status: Status
    position_quality: PositionQuality
    position_note: str | None
    position_error_m: float | None
    area_m2: float | None
    phone: str | None
    source: str
    listed_on: str | None
    verified_on: str | None
    synthetic: bool
    extra: dict[str, str] | None
    links: Links


class NeighborProperties(StationProperties):
    """A station as an answer."""

    distance_m: float = Field(description="geodesic, on the WGS-84 ellipsoid")
    bearing_deg: float = Field(description="initial bearing, clockwise from north")
    facilities_match: Literal["known", "unknown"]
    travel_s: int | None = Field(None, description="with open=arrival: estimated seconds")


class StationFeature(_Exact):
    """RFC 7946 §3.2."""

    type: Literal["Feature"]
    id: str
    properties: StationProperties
    geometry: Point


class NeighborFeature(_Exact):
    """RFC 7946 §3.2."""

    type: Literal["Feature"]
    id: str
    properties: NeighborProperties
    geometry: Point


class KnownOfPublished(_Exact):
    """How much of a published network the list holds."""

    area: str
    note: str
    known: int
    published: int
    as_of: str
    source: str


class NearestCollection(_Exact):
    """RFC 7946 §3.3, the nearest first."""

    type: Literal["FeatureCollection"]
    features: list[NeighborFeature]
    geometry_datum: Datum
    lang: Lang
    revision: str
    synthetic: bool
    label: str | None
    completeness: list[KnownOfPublished]
    notice: str | None
    travel: str | None = Field(description="what times of arrival are made of")


class District(_Exact):
    """A district of a city."""

    adcode: str
    name: str
    name_en: str
    population: int | None
    population_quality: Literal["census", "estimated", "unknown"]
    population_source: str | None
    bbox: tuple[float, float, float, float]


class Completeness(_Exact):
    """Known of published, in words too."""

    known: int
    published: int
    as_of: str
    source: str
    note: dict[Lang, str] | None
    says: dict[Lang, str]


class City(District):
    """A city's figures; ``stations`` is null where no list has been published."""

    province: str | None
    list_published: bool
    stations: int | None
    by_kind: dict[str, int] | None
    answerable: int | None
    completeness: Completeness | None
    districts: list[District]
    synthetic: bool
    map: str


class Cities(_Exact):
    """All cities of the provinces that the catalogue declares."""

    cities: list[City]


class Meta(_Exact):
    """What is served."""

    name: str
    version: str
    revision: str
    revision_number: int
    digest: str
    synthetic: bool
    label: str | None
    provinces: list[str]
    calendar: dict[str, str] = Field(description="published years, and the notice of each")
    stations: int
    answerable: int
    by_kind: dict[str, int]
    by_city: dict[str, int]
    sources: list[dict[str, Any]]
    vocabulary: dict[str, Any]


class Health(_Exact):
    """Whether the service answers, and from the newest lists."""

    status: Literal["ok", "degraded"]
    revision: str
    revision_number: int
    stations: int
    synthetic: bool
    problem: dict[Lang, str] | None


class PlanJob(_Exact):
    """A plan's way through the queue."""

    id: str
    city: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    stopping: bool = Field(description="it runs, and was asked to stop")
    share: float = Field(ge=0, le=1, description="how much is done")
    stage: dict[Lang, str] | None = Field(description="what is being done, with the bound so far")
    ahead: int | None = Field(description="how many jobs come before it")
    problem: dict[Lang, str] | None = Field(description="why it failed")
    created_at: str
    started_at: str | None
    ended_at: str | None
    revision: int = Field(description="of which stations")
    request: dict[str, Any]
    links: dict[str, str] = Field(description="self; once it is done, its results")


class PlanAbout(BaseModel):
    """What belongs on every figure of a plan. See geo/planning/plan.schema.json."""

    place: dict[str, Any]
    revision: int
    software: str
    made_at: str
    list_state: str
    at_least: bool = Field(description="stations exist that the list lacks")
    synthetic: bool
    label: dict[Lang, str] | None
    notes: list[dict[Lang, str]] = Field(description="warnings, for every page and map")


class PlanCoverage(PlanAbout):
    """What is reached: by threshold, lens and district."""

    coverages: list[dict[str, Any]]
    fairness: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    methods: list[dict[str, Any]]


class PlanFeatures(PlanAbout):
    """RFC 7946 §3.3, with members of ours."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str | None = None
    value: str | None = None
    expected: str | None = None
    suggestions: list[str] | None = None

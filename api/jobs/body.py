"""What a plan may be asked for over HTTP: checked field by field, and bounded."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.jobs.wanted import parameters_of
from geo.datum import convert_position
from geo.errors import InputError
from geo.planning.parameters import STANDARD, Candidate, CandidateSource, Model, Parameters
from geo.position import Position
from geo.station import Datum
from geo.text import Text
from geo.travel import TravelMode

MAX_BODY_BYTES = 1024 * 1024
MAX_CANDIDATES = 2_000

_Short = Annotated[str, Field(min_length=1, max_length=80)]
_SAID = {
    "extra_forbidden": Text("没有这个字段", "there is no such field"),
    "missing": Text("缺少这个字段", "it is missing"),
    "json_invalid": Text("不是 JSON", "it is not JSON"),
    "too_long": Text("太多", "too many"),
    "literal_error": Text("没有这一项", "there is no such choice"),
}
# Where the parameters are checked they have the names of the command line's options.
_FIELDS = {
    "radius": "radii_m",
    "next": "next_sites",
    "gaps": "most_gaps",
    "minimum": "minimum_per_district",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class CandidateBody(_Strict):
    """A place where a station could go, in the body's ``datum``."""

    id: _Short
    name: str = Field("", max_length=120)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class PlanBody(_Strict):
    """The questions; each has the standard answer if it is left out."""

    radii_m: list[float] = Field(list(STANDARD.radii_m), max_length=8, description="metres")
    minutes: list[float] = Field([], max_length=8, description="reach in minutes, by ``mode``")
    mode: TravelMode = STANDARD.mode
    kind: str | None = Field(None, max_length=40, description="what is sited and alone counts")
    next_sites: int = Field(STANDARD.next_sites, description="how many stations are asked for")
    model: Model = STANDARD.model
    site_radius_m: float | None = None
    candidate_source: CandidateSource = STANDARD.candidate_source
    candidates: list[CandidateBody] = Field([], max_length=MAX_CANDIDATES)
    datum: Datum = Field("wgs84", description="of the candidates")
    capacity: float | None = Field(None, description="people that one new station can serve")
    minimum_per_district: int = STANDARD.minimum_per_district
    moments: list[_Short] = Field(
        list(STANDARD.moments), max_length=24, description="workday:02:00, 2026-10-01T12:00 …"
    )
    most_gaps: int = STANDARD.most_gaps
    seed: int = STANDARD.seed
    compare: int | None = Field(None, ge=1, description="an earlier revision")

    def parameters(self) -> Parameters:
        """The parameters that are meant. Raises :class:`InputError`."""
        given: dict[str, Any] = self.model_dump(exclude={"candidates", "datum", "compare"})
        given["candidates"] = tuple(map(self._candidate, self.candidates))
        try:
            return parameters_of(given)
        except InputError as error:
            error.parameter = _FIELDS.get(error.parameter, error.parameter)
            raise

    def _candidate(self, given: CandidateBody) -> Candidate:
        lon, lat = convert_position(given.lon, given.lat, source=self.datum, target="wgs84")
        return Candidate(given.id, given.name, Position(lon, lat))


def read_body(content: bytes) -> PlanBody:
    """The body of a request; nothing at all is the standard case. Raises :class:`InputError`."""
    try:
        return PlanBody.model_validate_json(content or b"{}")
    except ValidationError as error:
        raise _wrong(error) from None


def body_schema() -> dict[str, Any]:
    """The JSON Schema of the body, in one piece."""
    schema = PlanBody.model_json_schema()
    definitions = schema.pop("$defs")
    schema["properties"]["candidates"]["items"] = definitions["CandidateBody"]
    return schema


def _wrong(error: ValidationError) -> InputError:
    """The first thing that is wrong: which field, and what would be right."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    said = _SAID.get(first["type"], Text("内容有误", "it is wrong"))
    return InputError(
        field[:80],
        zh=f"字段 {field[:80]}：{said.zh}",
        en=f"field {field[:80]}: {said.en}",
        value=None,
        expected=Text(first["msg"], first["msg"]) if first["type"] != "extra_forbidden" else _KNOWN,
    )


_KNOWN = Text(*["、".join(PlanBody.model_fields), ", ".join(PlanBody.model_fields)])

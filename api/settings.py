"""What the environment may set: ``YIZHAN_HOME``, ``YIZHAN_PORT`` … Read once, at the edge."""

from functools import cached_property
from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).resolve().parents[1]


def _default_home() -> Path:
    """``var`` in a checkout, else the user's data folder."""
    if (_ROOT / "pyproject.toml").is_file():
        return _ROOT / "var"
    return platformdirs.user_data_path("yizhan")


class Settings(BaseSettings):
    """The settings of the service and of the command line."""

    model_config = SettingsConfigDict(env_prefix="YIZHAN_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=_default_home, description="snapshots and caches")
    stations_dir: Path = Field(
        default=_ROOT / "data" / "stations", description="folder of catalog.toml"
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql+psycopg://…; none: an SQLite file of our own in home",
    )
    demo: bool = Field(default=False, description="serve a synthetic province instead")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    access_log: bool = True
    plan_ahead: bool = Field(
        default=True, description="compute the standard plan of each city when lists change"
    )
    public_url: str | None = Field(
        default=None, description="where the site is reached, for posters and embeds"
    )
    wechat_verification: str | None = Field(
        default=None, description="file at the root that WeChat asks for: NAME.txt:CONTENT"
    )
    hsts_s: int = Field(default=0, ge=0, description="Strict-Transport-Security, seconds; 0: none")
    embed_parents: str = Field(
        default="*", description="who may embed: CSP sources, separated by spaces"
    )
    tiles: str | None = Field(default=None, description="tile provider of the maps; none: offline")
    tiles_key: SecretStr | None = Field(default=None, description="key of the tile provider")
    base_map: Path | None = Field(
        default=None, description="folder of rivers, lakes, towns (GeoJSON)"
    )
    amap_key: SecretStr | None = Field(default=None, description="key of 高德 Web 服务")
    tianditu_key: SecretStr | None = Field(default=None, description="key of 天地图")
    geocoder_url: str | None = Field(default=None, description="another address, such as a proxy")
    geocoder_per_second: float = Field(default=3.0, gt=0, le=100)
    map_approval: str | None = Field(
        default=None, description="审图号 to be shown on published maps"
    )

    @cached_property
    def data_home(self) -> Path:
        """Where the snapshots lie: the synthetic ones apart from the real ones."""
        return self.home / "demo" if self.demo else self.home

    @property
    def store_url(self) -> str:
        """Where the revisions are kept. The synthetic province never meets the real database."""
        if self.database_url and not self.demo:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_home.resolve() / 'catalogue.sqlite'}"

    @cached_property
    def catalogue_dir(self) -> Path:
        """The folder of ``catalog.toml`` that is served."""
        return self.data_home / "stations" if self.demo else self.stations_dir

    def for_demo(self) -> "Settings":
        """The same settings for the synthetic province."""
        return self.model_copy(update={"demo": True})

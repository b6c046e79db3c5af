"""The settings of an installation: environment (`VEILLE_…`) before veille.toml before these
defaults.

A door module.
"""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, TypeAdapter, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

FILE = Path("veille.toml")
BUCKET = "s3://"
_BUCKET_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[\w.!*'()-]+)*/?")
"""Names of buckets as Amazon S3 takes them, and of prefixes that need no escaping."""
ELSEWHERE = frozenset({"VEILLE_SHARED"})
"""Variables of the tests, not of an installation."""


_KEPT = re.compile(r"(?:(?P<days>[1-9]\d{0,4})d)?\s*(?:(?P<gigabytes>[1-9]\d{0,5})GB)?")
_GB = 1_000_000_000


class ConfigError(Exception):
    """A setting is wrong; the message names it and says what it takes."""


class Config(BaseSettings):
    """Every setting, with its default. Durations are seconds."""

    model_config = SettingsConfigDict(env_prefix="VEILLE_", extra="forbid", frozen=True)

    data: Path = Field(
        Path("data"), description="folder of the state, the embedded index and the archive"
    )
    index: str = Field("embedded", description="`embedded`, or the http(s) URL of Elasticsearch")
    database: str | None = Field(
        None, description="SQLAlchemy URL of the store; SQLite in the data folder without it"
    )
    sources: Path = Field(Path("sources.toml"), description="the sources file")
    allow_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description=(
            "private hosts and other ports than those of the web, as host or host:port, that may be"
            " fetched all the same; comma-separated"
        ),
    )
    download_delay: float = Field(
        2.0, ge=0, le=600, description="seconds between requests to one host"
    )
    index_api_key: str | None = Field(
        None, description="Elasticsearch API key, in the place of a password in the URL"
    )
    index_api_key_file: Path | None = Field(None, description="file that holds the API key")
    index_ca: Path | None = Field(
        None, description="file of the authority that signed Elasticsearch's certificate"
    )
    pulse: Path | None = Field(
        None, description="file that schedule, work and relay touch while they do well"
    )
    archive: bool | str = Field(
        True,
        description=(
            "keep the pages as they were fetched: in the data folder, and as `s3://bucket/prefix`"
            " in a bucket, once a file has ended; not at all with `false`"
        ),
    )
    archive_keep: str | None = Field(
        None,
        description=(
            "how long captures are kept on which no article stands, as an age and a size, such as"
            " `730d 200GB`; for ever where there is none"
        ),
    )
    visits_keep: int = Field(
        7, ge=2, le=3650, description="days that crawls and visits are kept one by one"
    )
    tallies_keep: int = Field(
        400, ge=90, le=36500, description="days that the hourly figures of sources are kept"
    )
    lines_keep: int = Field(
        730, ge=60, le=36500, description="days that a learned line is kept that does not come back"
    )
    notices_keep: int = Field(
        365, ge=7, le=36500, description="days that messages of alerts are kept once they are done"
    )
    log: Literal["file", "text", "json"] = Field(
        "file",
        description=(
            "where the log goes: `file` (veille.log in the data folder; warnings also to standard"
            " error), or to standard output as `text` or as `json`, a line each"
        ),
    )
    disk_reserve: int = Field(
        500, ge=0, description="megabytes of the disk below which fetching pauses"
    )
    respect_tdm: bool = Field(
        False, description="keep no full text of what is reserved from text and data mining"
    )
    contact: str | None = Field(None, description="URL or e-mail address that the user agent names")
    public_url: str = Field(
        "http://127.0.0.1:8000",
        pattern=r"^https?://[^/?#\s]+$",
        description="where readers find the page: links of mails",
    )
    timezone: str = Field(
        "UTC",
        description="time zone of the page for readers who choose none, such as Europe/Paris",
    )
    smtp: str | None = Field(
        None,
        pattern=r"^smtps?://[^/?#\s]+$",
        description="mail server, as smtp://user:password@host:587 or smtps://…",
    )
    mail_from: str | None = Field(None, description="address that mails come from")
    webhook_secret: str | None = Field(None, min_length=16, description="signs webhooks")
    channels: dict[str, str] = Field({}, description="Apprise URLs by the names that alerts give")
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=64, description="extraction processes"
    )
    requests_a_minute: int = Field(
        600,
        ge=0,
        description=(
            "requests to the page and the API from one token, in the long run; 0 for no limit"
        ),
    )
    chromium: Path | None = Field(
        None, description="program that renders pages of sources with `render = true`"
    )
    chromium_sandbox: bool = Field(True, description="run the pages' scripts in Chromium's sandbox")
    crawls: int = Field(32, ge=1, le=256, description="sources crawled at one time")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("there is no such time zone: write one like Europe/Paris")
        return name

    @field_validator("archive_keep")
    @classmethod
    def _kept(cls, value: str | None) -> str | None:
        if value is not None and not _KEPT.fullmatch(value):
            raise ValueError("write an age in days, a size in gigabytes, or both: `730d 200GB`")
        return value

    @field_validator("allow_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        hosts = value.split(",") if isinstance(value, str) else value
        if not isinstance(hosts, (list, tuple, set, frozenset)):
            return value
        names = (str(host).strip().lower() for host in hosts)
        return frozenset(name for name in names if name)

    @field_validator("archive", mode="before")
    @classmethod
    def _switch_or_bucket(cls, value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith(BUCKET):
            return TypeAdapter(bool).validate_python(value)
        if not _BUCKET_ADDRESS.fullmatch(value):
            raise ValueError("takes true, false, or the address of a bucket, s3://bucket/prefix")
        return value.rstrip("/")

    @field_validator("index")
    @classmethod
    def _known_index(cls, value: str) -> str:
        if value != "embedded" and not value.startswith(("http://", "https://")):
            raise ValueError("takes `embedded` or the http(s) URL of Elasticsearch")
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, FILE)

    @property
    def database_url(self) -> str:
        """The store's SQLAlchemy URL."""
        return self.database or f"sqlite:///{self.data.resolve() / 'veille.sqlite'}"

    @property
    def archive_folder(self) -> Path:
        """Where raw answers are kept."""
        return self.data / "archive"

    @property
    def archive_age(self) -> timedelta | None:
        """How old captures may become on which no article stands; None for any age."""
        found = _KEPT.fullmatch(self.archive_keep or "")
        return timedelta(days=int(found["days"])) if found and found["days"] else None

    @property
    def archive_bytes(self) -> int | None:
        """How much all captures may take before such captures leave; None for any size."""
        found = _KEPT.fullmatch(self.archive_keep or "")
        return int(found["gigabytes"]) * _GB if found and found["gigabytes"] else None

    @property
    def archive_bucket(self) -> str | None:
        """The address of the bucket that the archive's ended files are sent to."""
        return self.archive if isinstance(self.archive, str) else None

    @property
    def user_agent(self) -> str:
        """What every request says of itself: the program, its version, and whom to write to."""
        return f"Veille/0.1 (media monitor; {self.contact or 'no contact set'})"


def load_config(**changes: Any) -> Config:
    """The settings now in force, `changes` before all; raises `ConfigError`."""
    _check_environment()
    try:
        return Config(**{name: value for name, value in changes.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise ConfigError(
            f"The setting {name} (VEILLE_{name.upper()} or {FILE}) is wrong: {first['msg']}."
        ) from error
    except ValueError as error:
        raise ConfigError(f"{FILE} is no valid TOML: {error}.") from error


def _check_environment() -> None:
    """Raise `ConfigError` for a variable that no setting has: it may be a setting misspelt."""
    settings = {f"VEILLE_{name.upper()}" for name in Config.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith("VEILLE_") and name.upper() not in settings | ELSEWHERE:
            raise ConfigError(
                f"{name} is no setting: unset it, or take one of {', '.join(sorted(settings))}."
            )

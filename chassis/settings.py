"""What an operator can set: `MOTCUA_*` variables. The sentence under a field is its documentation."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from urllib.parse import quote

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one process. Every one has a default that works for a ward on one machine."""

    model_config = SettingsConfigDict(
        env_prefix="MOTCUA_", use_attribute_docstrings=True, extra="ignore"
    )

    data: Path = Path("var/data")
    """Folder of the embedded databases and of the secrets made at first start."""
    database_url: str = ""
    """PostgreSQL, a database for each service, e.g. ``postgresql+asyncpg://motcua@db/motcua_{service}``;
    ``{service}`` is replaced by the service's name. Empty: one SQLite file for each service in `data`."""
    database_password_file: Path | None = None
    """File that holds the database password, put into `database_url` as its password."""
    broker_url: str = ""
    """RabbitMQ, e.g. ``amqp://motcua@broker/``. Empty: the durable local bus, for one process only."""
    broker_password_file: Path | None = None
    """File that holds the broker password, put into `broker_url` as its password."""
    broker_prefix: str = "motcua"
    """What the names of exchanges and queues begin with: one for each installation on a broker."""
    public_url: str = "http://127.0.0.1:8080"
    """Where citizens and partners reach the gateway; links are made with it."""
    issuer: str = "motcua"
    """Who access tokens say they are from (``iss``), and whom they are for (``aud``)."""
    jwks_url: str = ""
    """Where a service on its own reads the public keys of access tokens, e.g.
    ``http://gateway:8080/.well-known/jwks.json``. Not needed in one process."""
    upstream_url: str = "http://{service}:8080"
    """Where the gateway on its own reaches a service; ``{service}`` is replaced by its name. Services that
    share one host are listed instead: ``intake=http://127.0.0.1:8101,rating=http://127.0.0.1:8102,...``."""
    secrets_dir: Path | None = None
    """Folder of key files (``rating.key``, ``intake-kek.key``, ``tracking.key``, ``gateway-signing.pem``),
    read-only when deployed. Empty: ``secrets`` in `data`, where missing ones are made."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(8080, ge=0, le=65535)
    """Port to listen on."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses or networks of the reverse proxies before the gateway, separated by commas: from these, and
    from nobody else, the address of a visitor is taken from ``X-Forwarded-For``."""
    metrics_port: int | None = Field(None, ge=0, le=65535)
    """Port of the internal listener with ``/metrics`` and health; never open it to the outside. Empty: no
    internal listener."""
    metrics_host: str = "127.0.0.1"
    """Address the internal listener listens on. ``0.0.0.0`` in a container, so that monitoring on the same
    internal network reaches it."""
    log_level: str = "info"
    """``debug``, ``info``, ``warning`` or ``error``."""
    outbox_keep_days: int = 7
    """Days that sent events are kept, so that they can be replayed."""
    journal_keep_days: int = 400
    """Days that entries of the journal of changes are kept for those who follow it. It is also the record
    of who changed what."""
    sweep_seconds: float = 30.0
    """Pause between two looks for dossiers that are soon due, overdue or unanswered."""
    token_seconds: int = 600
    """How long an access token is good for."""
    clock_leeway_seconds: int = 30
    """How far the clocks of two machines may be apart."""
    settle_seconds: float = 1.5
    """How long a service waits for the news of a dossier that another service has just accepted."""
    morning_opens: time = time(7, 0)
    """When the office opens (giờ làm việc)."""
    morning_closes: time = time(11, 30)
    """When the morning ends."""
    afternoon_opens: time = time(13, 30)
    """When the afternoon begins."""
    afternoon_closes: time = time(17, 0)
    """When the office closes: results are due by this hour of their day."""
    receipt_cutoff: time | None = None
    """What comes in at this hour or later counts as received on the next working day (giờ chốt nhận hồ
    sơ): a local custom some provinces keep. Empty: no such hour."""
    receipt_day_counts: bool = False
    """Whether the day of receipt is the first day counted: against the Civil Code, but found in use."""
    culture_day_off: bool = False
    """Whether 24 November (Ngày Văn hóa Việt Nam, from 2026) is a day off: sources disagree."""
    retention_class: str = "copy"
    """Retention class (thời hạn lưu trữ) of dossiers whose procedure names none; what is shipped keeps
    ``copy`` for two years, because the record itself is kept by the agency's own system."""
    retention_classes_file: Path | None = None
    """CSV of retention classes in place of those shipped: ``code,years,name_vi,name_en,source``; a class
    without years is kept for ever."""
    imports_dir: Path | None = None
    """Folder of files of dossiers that wait to be imported; the API and the worker of intake must both
    reach it. Empty: ``imports`` in `data`."""
    import_max_bytes: int = 268_435_456
    """Bytes a file of dossiers may have."""
    import_max_unpacked_bytes: int = 209_715_200
    """Bytes an XLSX workbook may have when it is unpacked."""
    import_keep_days: int = 30
    """Days that an import and the results of its rows can be read after its end."""
    rating_days: int = 30
    """Days a rating link is good for, from the moment the citizen could first use it."""
    suppress_below: int = 5
    """Satisfaction figures over fewer ratings than this are not shown."""
    carrier_order_seconds: float = 2.0
    """Pause between two looks for orders that wait to be sent to a carrier."""
    carrier_order_attempts: int = 20
    """How often an order is sent to a carrier that does not answer, or not in a way that can be read, before
    it is given up: with the growing pauses between, about two days."""
    carrier_pull_seconds: float = 5.0
    """Pause between two looks for deliveries that wait to be confirmed by pulling the carrier."""
    carrier_pull_attempts: int = 12
    """How often a carrier is asked to confirm one delivery before an operator must."""

    def database_for(self, service: str) -> str:
        """The database address of one service."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.data / f'{service}.db'}"
        url = self.database_url.replace("{service}", service)
        return _with_password(url, self.database_password_file)

    def upstream_for(self, service: str) -> str:
        """Where the gateway reaches a service. Raises `ValueError` when a list leaves it out."""
        if "=" not in self.upstream_url:
            return self.upstream_url.replace("{service}", service)
        told = dict(entry.strip().split("=", 1) for entry in self.upstream_url.split(","))
        if service not in told:
            raise ValueError(f"MOTCUA_UPSTREAM_URL does not say where {service} is.")
        return told[service]

    @property
    def broker(self) -> str:
        """The broker's address, or nothing."""
        return _with_password(self.broker_url, self.broker_password_file)

    @property
    def secrets(self) -> Path:
        """The folder of key files."""
        return self.secrets_dir or self.data / "secrets"


def _with_password(url: str, file: Path | None) -> str:
    if file is None or not url:
        return url
    password = quote(file.read_text().strip(), safe="")
    scheme, rest = url.split("://", 1)
    user, at, host = rest.rpartition("@")
    return f"{scheme}://{user.split(':')[0]}:{password}{at}{host}"


def settings_page() -> str:
    """The page of all settings, in Markdown, in the order of the class."""
    lines = [
        "# Settings",
        "",
        "Generated by `motcua settings --markdown`. Variables are read from the environment.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        meaning = " ".join((field.description or "").split())
        default = "" if field.default in (None, "") else f"`{field.default}`"
        lines.append(f"| `MOTCUA_{name.upper()}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def settings_example() -> str:
    """The settings as a commented ``.env`` file."""
    lines = [
        "# Generated by `motcua settings --env`: every setting with its default. motcua reads its",
        "# environment and no file. Copy this, change what you need, and hand it over: EnvironmentFile= of",
        "# systemd, --env-file of docker run, or in a shell: set -a; . ./motcua.env; set +a",
    ]
    for name, field in Settings.model_fields.items():
        lines.append("")
        lines.append("# " + " ".join((field.description or "").split()))
        default = "" if field.default is None else field.default
        lines.append(f"# MOTCUA_{name.upper()}={default}")
    return "\n".join(lines) + "\n"

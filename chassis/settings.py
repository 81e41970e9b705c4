"""What an operator can set: `MOTCUA_*` variables. The sentence under a field is its documentation."""

from __future__ import annotations

from datetime import date, time
from ipaddress import IPv6Network, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, Field
from pydantic_settings import SettingsConfigDict

from chassis.rating_settings import RatingSettings

Rate = Annotated[str, Field(pattern=r"^(off|[1-9][0-9]{0,8}/[1-9][0-9]{0,5})$")]
"""So many in so many seconds, e.g. ``200/4``; ``off`` is no limit."""

AtOnce = Annotated[str, Field(pattern=r"^(off|[1-9][0-9]{0,5})$")]
"""So many at the same time; ``off`` is no limit."""


_ALL_OF_IPV4 = IPv6Network("::ffff:0.0.0.0/96")


def _proxies(told: str) -> str:
    """Addresses and networks a server can compare with, or a sentence that says what to write."""
    for proxy in told.split(",") if told.strip() else ():
        try:
            network = ip_network(proxy.strip())
        except ValueError:
            raise ValueError(
                f"{proxy.strip() or 'nothing'} is no address of a proxy. Write the "
                "addresses from which your proxies reach the gateway (10.0.0.5), or networks with zeros "
                "behind their prefix (10.0.0.0/24), separated by commas; no names, no *."
            ) from None
        if network.prefixlen == 0 or (
            isinstance(network, IPv6Network) and network.supernet_of(_ALL_OF_IPV4)
        ):
            raise ValueError(
                f"{proxy.strip()} is everybody, and everybody could then name any "
                "address as his own. Write the addresses of your proxies."
            )
    return told


Proxies = Annotated[str, AfterValidator(_proxies)]
"""Addresses and networks, separated by commas."""


class Settings(RatingSettings):
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
    """Who access tokens say they are from (``iss``), and whom they are for (``aud``). What partners sign for
    us is for `public_url` instead, the address by which they know us."""
    client_secrets: bool = True
    """Whether partners that speak for one agency may show a secret at ``/oauth/token``; otherwise all sign
    with keys (``private_key_jwt``)."""
    partner_keys_confirmed: bool = False
    """Whether a second person must confirm a partner's key (``motcua partner key confirm``) before it is
    taken."""
    jwks_url: str = ""
    """Where a service on its own reads the public keys of access tokens, e.g.
    ``http://gateway:8080/.well-known/jwks.json``; the list of revoked clients is read beside it. Not needed
    in one process."""
    upstream_url: str = "http://{service}:8080"
    """Where the gateway on its own reaches a service; ``{service}`` is replaced by its name. Services that
    share one host are listed instead: ``intake=http://127.0.0.1:8101,rating=http://127.0.0.1:8102,...``."""
    secrets_dir: Path | None = None
    """Folder of key files (``rating.key``, ``rating-comments.key``,
    ``intake-kek.key``, ``tracking.key``, ``postal-raw.key``,
    ``gateway-signing.pem``, ``gateway-webhooks.key``),
    read-only when deployed. Empty: ``secrets`` in `data`, where missing ones are made."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(8080, ge=0, le=65535)
    """Port to listen on."""
    trusted_proxies: Proxies = "127.0.0.1"
    """Addresses or networks of the reverse proxies before the gateway, separated by commas: from these, and
    from nobody else, the address of a visitor is taken from ``X-Forwarded-For``. No names and no ``*``:
    whoever is trusted can name any address as the visitor's. Empty: nobody is."""
    limits: bool = True
    """Whether the gateway counts what callers ask (``MOTCUA_LIMIT_*``). Each gateway counts alone: behind a
    balancer with three of them a caller may ask up to three times as much. ``false`` turns all off."""
    limit_token: Rate = "30/60"  # noqa: S105 - so many in a minute, no secret
    """Tokens one client may ask for from one network: how many, a slash, in how many seconds; all may come at
    once, and come back evenly. ``off`` is no limit; so it is with all that follow."""
    limit_dialect: Rate = "1200/60"
    """Logins of one account of the national dialect from one network: systems of that kind log in for every
    call they make. Failed ones are limited more tightly, whatever is set here."""
    limit_write: Rate = "200/4"
    """Writes of one client: 50 a second, 200 at once."""
    limit_read: Rate = "100/1"
    """Reads of one client."""
    limit_admin: Rate = "5/1"
    """Calls of one client that need a scope of operators."""
    limit_carrier: Rate = "100/1"
    """Reports to one carrier interface from one network."""
    limit_rating: Rate = "6/60"
    """Calls with one rating link."""
    limit_device: Rate = "30/60"
    """Rating calls of one device that says which it is (``Motcua-Device``), as kiosks do."""
    limit_network: Rate = "3000/60"
    """Calls without a valid token from one network: an IPv4 address, or the /64 of an IPv6 one. The last
    line, after all others; whole offices share an address."""
    limit_bulk: AtOnce = "5"
    """Files of dossiers that one client may send at the same time. ``off`` is no limit."""
    limit_export: AtOnce = "2"
    """Registers and results of imports that one client may fetch at the same time."""
    admission_units: int = Field(128, ge=8)
    """How many requests each service is given at once by a gateway; files count for four. What finds no room
    within 50 ms is answered 503. While the process is late with its work, it gives less."""
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
    webhook_ca_file: Path | None = None
    """Certificates of authorities (PEM) that endpoints of webhooks may rest on, beside those the system
    trusts: e.g. the government's own."""
    webhook_loopback: bool = False
    """Whether an operator may approve addresses of the machine itself (``127.0.0.0/8``, ``::1``) for a
    webhook: to try things out on one machine. What listens there is for the machine alone otherwise."""
    webhook_networks_confirmed: bool = False
    """Whether a second operator must confirm networks that one has approved for a webhook
    (``POST /v1/webhooks/{id}/confirm``, ``motcua webhook confirm``) before anything is sent."""
    webhook_keep_days: int = Field(30, ge=1)
    """Days that webhook deliveries which have ended can be looked up."""
    webhook_sockets: int = Field(400, ge=10, le=10_000)
    """Deliveries under way at once, in each worker of the gateway; endpoints that fail take a quarter of
    them at most."""
    token_seconds: int = 600
    """How long an access token is good for."""
    dialect_session_seconds: int = Field(1800, gt=0)
    """How long a session of the national dialect (``/dvcqg/mapi/login``) is good for."""
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
    publication_days: int = Field(5, ge=0, le=250)
    """Working days after its decision within which a procedure is to be announced (công bố đúng hạn). This
    and the three below are those of Quyết định 766/QĐ-TTg as reported; its own text was not at hand."""
    publication_days_ministry: int = Field(20, ge=0, le=250)
    """The same for a procedure that ministries alone handle."""
    publication_update_days: int = Field(5, ge=0, le=250)
    """Working days after the decision within which it is to be updated for everybody to read (cập nhật,
    công khai đúng hạn)."""
    publication_update_days_ministry: int = Field(10, ge=0, le=250)
    """The same for a procedure that ministries alone handle."""
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
    definitions: Path | None = None
    """Folder of definition files of your own (``*.yaml`` of the format ``kpi/1``: indicators, plans, series
    of reports), which kpi reads beside those of the suite when it starts; a fault in one stops the start.
    The API and the worker of kpi must both reach it. Empty: those of the suite alone."""
    suppress_below: int = 5
    """Satisfaction figures over fewer ratings than this are not shown."""
    watch_volume_percent: Annotated[int, Field(ge=1, le=101)] = 10
    """A field with at least so many of a hundred of all dossiers received is on the watch list for dialogues
    (danh sách đối thoại); 101 for none."""
    watch_overdue: Annotated[int, Field(ge=1)] = 1
    """A field with at least so many overdue dossiers, open or settled late, is on the watch list."""
    watch_between_agencies: Annotated[int, Field(ge=1)] = 1
    """A field with at least so many dossiers that another agency settles (liên thông) is on it too."""
    quality_scores_from: date | None = None
    """First day of the first quarter that offices score themselves for by the nine criteria of Thông tư
    01/2018/TT-VPCP (tự chấm điểm), e.g. 2019-01-01; nobody is reminded of it without one. That it is still
    asked for under Nghị định 118/2025/NĐ-CP is not verified."""
    quality_scores_to: date | None = None
    """The day after the last such quarter; none while it is still asked for."""
    carrier_order_seconds: float = 2.0
    """Pause between two looks for orders that wait to be sent to a carrier."""
    carrier_order_attempts: int = 20
    """How often an order is sent to a carrier that does not answer, or not in a way that can be read, before
    it is given up: with the growing pauses between, about two days."""
    carrier_pull_seconds: float = 5.0
    """Pause between two looks for items that a carrier is to be asked about, and for lists to be read."""
    carrier_claims_per_minute: int = 120
    """How many ends that were only claimed are asked to be confirmed through one account within a minute."""
    carrier_polls_per_minute: int = 5
    """How many other items are asked about through one account within a minute: those on their way, after 15
    minutes without a word and then less and less often, and each day for 30 days those that have ended. What
    carriers stand is not documented; integrators are known to ask 5 times."""
    """Pause between two looks for deliveries that wait to be confirmed by pulling the carrier."""
    post_refused_reasons: str = "refused"
    """Reasons of a failed delivery, in carriers' own codes and separated by commas, by which the receiver
    would not take the item: the time after it is the citizen's. Take them from your contract with the
    carrier; the default is the word of our own format."""
    receiver_self_words: str = "self, addressee, chính chủ, bản thân"
    """What carriers and officers call a receiver who is the addressee, separated by commas; case makes no
    difference. No carrier's list was found: complete it from your contract."""
    receiver_authorised_words: str = "authorised, người được ủy quyền"
    """What they call a receiver with a written authorisation."""
    result_archive_days: int = Field(0, ge=0, le=36_500)
    """After how many days a result that came back to the counter is archived; told with the notice to the
    citizen. 0: no such rule (none was found in a decree)."""
    carrier_pull_attempts: int = 12
    """How often a carrier is asked to confirm one delivery before an operator must."""
    carrier_message_days: int = Field(30, ge=30)
    """Days for which carriers' messages are kept as they came, sealed, and the numbers of signed ones are
    remembered: each has one content. What they told is kept for good."""
    carrier_feed_seconds: float = 300.0
    """Pause between two readings of a carrier's list (`vnpost-a`, `vnpost-b`), a fifth more or less."""
    postal_codes_low: int = Field(50, ge=0)
    """Free numbers of items (dải mã bưu gửi cấp trước) below which an account's pool is told to run low."""
    postal_stalled_days: int = Field(5, ge=1, le=60)
    """Working days (Monday to Friday) without a word of an item the post has, after which it counts as
    stalled (không có tin). No law states a number; the default is a choice."""
    postal_stalled_seconds: float = 60.0
    """Pause between two looks for items of which nothing was heard for too long."""
    post_hold_days: int = Field(0, ge=0, le=365)
    """For how many days, after the one on which an item came to lie at a post office, it is kept there to be
    fetched; the tracking page tells the last one. 0: not told. No law and no carrier's paper was found that
    states a number: take it from your contract."""
    carrier_tracking_pages: str = ""
    """Where carriers show an item to everybody, separated by blanks, e.g.
    ``ems=https://carrier.example/track/{item}``: item numbers on the tracking page lead there. Empty: they
    lead nowhere."""

    national_adapter_url: str = ""
    """Address of the adapter of the data exchange platform (NDXP) on the security server, e.g.
    ``http://10.0.0.5:8080/XrdAdapter/RestService/forward/mapi``. Empty: the national portal is told nothing;
    what changes is only marked, one small row for each dossier."""
    national_share_url: str = ""
    """Where the portal is asked (``TraCuuHoSo``, dictionaries). Empty: ``/g`` of the adapter."""
    national_integrate_url: str = ""
    """Where the portal is told of dossiers. Empty: ``/g`` of the adapter."""
    national_dstcode: str = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
    """The portal's name on the data exchange platform (``dstcode``)."""
    national_unit: str = ""
    """The unit that calls the portal (``madonvi``), e.g. ``H29``."""
    national_username: str = ""
    """Username of the installation's account with the portal."""
    national_password_file: Path | None = None
    """File that holds the password of that account."""
    national_push_seconds: float = 1.0
    """Pause between two looks for dossiers the national portal is to be told of."""
    national_at_once: int = Field(4, ge=1, le=64)
    """Dossiers the portal is told of at one time."""
    national_calls_per_second: float = Field(20.0, ge=0)
    """Calls to the portal begun in a second, at most; 0 for no limit. The portal's own limit is not known."""
    national_read_seconds: float = Field(60.0, gt=0)
    """How long the portal may be silent within a call."""
    national_attempts: int = Field(12, ge=1)
    """How often a dossier that the portal does not clearly refuse is tried before it is put aside. What fails
    because the portal as a whole is away does not count."""
    national_behind_seconds: float = 3600.0
    """How long a change may wait for the portal before health says ``degraded``."""
    national_compare_at: time = time(2, 0)
    """When the dossiers of the day before are compared with the portal's (đối soát), Vietnam time."""
    lgsp_url: str = ""
    """Where the provincial bus (LGSP) takes a month's aggregates, the address before ``/Statistic`` and
    ``/Vote``. Empty: nothing is pushed."""
    lgsp_token_url: str = ""
    """Where the bus gives tokens. Empty: ``/token`` under `lgsp_url`."""
    lgsp_client_id: str = ""
    """Our client of the bus."""
    lgsp_client_secret_file: Path | None = None
    """File that holds the secret of our client of the bus."""
    lgsp_agencies: str = ""
    """Codes of the agencies whose aggregates are pushed, separated by commas; each is told with everything
    below it."""
    lgsp_push_day: int = Field(2, ge=1, le=28)
    """From this day of a month on the month before is pushed: late news of it is in by then."""
    lgsp_seconds: float = 60.0
    """Pause between two looks for aggregates that wait to be pushed."""
    lgsp_attempts: int = 30
    """How often an aggregate is sent before it is given up: with the growing pauses between, about five
    days."""

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
    def issuer_url(self) -> str:
        """Who we are to those who sign something for us: the only audience their assertions may name."""
        return self.public_url.rstrip("/")

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

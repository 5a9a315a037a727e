"""Toko Nusantara: its account, its people, its connections, and the simulated world around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from sambung.channels import all_channels
from sambung.core import accounts, configs, connections, users
from sambung.core.events import SYSTEM
from sambung.core.receiving import Link
from sambung.kit import crypto, ids, passwords
from sambung.kit.blobs import Blobs
from sambung.kit.db import Store, Tx
from sambung.seed.props import keep
from sambung.seed.townspeople import townspeople
from sambung.seed.traffic import two_weeks
from sambung.settings import Settings
from sambung.simulator.app import Simulator
from sambung.simulator.mailbox.provider import Office
from sambung.simulator.shop import Shop
from sambung.simulator.town import Town

NAME = "Toko Nusantara"
ADDRESS = "cs@tokonusantara.example"
PASSWORD = "sambung-demo"  # noqa: S105  printed at the start of the demo
MAIL_HOST = "mx.tokonusantara.example"
PACE = 0.6
"""Seconds between the steps of a message, so that people see the ticks change."""

STAFF = (
    ("admin@sambung.test", "Ratna Wibowo", "admin", "id"),
    ("supervisor@sambung.test", "Hadi Prakoso", "supervisor", "id"),
    ("agent1@sambung.test", "Sari Utami", "agent", "id"),
    ("agent2@sambung.test", "Bima Aditya", "agent", "id"),
)


@dataclass(frozen=True, slots=True)
class Business:
    """What was set up: users by the part of their address before the @, connections by channel."""

    account: UUID
    staff: dict[str, UUID]
    connections: dict[str, UUID]


async def demo(store: Store, blobs: Blobs, settings: Settings) -> Simulator:
    """Have the demo business, with two weeks of traffic the first time; its simulator, open but not started."""
    hashed = passwords.hash_of(PASSWORD)
    with store.begin() as tx:
        account = accounts.named(tx, NAME)
        site = _site_of(tx, account) or ids.new_id()
    new = account is None
    simulator = _world(settings, site=site)
    # Always the same ports: a second demo beside this one fails here, before it changes anything.
    await simulator.open()
    wanted = _connections(settings, simulator)
    props = await keep(blobs) if new else {}
    with store.begin() as tx:
        business = _set_up(tx, account, hashed, wanted, site=site)
        if new:
            two_weeks(
                tx,
                simulator,
                staff=business.staff,
                links={
                    channel: Link(business.account, connection, channel)
                    for channel, connection in business.connections.items()
                },
                configs={
                    channel: all_channels()[channel].config.model_validate(values)
                    for channel, (_, values) in wanted.items()
                },
                props=props,
            )
    if new:
        simulator.save()
    return simulator


def _site_of(tx: Tx, account: UUID | None) -> UUID | None:
    """The web chat of an earlier run: shops have its id on their pages."""
    rows = connections.all_of(tx, account) if account else []
    return next((row.id for row in rows if row.channel == "webchat"), None)


def _secret(channel: str, name: str) -> str:
    """44 characters that are the same at every start of this installation."""
    return "".join(crypto.sign(f"demo {half}", f"{channel} {name}") for half in ("one", "other"))


def _here(settings: Settings) -> str:
    """Where this machine itself reaches the product."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{host}:{settings.port}"


def _world(settings: Settings, *, site: UUID) -> Simulator:
    people, _, _ = townspeople()
    ports = settings.mail_port + 1 if settings.mail_port else 0
    return Simulator(
        Town(
            people=people,
            business=NAME,
            product=_here(settings),
            here=f"{_here(settings)}/simulator",
            secret=_secret,
            port=ports and ports + 1,
            pace=PACE,
        ),
        office=Office(
            address=ADDRESS,
            name=NAME,
            host=settings.mail_host,
            port=settings.mail_port,
            username="toko",
            password=_secret("email", "password"),
            authserv_id=MAIL_HOST,
        ),
        # The page is served beside the product: the widget's address needs no host.
        shop=Shop(
            product="", widget_key=str(site), identity_secret=_secret("webchat", "identity_secret")
        ),
        state=settings.data / "simulator.json",
        mail_port=ports,
    )


def _connections(
    settings: Settings, simulator: Simulator
) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """By channel: what people call the connection, and its settings."""
    port = settings.port
    origins = {settings.base_url, f"http://localhost:{port}", f"http://127.0.0.1:{port}"}
    of_standins = {
        standin.name: (f"{standin.title['id']} Toko", values)
        for standin in simulator.standins
        if (values := standin.connection()) is not None
    }
    return of_standins | {
        "email": (
            "Surel CS",
            {
                "address": ADDRESS,
                "from_name": NAME,
                "authserv_id": MAIL_HOST,
                "smtp": {
                    "host": "127.0.0.1",
                    "port": simulator.mail_port,
                    "username": "toko",
                    "password": _secret("email", "password"),
                    "security": "none",
                },
            },
        ),
        "webchat": (
            "Obrolan situs",
            {
                "site_origins": sorted(origins),
                "identity_secret": _secret("webchat", "identity_secret"),
            },
        ),
    }


def _set_up(
    tx: Tx,
    account: UUID | None,
    hashed: str,
    wanted: Mapping[str, tuple[str, Mapping[str, Any]]],
    *,
    site: UUID,
) -> Business:
    """Whatever is not there yet is made; a connection whose settings moved is changed."""
    account = account or accounts.open_account(tx, NAME, by=SYSTEM)
    staff = {}
    for address, name, role, language in STAFF:
        found = users.by_email(tx, address)
        staff[address.partition("@")[0]] = (
            found.id
            if found
            else users.add(
                tx,
                account,
                email=address,
                name=name,
                role=role,
                password=hashed,
                language=language,
                by=SYSTEM,
            )
        )
    present = {row.channel: row for row in connections.all_of(tx, account)}
    made = {}
    for channel, (name, values) in wanted.items():
        kind = all_channels()[channel]
        fitting: BaseModel = kind.config.model_validate(values)
        addresses = kind.addresses(fitting)
        address = addresses[0] if addresses else ""
        row = present.get(channel)
        if row is None:
            made[channel] = connections.add(
                tx,
                account,
                channel=channel,
                name=name,
                config=configs.seal(fitting),
                address=address,
                by=SYSTEM,
                id=site if channel == "webchat" else None,
            )
            continue
        made[channel] = row.id
        if configs.read(channel, row.config) != fitting:
            sealed = configs.seal(fitting)
            connections.change(tx, account, row.id, config=sealed, address=address, by=SYSTEM)
    return Business(account, staff, made)

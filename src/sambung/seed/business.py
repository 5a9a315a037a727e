"""Toko Nusantara: its account, its people, its connections, and the simulated world around it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from sambung.channels import all_channels
from sambung.core import accounts, configs, connections, users
from sambung.core.events import SYSTEM
from sambung.core.receiving import Link
from sambung.kit import ids, passwords
from sambung.kit.blobs import Blobs
from sambung.kit.db import Store, Tx
from sambung.seed.props import keep
from sambung.seed.townspeople import townspeople
from sambung.seed.traffic import two_weeks
from sambung.settings import Settings
from sambung.simulator.app import Simulator
from sambung.simulator.graph.approved import demo_templates
from sambung.simulator.graph.numbers import Number
from sambung.simulator.mailbox.provider import Office
from sambung.simulator.shop import Shop

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
    """Have the demo business, with two weeks of traffic the first time; its simulator, not started."""
    hashed = passwords.hash_of(PASSWORD)
    with store.begin() as tx:
        account = accounts.named(tx, NAME)
        kept = _kept(tx, account)
    new = account is None
    secrets = {name: kept.get(name) or ids.secret(24) for name in SECRETS}
    simulator = _world(settings, secrets, site=kept.get("site") or str(ids.new_id()))
    # Always the same port: a second demo beside this one fails here, before it changes anything.
    mail_port = await simulator.mail.start(port=settings.mail_port + 1 if settings.mail_port else 0)
    wanted = _connections(settings, secrets, mail_port=mail_port)
    props = await keep(blobs) if new else {}
    with store.begin() as tx:
        business = _set_up(tx, account, hashed, wanted, site=UUID(_site(simulator)))
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


SECRETS = ("access_token", "app_secret", "verify_token", "identity_secret", "password")


def _kept(tx: Tx, account: UUID | None) -> dict[str, str]:
    """The secrets of an earlier run, and the id of its web chat."""
    found: dict[str, str] = {}
    for row in connections.all_of(tx, account) if account else ():
        config = configs.unseal(row.config)
        flat = config | config.get("smtp", {})
        found |= {name: str(flat[name]) for name in SECRETS if flat.get(name)}
        if row.channel == "webchat":
            found["site"] = str(row.id)
    return found


def _here(settings: Settings) -> str:
    """Where this machine itself reaches the product."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{host}:{settings.port}"


def _world(settings: Settings, secrets: dict[str, str], *, site: str) -> Simulator:
    people, _, _ = townspeople()
    return Simulator(
        numbers=[
            Number(
                phone_number_id="552100000000011",
                waba_id="108554321098765",
                phone="622744550188",
                name=NAME,
                access_token=secrets["access_token"],
                app_secret=secrets["app_secret"],
                verify_token=secrets["verify_token"],
                webhook=f"{_here(settings)}/hooks/whatsapp",
            )
        ],
        office=Office(
            address=ADDRESS,
            name=NAME,
            host=settings.mail_host,
            port=settings.mail_port,
            username="toko",
            password=secrets["password"],
            authserv_id=MAIL_HOST,
        ),
        # The page is served beside the product: the widget's address needs no host.
        shop=Shop(product="", widget_key=site, identity_secret=secrets["identity_secret"]),
        people=people,
        templates=demo_templates(),
        pace=PACE,
        state=settings.data / "simulator.json",
    )


def _site(simulator: Simulator) -> str:
    assert simulator.shop is not None
    return simulator.shop.widget_key


def _connections(
    settings: Settings, secrets: dict[str, str], *, mail_port: int
) -> dict[str, tuple[str, dict[str, Any]]]:
    """By channel: what people call the connection, and its settings."""
    port = settings.port
    origins = {settings.base_url, f"http://localhost:{port}", f"http://127.0.0.1:{port}"}
    return {
        "whatsapp": (
            "WhatsApp Toko",
            {
                "phone_number_id": "552100000000011",
                "waba_id": "108554321098765",
                "access_token": secrets["access_token"],
                "app_secret": secrets["app_secret"],
                "verify_token": secrets["verify_token"],
                "api_base": f"{_here(settings)}/simulator/graph",
            },
        ),
        "email": (
            "Surel CS",
            {
                "address": ADDRESS,
                "from_name": NAME,
                "authserv_id": MAIL_HOST,
                "smtp": {
                    "host": "127.0.0.1",
                    "port": mail_port,
                    "username": "toko",
                    "password": secrets["password"],
                    "security": "none",
                },
            },
        ),
        "webchat": (
            "Obrolan situs",
            {"site_origins": sorted(origins), "identity_secret": secrets["identity_secret"]},
        ),
    }


def _set_up(
    tx: Tx,
    account: UUID | None,
    hashed: str,
    wanted: dict[str, tuple[str, dict[str, Any]]],
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

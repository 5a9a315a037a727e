"""What buyers talk about in a marketplace's chat: the shop's goods and their orders, by the marketplace's numbers."""

from sambung.simulator.customers import Person
from sambung.simulator.phones import Phones
from sambung.simulator.said import Said
from sambung.simulator.standins import _pictures
from sambung.simulator.wares import WARES

GOODS = {str(2_611_000_014 + place): ware for place, ware in enumerate(WARES)}
"""By number."""
ACTS = {
    "product": {"id": "Kirim kartu produk", "en": "Send a product card"},
    "order": {"id": "Kirim kartu pesanan", "en": "Send an order card"},
    "sticker": {"id": "Kirim stiker", "en": "Send a sticker"},
}


def favourite(app: Phones, person: Person) -> str:
    """The product that a person asks about: always the same."""
    return list(GOODS)[int(app.digits(person, 10)) % len(GOODS)]


def order_of(app: Phones, person: Person) -> str:
    """Their order's number."""
    return app.digits(person, 15)


def card(person: Person, *, product: str = "", order: str = "") -> dict[str, str]:
    """A card as the phone shows it: its words, and what it is about."""
    here = person.language == "id"
    if order:
        return {"body": f"🧾 {'Pesanan' if here else 'Order'} {order}", "order": order}
    ware = GOODS.get(product)
    named = f"{ware.name[person.language]} · {ware.price_text}" if ware else product
    return {"body": f"🛍 {named}", "product": product}


def said_by(app: Phones, person: Person, act: str, colour: str) -> Said:
    """What a customer says by one of `ACTS`."""
    if act == "product":
        return Said(content=card(person, product=favourite(app, person)))
    if act == "order":
        return Said(content=card(person, order=order_of(app, person)))
    return Said(kind="sticker", file=_pictures.drawn(app.town, "sticker", colour))


def question(person: Person) -> str:
    """What they ask from a product's page."""
    return "Yang ini masih ada, Kak?" if person.language == "id" else "Do you still have this one?"

"""The people who play the customers: demo data, every one of them invented."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sambung.kit import ids


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with a phone, perhaps on WhatsApp and other apps, perhaps with an email address.

    phone          digits with country code, no '+': WhatsApp's `wa_id`
    bsuid          WhatsApp's id of them for this business; "" = not on WhatsApp
    hides_phone    has a WhatsApp username and shows it instead of the phone
    hides_reading  never sends read receipts
    member         their number in the shop's own books, told to the widget when they sign in
    away           text of their out-of-office answer; "" = they are in
    chats          uses chat apps at all
    accounts       their account by app, where it is not the one the app gives them ("" = has none)
    """

    id: str
    name: str
    language: str = "id"
    about: Mapping[str, str] = field(default_factory=dict[str, str])
    phone: str = ""
    bsuid: str = ""
    username: str = ""
    hides_phone: bool = False
    hides_reading: bool = False
    email: str = ""
    member: str = ""
    away: str = ""
    chats: bool = True
    accounts: dict[str, str] = field(default_factory=dict[str, str])

    def as_json(self) -> dict[str, Any]:
        """What the page shows of them."""
        return asdict(self)


class People:
    """Everybody in town, found by what a provider knows of them."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._people = {person.id: person for person in people}

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def get(self, person: str) -> Person | None:
        """By our own id."""
        return self._people.get(person)

    def add(self, person: Person) -> Person:
        """Somebody new, or somebody changed."""
        self._people[person.id] = person
        return person

    def by_phone(self, digits: str) -> Person | None:
        """Whoever is on WhatsApp with this number, however it is punctuated."""
        wanted = "".join(c for c in digits if c.isdigit())
        return next((p for p in self if p.bsuid and wanted and p.phone == wanted), None)

    def by_bsuid(self, bsuid: str) -> Person | None:
        """Whoever WhatsApp calls this."""
        return next((p for p in self if bsuid and p.bsuid == bsuid), None)

    def by_email(self, address: str) -> Person | None:
        """Whose mailbox this is, with or without a +tag."""
        local, _, domain = address.strip().lower().rpartition("@")
        plain = f"{local.split('+')[0]}@{domain}"
        return next((p for p in self if p.email and p.email.lower() == plain), None)

    def make(self, *, name: str, language: str, phone: str = "", email: str = "") -> Person:
        """A new person, on WhatsApp when they have a phone."""
        new = ids.new_id()
        digits = "".join(c for c in phone if c.isdigit())
        return self.add(
            Person(
                id=str(new),
                name=name,
                language=language,
                about={"id": "Buatan Anda sendiri", "en": "Made by you"},
                phone=digits,
                bsuid=f"ID.{new.int % 10**16:016d}" if digits else "",
                email=email.strip().lower(),
                member=f"TN-{new.int % 10**5:05d}",
            )
        )


def demo_people() -> People:
    """The regulars of Toko Nusantara, one for each thing worth trying."""
    return People(
        [
            Person(
                id="dewi",
                name="Dewi Lestari",
                about={
                    "id": "Kolektor batik dari Yogyakarta; web, WhatsApp, dan surel",
                    "en": "Batik collector from Yogyakarta; web, WhatsApp and email",
                },
                phone="6281215550101",
                bsuid="ID.7301942288104401",
                email="dewi.lestari@surel.example",
                member="TN-10021",
            ),
            Person(
                id="budi",
                name="Budi Santoso",
                about={
                    "id": "Pemilik kedai kopi di Jakarta, pesan dalam jumlah besar",
                    "en": "Runs a coffee stall in Jakarta, orders in bulk",
                },
                phone="6281315550102",
                bsuid="ID.7301942288104402",
                email="budi@kedaipagi.example",
                member="TN-10034",
            ),
            Person(
                id="siti",
                name="Siti Rahmawati",
                about={
                    "id": "Pakai nama pengguna WhatsApp; nomornya tersembunyi",
                    "en": "Uses a WhatsApp username; her number is hidden",
                },
                phone="6285715550103",
                bsuid="ID.9920017745310003",
                username="siti.rahma",
                hides_phone=True,
                email="siti.rahma@posku.example",
            ),
            Person(
                id="asep",
                name="Asep Sunandar",
                about={
                    "id": "Dari Bandung, suka campur bahasa Sunda; centang biru dimatikan",
                    "en": "From Bandung, mixes in Sundanese; read receipts off",
                },
                phone="6282115550104",
                bsuid="ID.7301942288104404",
                hides_reading=True,
                member="TN-10057",
            ),
            Person(
                id="emily",
                name="Emily Carter",
                language="en",
                about={
                    "id": "Pembeli dari Melbourne, menulis dalam bahasa Inggris",
                    "en": "Buyer from Melbourne, writes in English",
                },
                phone="61491570105",
                bsuid="AU.5500318827740005",
                email="emily.carter@mailbox.example",
                member="TN-10063",
            ),
            Person(
                id="slamet",
                name="Slamet Riyadi",
                about={
                    "id": "Perajin dari Solo; hanya surel, sedang di luar kantor",
                    "en": "Craftsman from Solo; email only, out of office",
                },
                email="slamet@gamelanjati.example",
                chats=False,
                away="Matur nuwun suratnya. Saya di luar kota sampai Senin, nanti saya balas nggih.",
            ),
            Person(
                id="nur",
                name="Nur Aini",
                about={
                    "id": "Punya ponsel tetapi tidak memakai WhatsApp",
                    "en": "Has a phone but is not on WhatsApp",
                },
                phone="6281915550107",
                email="nur.aini@surel.example",
                member="TN-10072",
            ),
        ]
    )

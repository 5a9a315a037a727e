"""What Toko Nusantara sells, and the words of its page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ware:
    """Something on the shelf. price in rupiah; art names a drawing in pages/shop.html."""

    code: str
    name: dict[str, str]
    about: dict[str, str]
    price: int
    art: str

    @property
    def price_text(self) -> str:
        """As prices are written in Indonesia."""
        return "Rp" + f"{self.price:,}".replace(",", ".")


WARES = (
    Ware(
        "BTK-014",
        {"id": "Batik tulis Parang", "en": "Parang hand-drawn batik"},
        {"id": "Katun primisima, 250 × 115 cm", "en": "Primisima cotton, 250 × 115 cm"},
        685_000,
        "parang",
    ),
    Ware(
        "KPI-003",
        {"id": "Kopi Gayo 500 g", "en": "Gayo coffee 500 g"},
        {"id": "Arabika, sangrai sedang", "en": "Arabica, medium roast"},
        128_000,
        "coffee",
    ),
    Ware(
        "ROT-021",
        {"id": "Tas rotan Lombok", "en": "Lombok rattan bag"},
        {"id": "Anyaman tangan, diameter 20 cm", "en": "Hand-woven, 20 cm across"},
        245_000,
        "rattan",
    ),
    Ware(
        "BTK-022",
        {"id": "Kemeja batik Kawung", "en": "Kawung batik shirt"},
        {"id": "Lengan panjang, S–XXL", "en": "Long sleeves, S–XXL"},
        365_000,
        "kawung",
    ),
    Ware(
        "KRM-008",
        {"id": "Mug gerabah Kasongan", "en": "Kasongan stoneware mug"},
        {"id": "Glasir hijau, 300 ml", "en": "Green glaze, 300 ml"},
        89_000,
        "mug",
    ),
    Ware(
        "TNN-005",
        {"id": "Selendang tenun Sumba", "en": "Sumba woven shawl"},
        {"id": "Pewarna alami, 180 × 60 cm", "en": "Natural dyes, 180 × 60 cm"},
        540_000,
        "tenun",
    ),
)

WORDS = {
    "id": {
        "tagline": "Batik, kopi, dan kerajinan dari tangan pertama",
        "lead": "Dibuat perajin di dua puluh kota, dikirim dari Yogyakarta setiap hari kerja.",
        "shelf": "Baru datang",
        "ask": "Tanya dulu",
        "sign_in": "Masuk sebagai",
        "signed_in": "Masuk sebagai",
        "sign_out": "Keluar",
        "guest": "Tamu",
        "ships": "Gratis ongkir se-Jawa di atas Rp500.000",
        "returns": "Retur 7 hari",
        "answered": "Obrolan dijawab 08.00–20.00 WIB",
        "foot": "Toko contoh untuk mencoba Sambung. Semua barang dan orangnya rekaan.",
    },
    "en": {
        "tagline": "Batik, coffee and crafts, straight from the makers",
        "lead": "Made by artisans in twenty towns, shipped from Yogyakarta every working day.",
        "shelf": "Just in",
        "ask": "Ask about it",
        "sign_in": "Sign in as",
        "signed_in": "Signed in as",
        "sign_out": "Sign out",
        "guest": "Guest",
        "ships": "Free shipping in Java above Rp500.000",
        "returns": "7-day returns",
        "answered": "Chat answered 08:00–20:00 WIB",
        "foot": "A sample shop to try Sambung with. Its goods and people are invented.",
    },
}

"""The customers of Toko Nusantara beside the simulator's regulars. Every one of them is invented."""

from sambung.simulator.customers import People, Person, demo_people

# name, city, channels (w = web chat signed in, p = WhatsApp, u = WhatsApp by username, e = email)
TOWNSPEOPLE = """
Agus Wijaya, Surabaya, pe
Ahmad Fauzi, Banjarmasin, p
Aisyah Putri Ramadhani, Padang, wp
Alya Nabila, Jakarta Selatan, wpe
Andi Baso Pangerang, Makassar, p
Anak Agung Gede Raka, Denpasar, pe
Anisa Fitriani, Tangerang, wp
Arif Budiman, Semarang, p
Ayu Kartika Sari, Denpasar, wpe
Bambang Pamungkas Hadi, Solo, e
Bayu Aji Nugroho, Yogyakarta, wp
Beatrix Lamury, Kupang, p
Christine Halim, Jakarta Barat, wpe
Citra Maharani, Bandung, wp
Dadang Suhendar, Garut, p
Dian Puspitasari, Malang, pe
Dimas Prasetyo, Depok, wp
Eko Widodo, Klaten, p
Elok Ningtyas, Sidoarjo, u
Euis Komariah, Tasikmalaya, p
Fajar Siddiq, Medan, pe
Farah Azzahra, Bekasi, wp
Gita Savitri, Bogor, wpe
Hendra Gunawan, Pontianak, p
Hesti Wulandari, Purwokerto, p
I Made Sudarsana, Gianyar, e
Indah Permatasari, Palembang, wp
Intan Baiduri, Banda Aceh, u
Joko Susilo, Boyolali, p
Kevin Tanuwijaya, Jakarta Utara, we
Khairunnisa Lubis, Medan, p
Lestari Handayani, Magelang, wp
Lukman Hakim, Cirebon, p
Maria Yosefina Wea, Ende, pe
Melati Suci, Bandar Lampung, p
Muhammad Rizky, Pekanbaru, wp
Nadia Larasati, Jakarta Timur, wpe
Nyoman Ariani, Singaraja, p
Putri Ayuningtyas, Salatiga, wp
Rahmat Hidayat, Balikpapan, p
Ratih Kumalasari, Pekalongan, e
Rendy Saputra, Batam, wp
Retno Asih, Kudus, p
Rini Anggraini, Cimahi, pe
Sarah Simanjuntak, Medan, wp
Sri Wahyuni, Wonogiri, p
Tono Supriyadi, Tegal, p
Ujang Rukmana, Sumedang, p
Vania Kusuma, Surabaya, wpe
Wahyu Setiawan, Kediri, u
Yanti Marlina, Manado, p
Yohanes Rumbiak, Jayapura, e
Yuni Astuti, Bantul, wp
Zaskia Amalia, Mataram, p
"""

FOREIGNERS = """
Amelia Watson, Singapore, we
Daniel Novak, Prague, e
Hannah Lindqvist, Stockholm, we
James O'Connor, Perth, pe
Priya Raman, Kuala Lumpur, wp
Tomoko Sato, Tokyo, e
"""


def townspeople() -> tuple[People, dict[str, str], dict[str, str]]:
    """Everybody; and by person: the city they live in, and the channels they use."""
    people, cities, channels = demo_people(), dict(REGULAR_CITIES), dict(REGULAR_CHANNELS)
    for language, table in (("id", TOWNSPEOPLE), ("en", FOREIGNERS)):
        for index, line in enumerate(table.strip().splitlines()):
            name, city, uses = (part.strip() for part in line.split(","))
            person = _person(name, uses, language, index + (100 if language == "en" else 0))
            people.add(person)
            cities[person.id], channels[person.id] = city, uses
    return people, cities, channels


REGULAR_CITIES = {
    "dewi": "Yogyakarta",
    "budi": "Jakarta Pusat",
    "siti": "Semarang",
    "asep": "Bandung",
    "emily": "Melbourne",
    "slamet": "Solo",
    "nur": "Samarinda",
}
REGULAR_CHANNELS = {
    "dewi": "wpe",
    "budi": "pe",
    "siti": "u",
    "asep": "p",
    "emily": "we",
    "slamet": "e",
    "nur": "w",
}


def _person(name: str, uses: str, language: str, index: int) -> Person:
    words = [word.lower().replace("'", "") for word in name.split()]
    on_whatsapp = "p" in uses or "u" in uses
    phone = f"628121555{index + 200:04d}" if language == "id" else f"614915703{index - 100:02d}"
    return Person(
        id="-".join(words),
        name=name,
        language=language,
        phone=phone if on_whatsapp else "",
        bsuid=f"ID.73019422881{index + 20000:05d}" if on_whatsapp else "",
        username=".".join(words[:2]) if "u" in uses else "",
        hides_phone="u" in uses,
        hides_reading=index % 11 == 5,
        email=f"{words[0]}.{words[-1]}@surel.example" if "e" in uses else "",
        member=f"TN-{10200 + index}" if "w" in uses else "",
        chats=on_whatsapp,
    )

"""The message templates Toko Nusantara had approved."""

from sambung.simulator.graph.templates import Template


def demo_templates() -> list[Template]:
    """One for each use: going on after the window, news of an order, marketing, a code."""
    return [
        Template(
            name="lanjutkan_percakapan",
            language="id",
            category="UTILITY",
            components=[
                {
                    "type": "BODY",
                    "text": "Halo {{1}}, kami punya jawaban untuk pertanyaan Kakak. "
                    "Balas pesan ini ya, supaya kita bisa lanjut ngobrol.",
                    "example": {"body_text": [["Dewi"]]},
                },
                {"type": "FOOTER", "text": "Toko Nusantara"},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Lanjut"}]},
            ],
        ),
        Template(
            name="lanjutkan_percakapan",
            language="en",
            category="UTILITY",
            components=[
                {
                    "type": "BODY",
                    "text": "Hello {{1}}, we have an answer for you. "
                    "Reply to this message and we can carry on.",
                    "example": {"body_text": [["Emily"]]},
                },
                {"type": "FOOTER", "text": "Toko Nusantara"},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Carry on"}]},
            ],
        ),
        Template(
            name="pesanan_dikirim",
            language="id",
            category="UTILITY",
            components=[
                {"type": "HEADER", "format": "TEXT", "text": "Pesanan {{1}} dikirim"},
                {
                    "type": "BODY",
                    "text": "Halo {{1}}, pesanan Kakak sudah kami serahkan ke {{2}} "
                    "dengan nomor resi {{3}}. Perkiraan tiba {{4}}.",
                    "example": {"body_text": [["Dewi", "JNE", "CGK123", "Jumat"]]},
                },
                {
                    "type": "BUTTONS",
                    "buttons": [
                        {
                            "type": "URL",
                            "text": "Lacak",
                            "url": "https://tokonusantara.example/lacak/{{1}}",
                        },
                        {"type": "QUICK_REPLY", "text": "Ada masalah"},
                    ],
                },
            ],
        ),
        Template(
            name="promo_akhir_pekan",
            language="id",
            category="MARKETING",
            components=[
                {"type": "HEADER", "format": "IMAGE"},
                {
                    "type": "BODY",
                    "text": "Akhir pekan ini batik {{motif}} diskon {{potongan}}. "
                    "Balas STOP bila tidak ingin menerima promo.",
                    "example": {"body_text_named_params": []},
                },
            ],
        ),
        Template(
            name="kode_masuk",
            language="id",
            category="AUTHENTICATION",
            components=[{"type": "BODY", "text": "{{1}} adalah kode verifikasi Anda."}],
        ),
    ]

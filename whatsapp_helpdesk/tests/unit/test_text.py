"""Names and file names of strangers, and recognising short messages."""

from __future__ import annotations

import random

from ...gateway import text
from .case import UnitCase

NAMES = (
    ("Ann Example", "Ann Example"),
    ("  Ann\n\tExample ", "Ann Example"),
    ("\u202eevil\u202c Ann\u2066\u2069\u200f", "evil Ann"),
    ("A\u200bn\u2060n\ufeff\u00ad", "Ann"),
    ("Ann\x00\x07\x1b[31m", "Ann[31m"),
    ("محمد العلي", "محمد العلي"),
    ("مُحَمَّد", "مُحَمَّد"),
    ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs its non-joiner
    ("क\u094d\u200dष", "क\u094d\u200dष"),
    ("A\u200dn\u200cn\u200d", "An\u200cn"),
    ("👨‍👩‍👧‍👦 Family", "👨‍👩‍👧‍👦 Family"),
    ("❤️ Ann 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️ Ann 🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
    ("😀", "😀"),
    ("e\u0301", "é"),
    ("Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306a", "Z\u0300\u0301\u0302\u0303a"),
    ("\u0301Ann", "Ann"),
    ("\u3164\u2800\u200b \u00a0", ""),
    ("\ud83d Ann", "Ann"),
    ("\U000e0041Ann\ue000\U0010ffff", "Ann"),
    ("", ""),
)
FILES = (
    ("invoice.pdf", "", "invoice.pdf"),
    ("../../etc/passwd", "", "passwd"),
    ("C:\\Users\\x\\report.docx", "", "report.docx"),
    ("a\u2215b\uff0fc.txt", "", "c.txt"),
    ("\u202egpj.exe", "", "gpj.exe"),
    ("invoice.pdf" + " " * 60 + ".exe", "", "invoice.pdf .exe"),
    ("photo\u2024jpg\uff0eexe", "", "photo.jpg.exe"),
    ("invoice.pdf.exe", "", "invoice.pdf.exe"),
    ("a\x00b\r\n.pdf", "", "ab .pdf"),
    ('a<b>:"|?*.pdf', "", "a_b______.pdf"),
    (".htaccess", "", "htaccess"),
    ("report.pdf. .", "", "report.pdf"),
    ("CON.txt", "", "_CON.txt"),
    ("lpt1", "", "_lpt1"),
    ("console.txt", "", "console.txt"),
    ("فاتورة ٢٠٢٦.pdf", "", "فاتورة ٢٠٢٦.pdf"),
    ("", "application/pdf", "file.pdf"),
    ("...", "image/png; x=y", "file.png"),
    ("/", "", "file"),
    ("___", "", "file"),
)
THANKS = (
    *(
        "Thanks",
        "thank you!",
        "THX",
        "Thanks a lot :)",
        "thanksss",
        "Ok thanks",
        "Ty 🙏",
    ),
    *("شكرا", "شُكراً جزيلاً", "شكــــرا", "شكراااا 🌹", "تمام شكرا", "يعطيك العافية"),
    *("جزاك الله خيراً", "مشكورة", "Merci !", "Merci beaucoup", "d’accord merci"),
    *(
        "Gracias!!",
        "MUCHAS GRACIAS",
        "muchísimas gracias",
        "Obrigada",
        "Muito obrigado",
    ),
    *("Terima kasih", "makasih kak", "धन्यवाद", "धन्यवाद जी", "shukriya"),
    *("ขอบคุณค่ะ", "ขอบคุณมากครับ 🙏", "Cảm ơn", "cám ơn nhiều", "cam on"),
    *("Teşekkürler", "TEŞEKKÜR EDERİM", "sağ ol", "Vielen Dank", "спасибо", "谢谢"),
    *("🙏", "🙏🏽", "❤️", "🌹🌹"),
)
NOT_THANKS = (
    *("", " ", "ok", "👍", "yes", "no thanks", "Thanks?", "شكرا؟", "thanks but no"),
    *(
        "thanks, it still does not work",
        "thanks 2",
        "شكرا ٢",
        "thanks https://x.example",
    ),
    *(
        "thanks 😡",
        "thank you very much indeed",
        "merci de me rappeler",
        "gracias a dios no",
    ),
    *(
        "لا شكرا",
        "đúng",
        "thank",
        "🙏🔥",
        "thanks.com",
        "no gracias",
        "thank you so very much",
        "a" * 5000,
        "...",
        "!",
    ),
)
OPT_OUT = (
    *("STOP", "stop.", " Stop! ", "Unsubscribe", "Opt-Out", "stop 🛑", "StopAll"),
    *("إيقاف", "ايقاف", "توقّف", "إلغاء الإشتراك", "الغاء الاشتراك", "أوقف الرسائل"),
    *("Arrêt", "ARRET", "se désabonner", "Baja", "darme de baja", "SAIR", "parar"),
    *("cancelar inscrição", "Berhenti", "बंद करें", "หยุด", "dừng", "Hủy đăng ký"),
    *("durdur", "DURDUR", "aboneliği iptal et", "Abmelden", "стоп"),
)
NOT_OPT_OUT = (
    *("", "stop?", "please stop the delivery", "non stop", "đúng", "dung", "cancel"),
    *(
        "إلغاء الطلب",
        "لا",
        "no",
        "end",
        "is the bus stop near",
        "bajar",
        "sair hoje",
        "للا",
    ),
)
OPT_IN = (
    *("START", "Subscribe", "opt in", "ابدأ", "إشتراك", "Démarrer", "ALTA", "iniciar"),
    *("mulai", "शुरू करें", "เริ่ม", "bắt đầu", "Başla", "старт"),
)
HUMAN = (
    *("agent", "Human please!", "I want to talk to a human", "can I speak to someone"),
    *(
        "connect me with an agent please",
        "I don't want a bot, I want to talk to a person",
    ),
    *("can i get a real person", "موظف", "أريد التحدث مع موظف", "ابغى اكلم موظف"),
    *(
        "بدي احكي مع شخص",
        "حولني لخدمة العملاء",
        "ممكن اتكلم مع إنسان؟",
        "عايز اكلم حد مسؤول",
    ),
    *(
        "je veux parler à un conseiller",
        "parler avec quelqu’un",
        "quiero hablar con alguien",
    ),
    *("hablar con una persona", "quero falar com um atendente", "falar com alguém"),
    *("mau bicara dengan admin", "bisa chat sama orang?", "मुझे किसी इंसान से बात करनी है"),
    *("ขอคุยกับเจ้าหน้าที่", "ติดต่อพนักงาน", "tôi muốn gặp nhân viên", "nói chuyện với người"),
    *("müşteri temsilcisi ile görüşmek istiyorum", "mit einem Mitarbeiter sprechen"),
)
NOT_HUMAN = (
    *("", "hello", "my order is late", "I do not want to talk to a human", "agency"),
    *("حدثت مشكلة مع موظف", "لا اريد التحدث مع موظف", "أريد أحد الكتب", "شكرا"),
    *("je ne veux pas parler à un conseiller", "no quiero hablar con nadie"),
    *("the agent yesterday told me to write again about the refund of my last order",),
    *("I want a refund for the phone", "human rights", "gặp vấn đề với nhân viên"),
    "x " * 3000,
)


class TestNames(UnitCase):
    def test_names(self):
        for raw, expected in NAMES:
            with self.subTest(ascii(raw)):
                self.assertEqual(text.clean_name(raw), expected)

    def test_cleaning_twice_changes_nothing(self):
        for raw, _expected in NAMES:
            once = text.clean_name(raw)
            self.assertEqual(text.clean_name(once), once)

    def test_long_names_are_cut_between_visible_characters(self):
        self.assertEqual(text.clean_name("a" * 500), "a" * 99 + "…")
        self.assertEqual(text.clean_name("👨‍👩‍👧‍👦" * 500, 10), "👨‍👩‍👧‍👦…")

    def test_file_names(self):
        for raw, mime, expected in FILES:
            with self.subTest(ascii(raw)):
                self.assertEqual(text.clean_filename(raw, mime), expected)

    def test_a_long_file_name_keeps_its_extension(self):
        for raw in ("a" * 500 + ".pdf", "ف" * 500 + ".pdf", "😀" * 200 + "x.pdf"):
            name = text.clean_filename(raw)
            self.assertTrue(name.endswith("….pdf"), name)
            self.assertLessEqual(len(name), text.MAX_FILENAME)
            self.assertLessEqual(len(name.encode()), text.MAX_FILENAME_BYTES)

    def test_any_file_name_is_safe(self):
        chance = random.Random(5)
        alphabet = [*"aZ. /\\:*?\x00\n\u202e\u200b\ud800é😀ف", "..", "CON", ".exe"]
        for _index in range(2000):
            raw = "".join(chance.choices(alphabet, k=chance.randrange(30)))
            name = text.clean_filename(raw)
            self.assertRegex(name, r'^[^\x00-\x1f<>:"/\\|?*\u202e]+$', ascii(raw))
            self.assertFalse(name.startswith(".") or name.endswith((".", " ")), name)
            name.encode()


class TestWords(UnitCase):
    def check(self, function, yes, no):
        for sentence in yes:
            with self.subTest(sentence):
                self.assertTrue(function(sentence))
        for sentence in no:
            with self.subTest(sentence[:60]):
                self.assertFalse(function(sentence))

    def test_closing_thanks(self):
        self.check(text.is_closing_thanks, THANKS, NOT_THANKS + OPT_OUT)

    def test_opt_out(self):
        self.check(text.opt_out_word, OPT_OUT, NOT_OPT_OUT + THANKS + OPT_IN + HUMAN)

    def test_opt_in(self):
        self.check(text.opt_in_word, OPT_IN, NOT_OPT_OUT + THANKS + OPT_OUT + HUMAN)

    def test_the_word_is_told(self):
        self.assertEqual(text.opt_out_word(" STOP!! "), "stop")
        self.assertEqual(text.opt_out_word("إلغاء الإشتراك"), "الغا الاشتراك")

    def test_a_human_is_asked_for(self):
        self.check(text.asks_for_human, HUMAN, NOT_HUMAN + THANKS + OPT_OUT + OPT_IN)

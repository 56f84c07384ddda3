"""Stop and start words: whole messages, in many languages, and what is none of them."""

from __future__ import annotations

import unicodedata

from ...gateway.words import opt_in_word, opt_out_word
from .case import UnitCase

STOP = {
    "en": "STOP|stop|Stop.|stop!!|  Stop  |*STOP*|ＳＴＯＰ|stoppp|Unsubscribe|opt-out|"
    "Opt out|OPTOUT|stop all|STOPALL|Stop promotions|stop messages|remove me|"
    "no more messages|unsubscribe me|stop texting me|🛑 stop|please stop|stop please",
    "ar": "إيقاف|ايقاف|إيقـــاف|إيقَاف|أوقف|اوقف|توقف|توقفوا|ستوب|إلغاء الاشتراك|"
    "الغاء الاشتراك|الغاء الإشتراك|إلغاء الإشتراك!|وقف الرسائل|وقفوا الرسائل|"
    "أوقفوا الرسائل|بطلوا رسائل|وقّف|لا ترسلوا لي|لا تراسلوني|إيقاف العروض",
    "fr": "arrêt|Arret|ARRÊTER|arreter|arrêtez|Désabonner|desabonner|se désabonner|"
    "me désabonner|désinscription|désinscrire|STOP PUB|stop sms|désabonnement|"
    "plus de messages",
    "es": "baja|BAJA|Darme de baja|dar de baja|Cancelar suscripción|"
    "cancelar suscripcion|no más mensajes|no mas mensajes|parar mensajes|dame de baja|"
    "desuscribir|desuscribirme|no quiero más mensajes",
    "pt": "SAIR|sair|Parar|pare|cancelar inscrição|cancelar inscricao|descadastrar|"
    "sair da lista|descadastre|remover|não quero receber|nao quero mais receber",
    "id": "berhenti|BERHENTI|Berhenti!|berhenti berlangganan|stop kirim|stop promo|"
    "jangan kirim lagi|unreg|UNREG|hentikan|stop wa|berhenti kirim pesan",
    "hi": "रोकें|रोको|बंद करें|बंद करो|बन्द करो|सदस्यता रद्द|सदस्यता समाप्त|स्टॉप|"
    "मैसेज बंद करो|मैसेज मत भेजो|संदेश बंद करें|band karo|message band karo",
    "th": "หยุด|หยุดส่ง|หยุดส่งข้อความ|ยกเลิกการสมัคร|ยกเลิกรับข่าวสาร|เลิกรับข้อความ|"
    "หยุดส่งข้อความค่ะ|ไม่รับข้อความ|เลิกส่ง|ไม่ต้องส่งมาอีก",
    "vi": "dừng|DỪNG|Dừng lại|hủy đăng ký|huỷ đăng ký|ngừng nhận tin|từ chối nhận tin|"
    "huy dang ky|ngừng gửi tin|đừng gửi nữa|tu choi nhan tin",
}
START = {
    "en": "START|start|Start!|unstop|subscribe|opt in|OPT-IN|optin|resume",
    "ar": "ابدأ|إبدأ|بدء|اشتراك|إشتراك|اشترك|تفعيل|استئناف|ستارت",
    "fr": "démarrer|Demarrer|reprendre|commencer|s'abonner|m’abonner|abonnement|"
    "RÉABONNER",
    "es": "alta|ALTA|darme de alta|suscribir|suscribirme|iniciar|reanudar|Suscribirse",
    "pt": "iniciar|começar|COMECAR|recomeçar|inscrever|quero receber|voltar a receber|"
    "Inscrever!",
    "id": "mulai|MULAI|langganan|berlangganan|Mulai!|reg|mulai lagi|BERLANGGANAN",
    "hi": "शुरू|शुरू करें|शुरू करो|सदस्यता लें|स्टार्ट|shuru|shuru karo|शुरु करें",
    "th": "เริ่ม|เริ่ม!|สมัคร|สมัครค่ะ|สมัครรับข่าวสาร|รับข่าวสาร|เริ่มใหม่|สมัครครับ",
    "vi": "bắt đầu|BẮT ĐẦU|đăng ký|dang ky|nhận tin|bat dau|Đăng Ký!|nhận tin lại",
}
#: Work for a person, or part of a talk; never a wish about consent.
NEITHER = """
stop sending the blue one
don't stop
do not stop
stop?
Can you stop the delivery?
please stop the delivery
cancel my order
cancel
end
quit
no
no thanks
not now
never mind
stop by tomorrow
the bus stop is closed
non-stop
stop it already, where is my order
stop order 4411
I want to unsubscribe my newsletter at work, how?
how do I unsubscribe?
start of the month
when do you start
remove me from the group chat with Ali please
remove the item
opt out of what
halt the payment
exit
wait
wrong number
توقف المنتج عن العمل
أوقف الطلب
اوقفوا الشحنة لو سمحتم
إلغاء الطلب
الغاء
هل يمكن إيقاف الاشتراك؟
لا
لا شكرا
متى توقف المحل
بدي اوقف الطلبية
كفاية كلام وين طلبي
بس
arrêtez la livraison
arrêt de bus
annuler ma commande
annuler
stop la livraison
non merci
baja el precio
más bajo
cancelar
cancelar mi pedido
no quiero más el azul
alto precio
alto
kirim lagi
parar en la puerta
sair de casa amanhã
pare na esquina
cancelar pedido
remover o item azul
berhenti di depan rumah
jangan kirim yang biru
batal
पार्सल रोको मत
दुकान बंद है
ऑर्डर रद्द करो
बंद
หยุดวันไหน
หยุดงานวันนี้
ยกเลิก
ยกเลิกออเดอร์
ร้านหยุดไหม
đúng
dung
dừng đơn hàng
hủy
hủy đơn
đăng ký bảo hành thế nào
Bestellung abbestellen
abbestellen
""".strip().splitlines()


class TestConsentWords(UnitCase):
    def _check(self, function, tables):
        for language, words in tables.items():
            variants = words.split("|")
            self.assertGreaterEqual(len(set(variants)), 8, language)
            for word in variants:
                with self.subTest(language=language, word=word):
                    self.assertTrue(function(word))

    def test_invisible_characters_are_no_letters(self):
        for word in (
            "\u200fSTOP\u200f",
            "ST\u200bOP",
            "หยุด\u200bส่ง",
            "إيقاف\u2060",
            "\ufeffdừng",
            unicodedata.normalize("NFD", "dừng lại"),
        ):
            with self.subTest(word=ascii(word)):
                self.assertTrue(opt_out_word(word))

    def test_stop_words(self):
        self._check(opt_out_word, STOP)

    def test_start_words(self):
        self._check(opt_in_word, START)

    def test_no_start_word_stops_and_no_stop_word_starts(self):
        for words in STOP.values():
            for word in words.split("|"):
                with self.subTest(word=word):
                    self.assertFalse(opt_in_word(word))
        for words in START.values():
            for word in words.split("|"):
                with self.subTest(word=word):
                    self.assertFalse(opt_out_word(word))

    def test_what_is_neither(self):
        self.assertGreaterEqual(len(set(NEITHER)), 60)
        for text in NEITHER:
            with self.subTest(text=text):
                self.assertFalse(opt_out_word(text))
                self.assertFalse(opt_in_word(text))

    def test_own_words_in_any_spelling(self):
        own = ("Abmelden99", "لا أريد", "خروج ١")
        for text in ("abmelden99!", "ABMELDEN٩٩", "لا اريد", "خروج 1"):
            with self.subTest(text=text):
                self.assertTrue(opt_out_word(text, own))
                self.assertFalse(opt_out_word(text))

    def test_own_words_are_whole_messages(self):
        self.assertFalse(opt_out_word("no 99 is broken", ("99",)))
        self.assertFalse(opt_out_word("9", ("99",)))
        self.assertFalse(opt_out_word("999", ("9",)))

    def test_empty_own_words_match_nothing(self):
        self.assertFalse(opt_out_word("", ("", "!")))
        self.assertFalse(opt_out_word("!", ("", "!")))

    def test_only_own_words(self):
        self.assertTrue(opt_in_word("Offers", ("offers",), known=False))
        self.assertFalse(opt_in_word("start", ("offers",), known=False))

"""Short messages by language, for :mod:`.words`. Comma-separated, spelled naturally.

A spelling without accents is listed only where it can mean nothing else.
"""

from __future__ import annotations

#: Thank-yous of at most three words.
THANKS = {
    "en": "thanks, thank you, thank u, thankyou, thx, tnx, ty, tks, cheers, "
    "many thanks, thanks a lot, thanks so much, much appreciated",
    "ar": "شكرا, شكرا جزيلا, شكرا لك, شكرا لكم, شكرا كثيرا, شكرا الك, شكرا الكم, "
    "مشكور, مشكورة, مشكورين, متشكر, متشكرة, ممنون, تسلم, تسلمي, تسلموا, يسلمو, يسلموا, "
    "يعطيك العافية, يعطيكم العافية, الله يعطيك العافية, جزاك الله خيرا, "
    "جزاكم الله خيرا, الشكر لك",
    "fr": "merci, merci beaucoup, merci bien, mille mercis, merci infiniment, "
    "merci à vous",
    "es": "gracias, muchas gracias, mil gracias, muchísimas gracias, "
    "muchisimas gracias, gracias a ti, gracias a usted",
    "pt": "obrigado, obrigada, muito obrigado, muito obrigada, brigado, brigada, "
    "obrigadão, obg, valeu",
    "id": "terima kasih, terimakasih, trima kasih, terima kasih banyak, makasih, "
    "makasih banyak, trims, tengkyu",
    "hi": "धन्यवाद, बहुत धन्यवाद, बहुत बहुत धन्यवाद, आपका धन्यवाद, शुक्रिया, "
    "बहुत शुक्रिया, dhanyavad, dhanyawad, bahut dhanyavad, shukriya",
    "th": "ขอบคุณ, ขอบคุณครับ, ขอบคุณค่ะ, ขอบคุณคะ, ขอบคุณมาก, ขอบคุณมากครับ, "
    "ขอบคุณมากค่ะ, ขอบคุณนะครับ, ขอบคุณนะคะ, ขอบคุณมากๆ, ขอบคุณมากๆครับ, "
    "ขอบคุณมากๆค่ะ, ขอบใจ",
    "vi": "cảm ơn, cám ơn, cam on, cảm ơn bạn, cảm ơn anh, cảm ơn chị, cảm ơn em, "
    "cảm ơn shop, cảm ơn nhiều, cám ơn nhiều, cam on nhieu, cam on ban, xin cảm ơn",
    "tr": "teşekkürler, tesekkurler, çok teşekkürler, cok tesekkurler, "
    "teşekkür ederim, tesekkur ederim, teşekkür ederiz, çok teşekkür ederim, sağol, "
    "sagol, sağ ol, sağolun, eyvallah",
    "de": "danke, danke schön, dankeschön, danke sehr, vielen dank",
    "it": "grazie, grazie mille, mille grazie",
    "nl": "bedankt, dank je, dank u, dankjewel",
    "ru": "спасибо, большое спасибо, спасибо большое",
    "he": "תודה, תודה רבה",
    "ur": "شکریہ, بہت شکریہ",
    "fa": "ممنونم, مرسی, متشکرم",
    "sw": "asante, asante sana",
    "pl": "dziękuję, dzieki, dzięki",
    "zh": "谢谢, 謝謝, 谢谢你",
    "ja": "ありがとう, ありがとうございます",
}
#: May stand around a thank-you without changing it.
POLITE = {
    "en": "ok, okay, great, perfect, super, good, nice, very, much, so, sir, madam, "
    "dear, again, bye",
    "ar": "تمام, طيب, حسنا, جدا, اخي, أختي, استاذ",
    "fr": "d'accord, parfait",
    "es": "vale, perfecto",
    "pt": "ótimo, otimo, perfeito, beleza",
    "id": "oke, baik, siap, ya, kak, min, pak, bu",
    "hi": "जी, ठीक, ji",
    "th": "ครับ, ค่ะ, คะ",
    "vi": "dạ, ạ, vâng",
    "tr": "tamam, peki",
    "de": "gut, prima, alles klar",
}
#: Asking for no more messages. Words that could be an order or a request ("cancel",
#: "end") are left out.
OPT_OUT = {
    "en": "stop, stopall, stop all, unsubscribe, opt out, opt-out, optout, "
    "stop messages, stop messaging me, stop promotions, no more messages, remove me, "
    "stop texting me, unsubscribe me, please stop, stop please, stop offers",
    "ar": "إيقاف, توقف, أوقف, أوقفوا, إيقاف الرسائل, أوقف الرسائل, إلغاء الاشتراك, "
    "إلغاء اشتراك, ألغ الاشتراك, ألغي الاشتراك, ستوب, وقف الرسائل, وقف, توقفوا, "
    "أوقفوا الرسائل, وقفوا الرسائل, بطلوا رسائل, لا ترسلوا لي, لا تراسلوني, "
    "إيقاف العروض",
    "fr": "arrêt, arret, arrêter, arreter, arrêtez, arretez, désabonner, desabonner, "
    "se désabonner, me désabonner, désinscription, desinscription, stop pub, "
    "stop sms, désinscrire, desinscrire, désabonnement, desabonnement, "
    "plus de messages",
    "es": "baja, darme de baja, dar de baja, cancelar suscripción, "
    "cancelar suscripcion, no más mensajes, no mas mensajes, parar mensajes, "
    "dame de baja, desuscribir, desuscribirme, no quiero más mensajes, "
    "no quiero mas mensajes",
    "pt": "sair, parar, pare, cancelar inscrição, cancelar inscricao, descadastrar, "
    "sair da lista, descadastre, remover, não quero receber, nao quero receber, "
    "não quero mais receber, nao quero mais receber",
    "id": "berhenti, berhenti berlangganan, stop kirim, stop promo, jangan kirim lagi, "
    "unreg, hentikan, stop wa, berhenti kirim pesan",
    "hi": "रोकें, रोको, बंद करें, बंद करो, बन्द करो, सदस्यता रद्द, सदस्यता समाप्त, स्टॉप, "
    "मैसेज बंद करो, मैसेज मत भेजो, संदेश बंद करें, band karo, message band karo",
    "th": "หยุด, หยุดส่ง, หยุดส่งข้อความ, ยกเลิกการสมัคร, ยกเลิกรับข่าวสาร, เลิกรับข้อความ, "
    "หยุดส่งข้อความค่ะ, หยุดส่งข้อความครับ, ไม่รับข้อความ, เลิกส่ง, ไม่ต้องส่งมาอีก",
    "vi": "dừng, dừng lại, hủy đăng ký, huỷ đăng ký, ngừng nhận tin, từ chối nhận tin, "
    "huy dang ky, tu choi nhan tin, ngừng gửi tin, đừng gửi nữa",
    "tr": "durdur, aboneliği iptal et, abonelikten çık, mesaj gönderme, "
    "mesaj almak istemiyorum",
    "de": "stopp, abmelden",
    "it": "disiscrivimi, annulla iscrizione",
    "nl": "afmelden, uitschrijven",
    "ru": "стоп, отписаться",
    "he": "הסר, הסירו אותי",
    "fa": "لغو اشتراک, توقف ارسال",
}
#: Asking for messages again.
OPT_IN = {
    "en": "start, unstop, subscribe, opt in, opt-in, optin, resume",
    "ar": "ابدأ, بدء, اشتراك, اشترك, تفعيل, تفعيل الاشتراك, استئناف, ستارت",
    "fr": "démarrer, demarrer, reprendre, commencer, s'abonner, m'abonner, abonnement, "
    "réabonner, reabonner",
    "es": "alta, darme de alta, suscribir, suscribirme, suscribirse, iniciar, reanudar",
    "pt": "iniciar, começar, comecar, recomeçar, inscrever, quero receber, "
    "voltar a receber",
    "id": "mulai, langganan, berlangganan, reg, mulai lagi",
    "hi": "शुरू, शुरू करें, शुरु करें, शुरू करो, सदस्यता लें, स्टार्ट, shuru, shuru karo",
    "th": "เริ่ม, เริ่มใหม่, สมัคร, สมัครค่ะ, สมัครครับ, สมัครรับข่าวสาร, รับข่าวสาร",
    "vi": "bắt đầu, bat dau, đăng ký, dang ky, nhận tin, nhận tin lại",
    "tr": "başla, basla, başlat, abone ol",
    "de": "starten, anmelden",
    "it": "inizia, iscrivimi",
    "ru": "старт, подписаться",
    "he": "התחל",
    "fa": "شروع",
}
#: Whole messages that ask for a person.
PERSON = {
    "en": "human, a human, agent, live agent, human agent, support agent, operator, "
    "representative, a person, real person, live chat, human please, agent please",
    "ar": "موظف, إنسان, بشر, شخص حقيقي, خدمة العملاء, موظف خدمة العملاء, ممثل, مندوب",
    "fr": "humain, un humain, conseiller, un conseiller, opérateur, operateur, "
    "une personne",
    "es": "humano, un humano, una persona, agente, un agente, asesor, un asesor, "
    "operador",
    "pt": "atendente, um atendente, uma pessoa, um humano, atendimento humano",
    "id": "orang, manusia, petugas, cs, admin, customer service, minta cs",
    "hi": "इंसान, एजेंट, ऑपरेटर, ग्राहक सेवा",
    "th": "เจ้าหน้าที่, พนักงาน, แอดมิน, คุยกับคน, ขอคุยกับคน",
    "vi": "nhân viên, nhan vien, tư vấn viên, người thật",
    "tr": "insan, temsilci, müşteri temsilcisi, musteri temsilcisi, yetkili, "
    "canlı destek",
    "de": "mensch, ein mensch, mitarbeiter",
    "it": "operatore, una persona",
    "nl": "medewerker",
    "ru": "оператор",
    "he": "נציג",
    "fa": "اپراتور",
}
#: Whole messages that agree.
YES = {
    "en": "yes, y, yep, yeah, yes please, yes it's me, that's me, ok, okay, correct, "
    "confirm, i confirm, sure",
    "ar": "نعم, اي, ايوه, ايوا, أجل, اجل, بلى, اي نعم, نعم أنا, تمام, موافق, موافقة, "
    "صحيح, أكيد, أؤكد, تأكيد, اوكي",
    "fr": "oui, ouais, oui c'est moi, d'accord, je confirme, confirmer",
    "es": "sí, si, sí soy yo, vale, correcto, confirmo, confirmar",
    "pt": "sim, sim sou eu, correto, confirmo, confirmar",
    "id": "ya, iya, yup, betul, benar, setuju",
    "hi": "हाँ, हां, जी हाँ, जी हां, सही, ठीक है, haan, han, ji haan",
    "th": "ใช่, ใช่ครับ, ใช่ค่ะ, ตกลง, ยืนยัน",
    "vi": "có, đúng, vâng, dạ, đồng ý, phải, co, dung",
    "tr": "evet, evet benim, tamam, onaylıyorum",
    "de": "ja, jawohl, ja das bin ich, richtig, bestätigen",
    "it": "sì, sono io, corretto, confermo",
    "nl": "ja, ja dat ben ik, klopt, akkoord",
    "ru": "да, да это я, верно, подтверждаю",
    "he": "כן, כן זה אני, נכון, מאשר",
    "ur": "ہاں, جی ہاں, جی, درست",
    "fa": "بله, آره, بله خودم هستم, درسته, تایید",
    "sw": "ndiyo, ndio, sawa",
    "pl": "tak, tak to ja, zgadza się, potwierdzam",
    "zh": "是, 是的, 对, 確認, 确认",
    "ja": "はい, はい そうです, そうです",
}
#: Whole messages that refuse.
NO = {
    "en": "no, n, nope, no thanks, not me, it's not me, wrong, no it's not me",
    "ar": "لا, كلا, لأ, لا شكرا, ليس أنا, لست أنا, مو اني, مش أنا, مو أنا, خطأ",
    "fr": "non, non merci, ce n'est pas moi, pas moi",
    "es": "no, no gracias, no soy yo",
    "pt": "não, nao, não obrigado, não sou eu",
    "id": "tidak, bukan, bukan saya, tdk, nggak, gak",
    "hi": "नहीं, जी नहीं, nahi, nahin",
    "th": "ไม่, ไม่ใช่, ไม่ใช่ครับ, ไม่ใช่ค่ะ",
    "vi": "không, khong, không phải, không phải tôi",
    "tr": "hayır, hayir, ben değilim",
    "de": "nein, nein danke, das bin ich nicht",
    "it": "no grazie, non sono io",
    "nl": "nee, nee bedankt, dat ben ik niet",
    "ru": "нет, нет это не я, не я",
    "he": "לא, זה לא אני",
    "ur": "نہیں, جی نہیں",
    "fa": "نه, خیر, من نیستم",
    "sw": "hapana, siyo mimi",
    "pl": "nie, to nie ja",
    "zh": "不, 不是, 否, 不是我",
    "ja": "いいえ, ちがいます, 違います",
}

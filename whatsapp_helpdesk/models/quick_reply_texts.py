"""Quick replies that a new installation starts with.

Canned responses have one text each, so every language has replies of its own, found by
shortcuts of its own: typing ``::he`` or ``::مر`` narrows the list to that language.
"""

#: By language (without its country): name of the record, shortcut, text.
QUICK_REPLIES = {
    "en": (
        ("hello", "hello", "Hello! Thank you for your message. How can I help you?"),
        (
            "details",
            "details",
            "Could you send me a few more details, such as your order number or a "
            "photo? Then I can look into it at once.",
        ),
        (
            "moment",
            "one moment",
            "One moment, please. I am checking this for you.",
        ),
        (
            "wait",
            "need more time",
            "This takes a little longer than expected. I have not forgotten you and "
            "will write as soon as I know more.",
        ),
        (
            "forward",
            "colleague",
            "I am handing this over to a colleague who knows more about it. They see "
            "everything we wrote, so you need not repeat anything.",
        ),
        (
            "sorry",
            "sorry",
            "I am sorry for the trouble. Thank you for telling us; I will take care "
            "of it.",
        ),
        (
            "solved",
            "solved",
            "This should be solved now. Could you check whether everything is fine on "
            "your side?",
        ),
        (
            "thanks",
            "thank you",
            "Thank you for writing to us. If there is anything else, just send a "
            "message here.",
        ),
        (
            "address",
            "ask address",
            "Please send me the full address: street, building, city and a number "
            "that the courier can call.",
        ),
        (
            "call",
            "call back",
            "When and on which number may we call you?",
        ),
    ),
    "ar": (
        ("hello", "مرحبا", "مرحباً بك، شكراً لتواصلك معنا. كيف يمكنني مساعدتك؟"),
        (
            "details",
            "تفاصيل",
            "هل يمكنك إرسال مزيد من التفاصيل، مثل رقم الطلب أو صورة؟ بذلك أستطيع "
            "متابعة الموضوع فوراً.",
        ),
        ("moment", "لحظة", "لحظة من فضلك، أتحقق من الأمر الآن."),
        (
            "wait",
            "وقت إضافي",
            "يحتاج الأمر إلى وقت أطول قليلاً من المتوقع. لم أنسَ طلبك وسأكتب لك حال "
            "توفر أي جديد.",
        ),
        (
            "forward",
            "زميل",
            "سأحوّل طلبك إلى زميل مختص. يمكنه الاطلاع على كل ما كتبناه، فلا حاجة إلى "
            "إعادة الشرح.",
        ),
        ("sorry", "عذرا", "نعتذر عن الإزعاج، وشكراً لإبلاغنا. سأتولى الأمر بنفسي."),
        ("solved", "تم الحل", "يفترض أن المشكلة قد حُلّت الآن. هل يمكنك التأكد من ذلك؟"),
        (
            "thanks",
            "شكرا",
            "شكراً لتواصلك معنا. إذا احتجت إلى أي شيء آخر فاكتب لنا هنا في أي وقت.",
        ),
        (
            "address",
            "العنوان",
            "يرجى إرسال العنوان الكامل: الشارع والمبنى والمدينة ورقم هاتف يمكن لمندوب "
            "التوصيل الاتصال به.",
        ),
        ("call", "اتصال", "متى يمكننا الاتصال بك، وعلى أي رقم؟"),
    ),
}

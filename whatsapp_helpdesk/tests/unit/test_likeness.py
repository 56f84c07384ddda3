"""Names that could be the same person's, and names that only look so to a program."""

from __future__ import annotations

from ...gateway import likeness
from .case import UnitCase

#: Written by hand: a person who reads both would ask whether it is the same one.
ALIKE = (
    ("Sara Ali", "Sara Ali"),
    ("Sara Ali", "SARA ALI"),
    ("Sara Ali", "Ali Sara"),
    ("Sara Ali", "  sara   ali 🌸"),
    ("Sara Ali", "Sara Ali Hassan"),
    ("Dr. Sara Ali", "Sara Ali"),
    ("Mr John Smith", "john smith"),
    ("José García", "Jose Garcia"),
    ("Müller, Hans", "Hans Muller"),
    ("Łukasz Nowak", "Lukasz Nowak"),
    ("Đỗ Văn Minh", "Do Minh"),
    ("Ahmed Hassan", "Ahmad Hassan"),
    ("Mohammed Karim", "Mohamed Karim"),
    ("Hassan Omar", "Hasan Omar"),
    ("Anna Petrova", "Ana Petrova"),
    ("Omar Al-Hassan", "Omar Hassan"),
    ("Ali bin Yusuf Khan", "Ali Yusuf Khan"),
    ("Jan van der Berg", "Jan Berg"),
    ("Abdul Rahman Saleh", "Abdulrahman Saleh"),
    ("O'Brien Conor", "Conor O’Brien"),
    ("Jean-Pierre Dupont", "jean pierre dupont"),
    ("Ｓａｒａ Ａｌｉ", "Sara Ali"),
    ("سارة علي", "ساره علي"),
    ("سارة علي", "سارة عليّ"),
    ("أحمد حسن", "احمد حسن"),
    ("إبراهيم خليل", "ابراهيم خليل"),
    ("آمنة محمود", "امنه محمود"),
    ("مُحَمَّد كريم", "محمد كريم"),
    ("محـــمد كريم", "محمد كريم"),
    ("أحمد الحسن", "احمد حسن"),
    ("عبد الله صالح", "عبدالله صالح"),
    ("عبد الرحمن الجبوري", "عبدالرحمن الجبوري"),
    ("د. ليلى مصطفى", "ليلي مصطفى"),
    ("السيد علي كاظم", "علي كاظم"),
    ("علي بن أبي طالب", "علي ابي طالب"),
    ("مريم علی", "مریم علي"),
    ("فاطمة الزهراء حسين", "فاطمه حسين الزهراء"),
    ("王小明", "王小明"),
    ("王小明", "王 小明"),
    ("山田太郎", "山田　太郎"),
    ("김민수", "김 민수"),
    ("สมชาย ใจดี", "สมชายใจดี"),
    ("राहुल शर्मा", "राहुल शर्मा"),
    ("Nguyễn Văn An", "Nguyen Van An"),
    ("Budi Santoso", "Budi Santoso Wijaya"),
    ("Ольга Иванова", "иванова ольга"),
)
DIFFERENT = (
    ("Sara", "Sara Ali"),
    ("Sara", "Sara"),
    ("Ahmed", "Ahmad"),
    ("محمد", "محمد"),
    ("Sara Ali", "سارة علي"),
    ("Mohamed Karim", "محمد كريم"),
    ("Wang Xiaoming", "王小明"),
    ("Mario Rossi", "Maria Rossi"),
    ("Marina Rossi", "Martina Rossi"),
    ("Daniel Weber", "Danielle Weber"),
    ("John Smith", "John Smythe"),
    ("John Smith", "Jane Smith"),
    ("Sara Ali Hassan", "Sara Ali Omar"),
    ("Ahmed Hasen", "Ahmad Hasan"),
    ("Ali Hassan", "Alia Hassan"),
    ("علي حسن", "علي حسين"),
    ("أمير كريم", "أميرة كريم"),
    ("عبد الله صالح", "عبد الرحمن صالح"),
    ("محمد علي حسن", "محمد علي كريم"),
    ("أم أحمد", "أبو أحمد"),
    ("王伟", "王偉明"),
    ("王小明", "王大明"),
    ("김민수", "김민준"),
    ("王", "王"),
    ("राहुल शर्मा", "राहुल वर्मा"),
    ("Nguyễn Văn An", "Nguyễn Thị An"),
    ("+964 770 123 4567", "+964 770 123 4567"),
    ("🌸🌸", "🌸🌸"),
    ("", ""),
    ("Mr Dr", "Mr Dr"),
    ("Ltd 123", "Ltd 456"),
    ("李 Ming", "Ming Li"),
)


class TestLikeness(UnitCase):
    def test_there_are_pairs_of_all_kinds(self):
        self.assertGreaterEqual(len(ALIKE) + len(DIFFERENT), 60)

    def test_names_that_could_be_one_person(self):
        for one, other in ALIKE:
            with self.subTest(one=one, other=other):
                self.assertTrue(likeness.are_alike(one, other))

    def test_names_that_say_nothing(self):
        for one, other in DIFFERENT:
            with self.subTest(one=one, other=other):
                self.assertFalse(likeness.are_alike(one, other))

    def test_order_of_the_two_does_not_matter(self):
        for one, other in ALIKE + DIFFERENT:
            with self.subTest(one=one, other=other):
                self.assertEqual(
                    likeness.are_alike(one, other), likeness.are_alike(other, one)
                )

    def test_search_finds_every_like_name(self):
        """What a database would not find could never be compared."""
        for pair in ALIKE:
            for name, stored in (pair, pair[::-1]):
                with self.subTest(name=name, stored=stored):
                    keys = likeness.get_search_keys(name)
                    folded = likeness.fold(stored)
                    self.assertTrue(any(key in folded for key in keys), folded)

    def test_names_that_are_like_none_are_not_searched(self):
        for name in ("Sara", "محمد", "王", "+964 770 123 4567", "🌸", "", "Mr Dr"):
            with self.subTest(name=name):
                self.assertEqual(likeness.get_search_keys(name), ())

    def test_folding_is_two_texts_that_sql_takes(self):
        self.assertEqual(len(set(likeness.FOLD_FROM)), len(likeness.FOLD_FROM))
        self.assertLess(len(likeness.FOLD_TO), len(likeness.FOLD_FROM))

    def test_endless_names_are_cut(self):
        self.assertLess(len(likeness.name_words("Sara Ali " * 10_000)), 100)

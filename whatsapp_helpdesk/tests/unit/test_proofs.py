"""Codes, tokens, masked names and signed payloads."""

import hashlib
import hmac
import unittest

from ...gateway import proofs, signed, words

NOW = 1_800_000_000


def mac_of(key):
    return lambda text: hmac.new(key, text.encode(), hashlib.sha256).digest()


MAC = mac_of(b"key")


class TestCodes(unittest.TestCase):
    def test_a_code_is_six_digits_and_not_always_the_same(self):
        codes = {proofs.make_code() for _round in range(50)}
        self.assertGreater(len(codes), 40)
        for code in codes:
            self.assertRegex(code, r"\A[0-9]{6}\Z")

    def test_a_code_is_found_as_people_type_it(self):
        for text in (
            "123456",
            " 123456\n",
            "123 456",
            "12 34 56",
            "1 2 3 4 5 6",
            "123-456",
            "١٢٣٤٥٦",
            "١٢٣ ٤٥٦",
            "۱۲۳۴۵۶",
            "\u200f۱۲۳\u200c۴۵۶\u200f",
            "١٢٣456",
            "My code is 123456.",
            "الرمز هو ١٢٣٤٥٦",
        ):
            with self.subTest(text=text):
                self.assertEqual(proofs.find_code(text), "123456")

    def test_another_number_is_no_code(self):
        for text in (
            "",
            "12345",
            "1234567",
            "+964 770 123 4567",
            "order 123456 of 2026",
            "123456 or 654321",
            "I ordered the blue one last week and its number was 123456, please help",
            "1" * 300,
        ):
            with self.subTest(text=text[:40]):
                self.assertEqual(proofs.find_code(text), "")

    def test_nothing_of_a_code_is_left_when_masked(self):
        self.assertEqual(proofs.mask_code("code ١٢٣ 456!"), "code ••• •••!")


class TestTokens(unittest.TestCase):
    def test_a_token_fits_the_narrowest_deep_link_and_is_found_again(self):
        token = proofs.make_token()
        self.assertRegex(token, r"\A[A-Za-z0-9_-]{1,64}\Z")
        self.assertEqual(proofs.find_token(token), token)
        self.assertEqual(proofs.find_token(f"/start {token}\nhello"), token)
        self.assertNotEqual(proofs.make_token(), token)

    def test_what_is_longer_or_shorter_is_no_token(self):
        token = proofs.make_token()
        for text in (token + "x", token[:-1], "x" + token, "join-", ""):
            with self.subTest(text=text):
                self.assertEqual(proofs.find_token(text), "")

    def test_a_masked_name_shows_first_letters_only(self):
        self.assertEqual(proofs.mask_name("Sara  Al-Haddad"), "S••• A•••")
        self.assertEqual(proofs.mask_name("سارة محمد"), "س••• م•••")
        self.assertEqual(proofs.mask_name(""), "")


class TestSigned(unittest.TestCase):
    def _pack(self, **values):
        fields = {"purpose": "link", "number": 42, "value": "yes", "until": NOW + 900}
        return signed.pack(signed.Pressed(**{**fields, **values}), MAC)

    def test_what_was_packed_is_read_back(self):
        found = signed.unpack(self._pack(), MAC, NOW)
        self.assertEqual(
            (found.purpose, found.number, found.value), ("link", 42, "yes")
        )

    def test_the_largest_payload_fits_sixty_four_bytes(self):
        payload = self._pack(
            purpose="p" * 8, number=2**31 - 1, value="v" * 16, until=NOW * 4
        )
        self.assertLessEqual(len(payload.encode()), 64)

    def test_what_does_not_fit_is_refused_when_it_is_made(self):
        for values in (
            {"purpose": "p" * 17},
            {"purpose": ""},
            {"purpose": "Up"},
            {"value": "a:b"},
            {"value": "v" * 17},
            {"number": -1},
            {"purpose": "p" * 16, "number": 2**50, "value": "v" * 16},
        ):
            with self.subTest(values=values), self.assertRaises(ValueError):
                self._pack(**values)

    def test_every_changed_character_is_noticed(self):
        payload = self._pack()
        for index, char in enumerate(payload):
            forged = (
                payload[:index] + ("b" if char != "b" else "c") + payload[index + 1 :]
            )
            with self.subTest(index=index):
                self.assertIsNone(signed.unpack(forged, MAC, NOW))

    def test_another_key_is_noticed(self):
        self.assertIsNone(signed.unpack(self._pack(), mac_of(b"other"), NOW))

    def test_it_ends_in_time_and_never_without_one(self):
        payload = self._pack()
        self.assertIsNotNone(signed.unpack(payload, MAC, NOW + 899))
        self.assertIsNone(signed.unpack(payload, MAC, NOW + 960))
        self.assertIsNotNone(signed.unpack(self._pack(until=0), MAC, NOW * 2))

    def test_texts_that_are_none_are_none(self):
        for text in ("", "yes", "!", "!link:::", "STOP", "\ud800", self._pack() + "\n"):
            with self.subTest(text=text):
                self.assertIsNone(signed.unpack(text, MAC, NOW))


class TestYesAndNo(unittest.TestCase):
    def test_words_of_many_languages(self):
        for word in (
            "Yes",
            "YES!",
            "نعم",
            "أجل",
            "Oui",
            "sí",
            "हाँ",
            "Evet",
            "بله",
            "はい",
        ):
            with self.subTest(word=word):
                self.assertEqual(words.yes_or_no(word), "yes")
        for word in ("No", "لا", "Non", "não", "नहीं", "Hayır", "نه", "Нет", "いいえ"):
            with self.subTest(word=word):
                self.assertEqual(words.yes_or_no(word), "no")

    def test_no_list_contradicts_the_other(self):
        self.assertFalse(words._YES & words._NO)

    def test_a_sentence_is_neither(self):
        for text in ("yes?", "yes and where is my order", "no idea", "", "👍"):
            with self.subTest(text=text):
                self.assertEqual(words.yes_or_no(text), "")

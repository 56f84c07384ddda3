import base64
import json
import unittest

from ...gateway import forget
from ...gateway.telegram.provider import TelegramProvider
from ...gateway.whatsapp.provider import WhatsAppProvider

ANA, BO = "9647701234567", "9647709999999"
parse = WhatsAppProvider.parse


def body(*items, contacts=(ANA, BO), **value):
    return json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": "1",
                    "changes": [
                        {
                            "field": "messages",
                            "value": {
                                "metadata": {"phone_number_id": "2"},
                                "contacts": [
                                    {"wa_id": phone, "profile": {"name": phone[-3:]}}
                                    for phone in contacts
                                ],
                                "messages": list(items),
                                **value,
                            },
                        }
                    ],
                }
            ],
        }
    ).encode()


def text(phone, mid, words="Hello"):
    return {
        "id": mid,
        "from": phone,
        "timestamp": "1748811473",
        "type": "text",
        "text": {"body": words},
    }


def card(phone, mid, number):
    return {
        "id": mid,
        "from": phone,
        "timestamp": "1748811473",
        "type": "contacts",
        "contacts": [{"name": {"formatted_name": "X"}, "phones": [{"phone": number}]}],
    }


VALUES = forget.spellings([f"+{ANA}"])


class TestWithout(unittest.TestCase):
    def test_others_in_the_same_body_stay_exactly_as_they_were(self):
        whole = body(text(ANA, "a1", "secret"), text(BO, "b1"), text(ANA, "a2"))
        rest = forget.without(whole, parse, VALUES)
        self.assertNotIn(ANA.encode(), rest)
        self.assertNotIn(b"secret", rest)
        self.assertEqual(
            [u for u in parse(rest) if u.external_id],
            [u for u in parse(whole) if u.external_id == "b1"],
        )

    def test_statuses_about_the_person_go_too(self):
        statuses = [
            {"id": f"s{phone[-1]}", "status": "read", "recipient_id": phone}
            for phone in (ANA, BO)
        ]
        whole = body(text(BO, "b1"), contacts=(BO,), statuses=statuses)
        rest = forget.without(whole, parse, VALUES)
        self.assertNotIn(ANA.encode(), rest)
        self.assertEqual(len(parse(rest)), 2)

    def test_nothing_is_left_of_a_body_of_one_person(self):
        self.assertIsNone(forget.without(body(text(ANA, "a1")), parse, VALUES))

    def test_what_others_wrote_about_the_person_is_theirs(self):
        whole = body(card(BO, "b1", f"+{ANA}"), text(ANA, "a1"), contacts=(BO,))
        rest = forget.without(whole, parse, VALUES)
        self.assertEqual([u.external_id for u in parse(rest)], ["b1"])
        self.assertEqual(parse(rest)[0].contacts, parse(whole)[0].contacts)

    def test_what_cannot_be_read_is_not_kept(self):
        self.assertIsNone(forget.without(b"{" + ANA.encode(), parse, VALUES))

    def test_an_unknown_thing_that_mentions_the_person_is_theirs(self):
        whole = json.dumps({"entry": [{"id": ANA}, {"id": "x", "changes": []}]})
        rest = forget.without(whole.encode(), parse, VALUES)
        self.assertEqual([u.kind.value for u in parse(rest)], ["unknown"])
        self.assertNotIn(ANA.encode(), rest)

    def test_what_the_person_wrote_in_a_group_is_theirs(self):
        """It says nobody's address, but who wrote stands in it."""
        message = {
            "message_id": 5,
            "from": {"id": int(ANA), "first_name": "Ana"},
            "chat": {"id": -77, "type": "group"},
            "text": "Hello all",
        }
        whole = json.dumps({"update_id": 1, "message": message}).encode()
        parse = TelegramProvider.parse
        self.assertIsNone(forget.without(whole, parse, VALUES))
        kept = forget.without(whole, parse, forget.spellings([BO]))
        self.assertEqual(json.loads(kept), json.loads(whole))


class TestHides(unittest.TestCase):
    def test_a_number_is_found_inside_an_encoded_identifier(self):
        raw = b"\x1d\x12\x0c\x18\x0c" + ANA.encode() + b"\x15\x02\x00\x12\x18\x14ABCDEF"
        identifier = "message:wamid." + base64.b64encode(raw).decode()
        self.assertTrue(forget.hides(identifier, VALUES))
        self.assertFalse(forget.hides(identifier, forget.spellings([f"+{BO}"])))

    def test_a_plain_identifier_is_found(self):
        self.assertTrue(forget.hides(f"status:1:{ANA}", VALUES))
        self.assertFalse(forget.hides("status:1:2", VALUES))

    def test_a_short_address_is_no_part_of_other_identifiers(self):
        self.assertTrue(forget.hides("message:7", frozenset({"7"})))
        self.assertFalse(forget.hides("message:9647705550000", frozenset({"7"})))

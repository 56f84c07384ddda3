from __future__ import annotations

import json
import random
from typing import Any

from ...gateway.errors import InvalidHandshake, MalformedPayload
from ...gateway.updates import AddressKind, Kind, Scope, Update
from ...gateway.whatsapp import people
from ...gateway.whatsapp.webhook import answer_challenge, parse_body
from .case import UnitCase, sample, sample_names


def body_of(value: Any, field: str = "messages", **entry: Any) -> bytes:
    change = {"field": field, "value": value}
    return json.dumps({"entry": [{"id": "w", "changes": [change], **entry}]}).encode()


def text_message(**more: Any) -> dict[str, Any]:
    return {"id": "wamid.A", "type": "text", "text": {"body": "x"}, **more}


class TestWhatsappHandshake(UnitCase):
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": "tôken",
        "hub.challenge": "42",
    }

    def test_challenge_is_given_back_as_it_is(self):
        self.assertEqual(answer_challenge(self.query, "tôken"), "42")

    def test_anything_missing_is_refused(self):
        for name in self.query:
            query = {key: value for key, value in self.query.items() if key != name}
            with self.subTest(name), self.assertRaises(InvalidHandshake):
                answer_challenge(query, "tôken")

    def test_empty_token_never_matches(self):
        query = {**self.query, "hub.verify_token": ""}
        with self.assertRaises(InvalidHandshake):
            answer_challenge(query, "")

    def test_other_mode_is_refused(self):
        with self.assertRaises(InvalidHandshake):
            answer_challenge({**self.query, "hub.mode": "unsubscribe"}, "tôken")


class TestWhatsappDecoding(UnitCase):
    def test_hostile_bodies_are_malformed_as_a_whole(self):
        deep = b'{"entry":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
        cases = {
            "twice": b'{"entry":[],"entry":[]}',
            "twice, inside": b'{"entry":[{"id":"1","id":"2"}]}',
            "NaN": b'{"entry":NaN}',
            "infinite": b'{"entry":-Infinity}',
            "overflow": b'{"entry":1e999}',
            "long number": b'{"entry":' + b"9" * 5000 + b"}",
            "nested": deep,
            "nested, less": b'{"entry":' + b"[" * 150 + b"]" * 150 + b"}",
            "rest": b'{"entry":[]} {}',
            "not UTF-8": b'{"entry":"\xff"}',
            "UTF-16": '{"entry":[]}'.encode("utf-16"),
        }
        for name, body in cases.items():
            with self.subTest(name), self.assertRaises(MalformedPayload):
                parse_body(body)

    def test_malformed_error_does_not_quote_the_body(self):
        for body in (b'{"secret words', b'{"secret":"\xff"}'):
            with self.assertRaises(MalformedPayload) as caught:
                parse_body(body)
            self.assertNotIn("secret", str(caught.exception))

    def test_byte_order_mark_and_blanks_are_harmless(self):
        body = b"\xef\xbb\xbf \n" + sample("whatsapp/text_plain") + b"\n"
        self.assertEqual(parse_body(body), parse_body(sample("whatsapp/text_plain")))

    def test_unescaped_text_reads_like_escaped_text(self):
        body = sample("whatsapp/text_arabic_emoji")
        plain = json.dumps(json.loads(body), ensure_ascii=False).encode()
        self.assertEqual(parse_body(plain), parse_body(body))

    def test_unstorable_characters_are_gone_everywhere(self):
        message = text_message(**{"from": "1\x00", "odd\x00": "\ud800", "id": "a\x00"})
        for update in parse_body(body_of({"messages": [message]})):
            shown = repr(update) + repr(update.raw)
            self.assertNotIn("\\x00", shown)
            self.assertNotIn("\\ud800", shown)

    def test_every_body_gives_an_update(self):
        for body in (b"{}", b'{"entry":[]}', b'{"entry":[{}]}', b'{"entry":{}}'):
            with self.subTest(body):
                self.assertEqual([u.kind for u in parse_body(body)], [Kind.UNKNOWN])

    def test_junk_gives_one_malformed_update_each(self):
        for junk in (None, 1, "x", [], [[]], True):
            with self.subTest(junk):
                found = parse_body(body_of({"messages": [junk], "statuses": [junk]}))
                self.assertEqual([u.kind for u in found], [Kind.MALFORMED] * 2)

    def test_status_that_says_nothing_is_malformed(self):
        for status in ({"id": "w1"}, {"status": "read"}, {}):
            with self.subTest(status):
                (update,) = parse_body(body_of({"statuses": [status]}))
                self.assertIs(update.kind, Kind.MALFORMED)

    def test_large_batches_are_read_whole(self):
        contacts = [{"wa_id": str(10**9 + n)} for n in range(1000)]
        messages = [
            text_message(**{"from": str(10**9 + n), "id": f"wamid.{n}"})
            for n in range(1000)
        ]
        value = {"contacts": contacts[::-1], "messages": messages}
        found = parse_body(body_of(value))
        self.assertEqual(len({update.key for update in found}), 1000)

    def test_lone_object_counts_as_a_list_of_one(self):
        found = parse_body(body_of({"messages": text_message()}))
        self.assertEqual([u.kind for u in found], [Kind.MESSAGE])


class TestWhatsappPeople(UnitCase):
    def parse(self, contacts: Any, *messages: Any) -> list[Update]:
        return parse_body(body_of({"contacts": contacts, "messages": list(messages)}))

    def test_contacts_are_matched_by_id_not_by_position(self):
        contacts = [
            {"wa_id": "111111", "profile": {"name": "One"}},
            {"user_id": "US.2", "profile": {"name": "Two"}},
        ]
        found = self.parse(
            contacts,
            text_message(from_user_id="US.2"),
            text_message(**{"from": "111111"}),
            text_message(**{"from": "333333"}),
        )
        self.assertEqual([u.name for u in found], ["Two", "One", ""])

    def test_single_contact_is_taken_only_for_a_single_sender(self):
        contact = [{"user_id": "US.2", "profile": {"name": "Two"}}]
        one = self.parse(contact, text_message(**{"from": "111111"}))
        self.assertEqual((one[0].name, one[0].aliases), ("Two", ("US.2",)))
        two = self.parse(
            contact, text_message(**{"from": "111111"}), text_message(id="wamid.B")
        )
        self.assertEqual([u.name for u in two], ["", ""])

    def test_contradicting_contact_is_left_out(self):
        contact = [{"wa_id": "5521990000077", "profile": {"name": "Other"}}]
        (update,) = self.parse(contact, text_message(**{"from": "5511990000077"}))
        self.assertEqual((update.name, update.aliases), ("", ()))

    def test_spellings_of_one_number_do_not_contradict(self):
        pairs = (
            ("5511990000077", "551190000077"),
            ("5215550000077", "525550000077"),
            ("5491150000077", "541150000077"),
        )
        for sender, wa_id in pairs:
            with self.subTest(sender):
                found = self.parse([{"wa_id": wa_id}], text_message(**{"from": sender}))
                self.assertEqual(found[0].aliases, (f"+{wa_id}",))

    def test_addresses_are_classified_by_their_value(self):
        phone, bsuid, parent, other = (
            people.address(value)
            for value in ("+250 788 000 200", "RW.Ab12", "RW.ENT.Ab12", "WHO_EVER")
        )
        self.assertEqual(
            (phone.kind, phone.value), (AddressKind.PHONE, "+250788000200")
        )
        self.assertEqual(
            (bsuid.kind, bsuid.scope), (AddressKind.BSUID, Scope.PORTFOLIO)
        )
        self.assertEqual(parent.kind, AddressKind.PARENT_BSUID)
        self.assertEqual(
            (other.kind, other.scope), (AddressKind.USER_ID, Scope.ACCOUNT)
        )
        self.assertIsNone(people.address("120363000000000001@g.us"))
        self.assertIsNone(people.address(""))

    def test_phone_comes_first(self):
        contact = {"user_id": "US.2", "parent_user_id": "US.ENT.2", "wa_id": "111111"}
        (update,) = self.parse([contact], text_message(from_user_id="US.2"))
        self.assertEqual(update.identity, "+111111")
        self.assertEqual(update.aliases, ("US.2", "US.ENT.2"))

    def test_a_name_cannot_forge_the_old_user_id(self):
        (update,) = parse_body(sample("whatsapp/system_user_id_forged_name"))
        self.assertEqual(update.details["previous_user_id"], "DE.Ab3400XyZ9001")
        self.assertNotIn("GB.1200345600789012", update.aliases)

    def test_identity_never_moves_to_a_placeholder(self):
        system = {"type": "user_changed_number", "new_wa_id": "NEW_NUMBER"}
        message = {"from": "111111", "id": "i", "type": "system", "system": system}
        (update,) = parse_body(body_of({"messages": [message]}))
        self.assertEqual(update.identity, "+111111")
        self.assertNotIn("current_phone", update.details)


class TestWhatsappKeys(UnitCase):
    def key(self, value: Any, field: str = "messages", **entry: Any) -> str:
        (update,) = parse_body(body_of(value, field, **entry))
        return update.key

    def test_statuses_of_one_message_have_keys_of_their_own(self):
        keys = {
            self.key({"statuses": [{"id": "w1", "status": state, **more}]})
            for state in ("sent", "read")
            for more in ({}, {"recipient_participant_id": "1"})
        }
        self.assertEqual(len(keys), 4)

    def test_edits_of_one_message_have_keys_of_their_own(self):
        keys = set()
        for text in ("a", "b"):
            inner = {"type": "text", "text": {"body": text}}
            edit = {"original_message_id": "w1", "message": inner}
            keys.add(
                self.key({"messages": [{"id": "w1", "type": "edit", "edit": edit}]})
            )
        self.assertEqual(len(keys), 2)

    def test_content_key_ignores_the_order_of_keys(self):
        one = self.key({"event": "E", "restriction_info": []}, "account_update", time=1)
        two = self.key({"restriction_info": [], "event": "E"}, "account_update", time=1)
        other = self.key(
            {"event": "E", "restriction_info": []}, "account_update", time=2
        )
        self.assertEqual(one, two)
        self.assertNotEqual(one, other)

    def test_endless_id_gives_a_short_key(self):
        key = self.key({"messages": [text_message(id="w" * 100_000)]})
        self.assertLess(len(key), 200)


class TestWhatsappCalls(UnitCase):
    def call(self, **call: Any) -> dict[str, Any]:
        value = {"metadata": {"display_phone_number": "12025550100"}, "calls": [call]}
        return parse_body(body_of(value, "calls"))[0].details

    def test_missed_means_ended_before_it_was_taken(self):
        user = {"direction": "USER_INITIATED", "event": "terminate"}
        self.assertTrue(self.call(**user)["missed"])
        self.assertTrue(self.call(**user, status="COMPLETED", duration=0)["missed"])
        self.assertFalse(self.call(**user, duration=3)["missed"])
        self.assertFalse(self.call(**user, start_time="1790000000")["missed"])
        self.assertFalse(self.call(**{**user, "event": "connect"})["missed"])
        self.assertFalse(
            self.call(direction="BUSINESS_INITIATED", event="terminate")["missed"]
        )

    def test_direction_is_inferred_from_the_sender(self):
        self.assertEqual(self.call(**{"from": "12025550100"})["direction"], "outbound")
        self.assertEqual(self.call(**{"from": "33639980001"})["direction"], "inbound")

    def test_errors_without_a_call_concern_the_account(self):
        found = parse_body(body_of({"errors": [{"code": 138000}]}, "calls"))
        self.assertEqual([u.kind for u in found], [Kind.ACCOUNT])


class TestWhatsappFuzz(UnitCase):
    """Bodies with parts taken out or replaced: nothing but an update comes of them."""

    junk = (None, 0, -1, 2.5, True, "", "x", "\u0661\u0662", [], {}, [None], {"id": 7})

    def places(self, value: Any) -> list[tuple[Any, Any]]:
        found: list[tuple[Any, Any]] = []
        stack = [value]
        while stack:
            item = stack.pop()
            keys = range(len(item)) if isinstance(item, list) else list(item)
            for key in keys:
                found.append((item, key))
                if isinstance(item[key], dict | list):
                    stack.append(item[key])
        return found

    def mutated(self, chance: random.Random, body: bytes) -> bytes:
        value = json.loads(body)
        for _step in range(chance.randint(1, 3)):
            places = self.places(value)
            if not places:
                break
            holder, key = chance.choice(places)
            if chance.random() < 0.5:
                del holder[key]
            else:
                holder[key] = chance.choice(self.junk)
        return json.dumps(value).encode()

    def test_mutated_samples_never_raise(self):
        chance = random.Random(20261122)
        for name in sample_names("whatsapp"):
            body = sample(f"whatsapp/{name}")
            for round_ in range(12):
                changed = self.mutated(chance, body)
                with self.subTest(name, round=round_):
                    updates = parse_body(changed)
                    self.assertTrue(updates)
                    self.assertEqual(parse_body(changed), updates)
                    for update in updates:
                        self.assertTrue(update.key)
                        # What broke deep inside would show as an exception's name.
                        reason = update.error.title if update.error else ""
                        self.assertFalse(reason.endswith("Error"), reason)

    def test_broken_neighbours_do_not_change_the_number_of_updates(self):
        messages = [text_message(id=f"wamid.{n}") for n in range(10)]
        expected = len(parse_body(body_of({"messages": messages})))
        chance = random.Random(7)
        for _round in range(50):
            broken = list(messages)
            broken[chance.randrange(10)] = chance.choice(self.junk)
            found = parse_body(body_of({"messages": broken}))
            self.assertEqual(len(found), expected)
            good = [update for update in found if update.kind is Kind.MESSAGE]
            self.assertGreaterEqual(len(good), 9)

"""The test phone over HTTP: the same way in and out as a real channel, and no more."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.sandbox_phone import FILES, SENDS
from ..gateway.outgoing import Button, OutButtons, OutLink, OutList, Row
from ..models.messaging_sandbox_link import PAGE, SWITCH
from .outbound_case import PNG
from .phone_case import PhoneCase

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@tagged("post_install", "-at_install", "wh_http")
class TestPhonePage(PhoneCase):
    def _get_page(self, **params):
        return self.url_open(PAGE, timeout=60, **params)

    def test_page_is_not_there_unless_switched_on(self):
        self.env["ir.config_parameter"].set_param(SWITCH, False)
        with mute_logger("odoo.http"):
            self.assertEqual(self._get_page().status_code, 404)

    def test_page_says_that_it_is_not_to_be_indexed_framed_or_cached(self):
        headers = self._get_page().headers
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])

    def test_page_runs_no_code_but_its_bundle(self):
        page = self._get_page()
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("script-src 'self';", policy)
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page.text)
        self.assertEqual(inline, [' id="phone-data" type="application/json"'])
        self.assertFalse(re.findall(r"<[^>]+\son\w+=", page.text))

    def test_page_holds_no_name_and_no_address(self):
        page = self._get_page().text
        self.assertNotIn(self.phone_account.name, page)
        self.assertNotIn(self.token, page)

    def test_page_is_right_to_left_in_arabic(self):
        self.env["res.lang"]._activate_lang("ar_001")
        page = self.url_open(f"{PAGE}?lang=ar_001", timeout=60).text
        self.assertIn('dir="rtl"', page)

    def test_every_sentence_of_the_page_can_be_translated(self):
        self.env["res.lang"]._activate_lang("ar_001")
        view = self.env.ref("whatsapp_helpdesk.sandbox_phone_page")
        view.update_field_translations(
            "arch_db", {"ar_001": {"You are the customer": "أنت الزبون"}}
        )
        page = self.url_open(f"{PAGE}?lang=ar_001", timeout=60).text
        self.assertTrue(page.lstrip().startswith("<!DOCTYPE html>"))
        self.assertIn("أنت الزبون", page)

    def test_page_leaves_no_session(self):
        self.assertNotIn("Set-Cookie", self._get_page().headers)


@tagged("post_install", "-at_install", "wh_http")
class TestPhoneMessages(PhoneCase):
    # -- from the phone ----------------------------------------------------------------

    def test_message_becomes_a_ticket_of_a_test_contact(self):
        message = self._send(text="Where is my order?")
        case = message.helpdesk_ticket_id
        self.assertEqual(case.name, "Where is my order?")
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(case.partner_id.name, "Layla Test")
        self.assertTrue(case.partner_id.is_messaging_test)

    def test_test_customer_is_left_out_of_figures(self):
        message = self._send(text="Count me not")
        facts = self.env["helpdesk.message.fact"].search(
            [("ticket_id", "=", message.helpdesk_ticket_id.id)]
        )
        self.assertTrue(message.helpdesk_ticket_id.is_test)
        self.assertEqual(facts.mapped("is_test"), [True] * len(facts))
        self.assertTrue(facts)

    def test_test_customer_never_is_a_real_contact(self):
        real = self.env["res.partner"].create(
            {"name": "Layla Test", "phone": self.link.external_id}
        )
        message = self._send(text="Hello")
        self.assertNotEqual(message.author_id, real)
        self.assertFalse(real.is_messaging_test)

    def test_own_message_shows_as_received(self):
        self._send(text="Hello *there*", reference="a" * 24)
        [shown] = self._get_shown()
        self.assertEqual(shown["text"], "Hello *there*")
        self.assertEqual(shown["reference"], "a" * 24)
        self.assertEqual((shown["direction"], shown["state"]), ("in", "received"))

    def test_repeated_request_is_one_message(self):
        for _time in range(2):
            self._send(text="Once", reference="b" * 24)
        self.assertEqual(len(self._get_messages("in")), 1)

    def test_empty_and_too_long_messages_are_refused(self):
        for text in ("", "   ", "x" * 4097):
            response = self._ask("send", {"type": "text", "text": text})
            self.assertEqual(response.status_code, 400)
            self.assertTrue(response.json()["error"])

    def test_nonsense_is_refused_without_a_trace(self):
        bodies = ("[]", "{", '"x"', '{"type": []}', '{"type": "location"}', "\x00")
        for body in bodies:
            response = self._ask("send", data=body)
            self.assertEqual(response.status_code, 400, body)
        self.assertFalse(self._get_updates_of_phone())

    def _get_updates_of_phone(self):
        return self.env["messaging.update"].search(
            [("connection_id", "=", self.sandbox.id)]
        )

    def test_location_and_contact_show_as_sent(self):
        place = {"latitude": 33.3, "longitude": 44.4, "name": "Home"}
        self._send(type="location", location=place)
        self._send(type="contact", contact={"name": "Ali", "phones": ["+964 770"]})
        location, contact = self._get_shown()
        self.assertEqual(location["location"]["latitude"], 33.3)
        self.assertEqual(location["location"]["name"], "Home")
        self.assertEqual(contact["contact"]["name"], "Ali")

    def test_only_an_answer_to_a_request_is_an_own_contact(self):
        card = {"name": "Layla", "phones": ["+962790000034"]}
        known = []
        for own in (False, "yes", True):
            sent = self._send(type="contact", contact={**card, "own": own})
            addresses = sent.messaging_identity_id.address_ids.mapped("value")
            known.append("+962790000034" in addresses)
        self.assertEqual(known, [False, False, True])

    def test_place_that_is_not_on_earth_is_refused(self):
        for latitude in (91, "nan", None):
            place = {"latitude": latitude, "longitude": 0}
            values = {"type": "location", "location": place, "reference": "c" * 24}
            self.assertEqual(self._ask("send", values).status_code, 400)

    def test_reaction_is_put_and_taken_back(self):
        self._send(text="Hello")
        answer = self._answer("Good morning")
        [shown] = self._get_shown(direction="out")
        for emoji, expected in (("👍", ["👍"]), ("", [])):
            self._send(type="reaction", target=shown["external_id"], emoji=emoji)
            answer.invalidate_recordset()
            self.assertEqual(answer.reaction_ids.mapped("content"), expected)
            [shown] = self._get_shown(direction="out")
            self.assertEqual([each["emoji"] for each in shown["reactions"]], expected)

    def test_reply_quotes_the_agents_message(self):
        self._send(text="Hello")
        answer = self._answer("Which order?")
        [shown] = self._get_shown(direction="out")
        reply = self._send(text="That one", reply_to=shown["external_id"])
        self.assertEqual(reply.parent_id, answer)
        self.assertEqual(self._get_shown()[-1]["quote"]["text"], "Which order?")

    # -- to the phone ------------------------------------------------------------------

    def test_answer_reaches_the_phone(self):
        self._send(text="Hello")
        self._answer("We are on it")
        [shown] = self._get_shown(direction="out")
        self.assertEqual(shown["text"], "We are on it")

    def test_unsent_answer_does_not_show(self):
        self._send(text="Hello")
        self._take_case()
        self.conversation.with_user(self.agent).message_post(
            body="Not yet", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(self._get_shown(direction="out"))

    def test_phone_reports_delivered_and_read(self):
        self._send(text="Hello")
        answer = self._answer("We are on it")
        [shown] = self._get_shown(direction="out")
        for state in ("delivered", "read"):
            self._ask("receipts", {"state": state, "messages": [shown["id"]]})
            self._process()
            answer.invalidate_recordset()
            self.assertEqual(answer.messaging_state, state)

    def test_phone_cannot_report_a_failure(self):
        self._send(text="Hello")
        answer = self._answer("We are on it")
        ids = answer.messaging_part_ids.ids
        self._ask("receipts", {"state": "failed", "messages": ids})
        self._process()
        self.assertEqual(answer.messaging_state, "accepted")

    def test_agents_reading_shows_on_the_phone(self):
        message = self._send(text="Hello")
        self._take_case()
        member = self.conversation.channel_member_ids
        member.with_user(self.agent)._mark_as_read(message.id)
        self._run_sender()
        self.assertEqual(self._get_shown()[0]["state"], "read")

    def test_nothing_new_is_answered_without_messages(self):
        self._send(text="Hello")
        version = self._sync()["version"]
        self.assertNotIn("messages", self._sync(version=version))

    def test_earlier_messages_are_announced_and_shown_on_demand(self):
        for text in ("one", "two", "three"):
            self._send(text=text)
        answer = self._sync(limit=2)
        self.assertEqual([m["text"] for m in answer["messages"]], ["two", "three"])
        self.assertTrue(answer["has_earlier"])
        self.assertFalse(self._sync(limit=3)["has_earlier"])

    # -- choices -----------------------------------------------------------------------

    def test_pressed_button_is_received_as_one(self):
        self._send(text="Hello")
        part = self._offer(OutButtons("How was it?", (Button("good", "Good"),)))
        [shown] = self._get_shown(direction="out")
        self.assertEqual(shown["buttons"], [{"payload": "good", "title": "Good"}])
        message = self._send(type="button", part=part.id, payload="good")
        received = message.messaging_part_ids
        self.assertEqual((received.kind, received.payload["body"]), ("button", "Good"))
        self.assertEqual(message.parent_id, part.mail_message_id)

    def test_picked_row_is_received_as_one(self):
        self._send(text="Hello")
        part = self._offer(OutList("What is it?", "Choose", (Row("b", "Bill"),)))
        message = self._send(type="list", part=part.id, payload="b")
        self.assertEqual(message.messaging_part_ids.kind, "list")

    def test_button_that_was_not_offered_cannot_be_pressed(self):
        self._send(text="Hello")
        part = self._offer(OutButtons("How was it?", (Button("good", "Good"),)))
        values = {"type": "button", "part": part.id, "reference": "d" * 24}
        response = self._ask("send", {**values, "payload": "refund-all"})
        self.assertEqual(response.status_code, 400)

    def test_link_with_another_scheme_is_no_button(self):
        self._send(text="Hello")
        self._offer(OutLink("Look", "Open", "javascript:alert(1)"))
        [shown] = self._get_shown(direction="out")
        self.assertNotIn("link", shown)

    # -- files -------------------------------------------------------------------------

    def test_picture_is_fetched_by_the_helpdesk_and_shown_on_the_phone(self):
        self._send_file("photo.png", PNG, "image/png", media="image", text="Look")
        message = self._get_messages("in")
        self.assertEqual(message.attachment_ids.raw, PNG)
        [shown] = self._get_shown()
        self.assertEqual((shown["text"], shown["file"]["kind"]), ("Look", "image"))
        response = self._ask(f"media/{shown['id']}")
        self.assertEqual(response.content, PNG)
        self.assertEqual(response.headers["Content-Type"], "image/png")

    def test_page_sent_as_picture_is_a_file_to_save(self):
        for name, content in (("page.png", HTML), ("drawing.svg", SVG)):
            self._send_file(name, content, "image/png", media="image")
            shown = self._get_shown()[-1]
            self.assertEqual(shown["file"]["kind"], "document")
            response = self._ask(f"media/{shown['id']}")
            self.assertEqual(
                response.headers["Content-Type"], "application/octet-stream"
            )

    def test_large_file_is_refused(self):
        response = self._send_file(
            "big.bin",
            b"\0" * (5 * 1024 * 1024 + 1),
            "application/pdf",
            media="document",
        )
        self.assertEqual(response.status_code, 400)
        self.assertIn("5", response.json()["error"])

    def test_agents_file_is_shown(self):
        self._send(text="Hello")
        Attachment = self.env["ir.attachment"].with_user(self.agent)
        attachment = Attachment.create(
            {"name": "photo.png", "raw": PNG, "res_model": "mail.compose.message"}
        )
        self._answer("Here", attachment_ids=attachment.ids)
        [shown] = self._get_shown(direction="out")
        self.assertEqual(self._ask(f"media/{shown['id']}").content, PNG)


@tagged("post_install", "-at_install", "wh_http")
class TestPhoneLimits(PhoneCase):
    """What a phone must not reach, and when it ends."""

    def _assert_gone(self, **options):
        response = self._ask("sync", **options)
        self.assertEqual(response.status_code, 404)
        self.assertNotIn("messages", response.json())

    # -- other people's matters --------------------------------------------------------

    def test_notes_never_reach_the_phone(self):
        self._send(text="Hello")
        self._take_case()
        note = self.conversation.with_user(self.agent).message_post(
            body="A difficult one", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self._run_sender()
        self.assertEqual([m["text"] for m in self._get_shown()], ["Hello"])
        self.assertNotIn("difficult", self._ask("sync", {"limit": 60}).text)
        self.assertFalse(note.messaging_part_ids)

    def test_note_with_a_forged_part_does_not_reach_the_phone(self):
        message = self._send(text="Hello")
        note = (
            self.conversation.with_user(self.agent)
            .sudo()
            .message_post(
                body="A difficult one",
                message_type="comment",
                subtype_xmlid="mail.mt_note",
            )
        )
        message.messaging_part_ids.copy(
            {"mail_message_id": note.id, "direction": "out", "state": "accepted"}
        )
        self.assertEqual(len(self._get_shown()), 1)

    def test_phones_do_not_see_each_other(self):
        self._send(text="Mine")
        self._answer("Yours")
        _other, token = self._open_phone("Omar Test")
        self.assertEqual(self._sync(token)["messages"], [])

    def test_file_of_another_phone_cannot_be_read(self):
        self._send_file("photo.png", PNG, "image/png", media="image")
        [shown] = self._get_shown()
        _other, token = self._open_phone("Omar Test")
        response = self._ask(f"media/{shown['id']}", token=token)
        self.assertEqual(response.status_code, 410)

    def test_message_of_another_phone_cannot_be_reported(self):
        self._send(text="Hello")
        answer = self._answer("Hi")
        ids = answer.messaging_part_ids.ids
        _other, token = self._open_phone("Omar Test")
        self._ask("receipts", {"state": "read", "messages": ids}, token=token)
        self._process()
        answer.invalidate_recordset()
        self.assertEqual(answer.messaging_state, "accepted")

    def test_message_of_another_phone_cannot_be_quoted(self):
        self._send(text="Secret")
        [shown] = self._get_shown()
        self.link, self.token = self._open_phone("Omar Test")
        reply = self._send(text="What?", reply_to=shown["external_id"])
        self.assertFalse(reply.parent_id)
        self.assertIsNone(self._get_shown()[0]["quote"])

    # -- ends --------------------------------------------------------------------------

    def test_unknown_and_missing_secrets_are_refused(self):
        self._assert_gone(token="x" * 43)
        self._assert_gone(headers={"X-Phone-Token": ""})

    def test_link_ends_after_a_day(self):
        self.link.expires_at = fields.Datetime.now() + timedelta(minutes=5)
        self.assertEqual(self._ask("sync").status_code, 200)
        self.link.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self._assert_gone()

    def test_link_lives_for_a_day_at_most(self):
        left = self.link.expires_at - fields.Datetime.now()
        self.assertLessEqual(left, timedelta(hours=24))

    def test_revoked_link_ends_at_once(self):
        self.link.action_revoke()
        self._assert_gone()

    def test_new_address_ends_the_one_before_and_continues_the_conversation(self):
        self._send(text="Hello")
        old, self.token = self.token, self.link._issue_url().partition("#")[2]
        self._assert_gone(token=old)
        self.assertEqual([m["text"] for m in self._get_shown()], ["Hello"])

    def test_switching_off_ends_all_links(self):
        self.env["ir.config_parameter"].set_param(SWITCH, False)
        self._assert_gone()

    def test_archived_account_ends_its_links(self):
        self.phone_account.active = False
        self._assert_gone()

    # -- abuse -------------------------------------------------------------------------

    def test_other_sites_cannot_use_the_phone(self):
        self._assert_gone(headers={"Origin": "https://evil.example.com"})
        self._assert_gone(headers={"Sec-Fetch-Site": "cross-site"})

    def test_too_many_messages_are_refused_for_a_while(self):
        kind, number, seconds = SENDS
        for _time in range(number):
            self.assertTrue(self.link._count_event(*SENDS))
        response = self._ask("send", {"type": "text", "text": "One more"})
        self.assertEqual(response.status_code, 429)
        self.link.send_since -= timedelta(seconds=seconds + 1)
        self._send(text="Later")

    def test_too_many_files_are_refused(self):
        for _time in range(FILES[1]):
            self.link._count_event(*FILES)
        response = self._send_file("photo.png", PNG, "image/png", media="image")
        self.assertEqual(response.status_code, 429)

    def test_secret_is_stored_nowhere(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM messaging_sandbox_link")
        self.assertNotIn(self.token, repr(self.env.cr.fetchall()))

    def test_real_channels_have_no_test_phones(self):
        with self.assertRaises(ValidationError):
            self.env["messaging.sandbox.link"].create(
                {"name": "Layla", "account_id": self.account.id}
            )

    # -- who opens phones --------------------------------------------------------------

    def test_manager_opens_a_phone_and_sees_its_address_once(self):
        manager = self._create_agent(
            "manager", "Mona Manager", "helpdesk_mgmt.group_helpdesk_manager"
        )
        Wizard = self.env["messaging.sandbox.open"].with_user(manager)
        action = Wizard.create({"account_id": self.phone_account.id}).action_open()
        shown = Wizard.with_context(**action["context"]).create({})
        self.assertEqual(shown.url, action["context"]["sandbox_phone_url"])
        self.assertTrue(shown.qr_code)
        self.assertEqual(self._sync(shown.url.partition("#")[2])["messages"], [])

    def test_agents_open_no_phones(self):
        with self.assertRaises(AccessError):
            self.env["messaging.sandbox.open"].with_user(self.agent).create({})
        with self.assertRaises(AccessError):
            self.link.with_user(self.agent).action_show_address()

    def test_no_phone_is_opened_while_switched_off(self):
        self.env["ir.config_parameter"].set_param(SWITCH, False)
        with self.assertRaises(UserError):
            self.link.action_show_address()
        self.assertFalse(self.env["messaging.account"]._get_demo_phone_url())

    def test_demonstration_address_works(self):
        url = self.env["messaging.account"]._get_demo_phone_url()
        self.assertEqual(self._sync(url.partition("#")[2])["messages"], [])

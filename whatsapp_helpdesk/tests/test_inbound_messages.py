from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.tests import tagged

from . import bodies
from .common import MessagingCase


@tagged("post_install", "-at_install")
class TestInboundMessages(MessagingCase):
    def _say(self, body="Hello", **values):
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(bodies.text(body, **values)).filtered(
            lambda message: message.messaging_direction == "in"
        )

    # -- what it becomes ----------------------------------------------------------

    def test_text_is_a_message_of_the_customer_in_the_conversation(self):
        message = self._say("Hello *you*")
        self.assertEqual(message.body, Markup("<p>Hello <strong>you</strong></p>"))
        self.assertEqual(message.model, "discuss.channel")
        self.assertEqual(message.author_id.name, "Ana")
        self.assertEqual(message.messaging_direction, "in")
        self.assertEqual(message.helpdesk_author_kind, "customer")

    def test_text_has_a_received_part_with_the_providers_id(self):
        message = self._say(mid="wamid.ONE")
        part = message.messaging_part_ids
        self.assertEqual(part.external_id, "wamid.ONE")
        self.assertEqual(
            (part.direction, part.state, part.kind), ("in", "received", "text")
        )
        self.assertEqual(part.ticket_id, message.helpdesk_ticket_id)

    def test_a_language_switched_off_keeps_nothing_back(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.account.language = "ar_001"
        self.env.ref("base.lang_ar").active = False
        self.assertEqual(self._say("Hello").body, Markup("<p>Hello</p>"))

    def test_markup_of_a_stranger_is_text(self):
        message = self._say("<script>alert(1)</script><img src=x onerror=y>")
        self.assertNotIn("<script", message.body)
        self.assertNotIn("<img", message.body)
        self.assertIn("&lt;script&gt;", message.body)

    def test_same_message_twice_is_one(self):
        first = self._say("Once", mid="wamid.SAME")
        again = self._receive(
            bodies.inbound(
                bodies.message(text={"body": "Once"}, mid="wamid.SAME"),
                bodies.message(text={"body": "New"}),
            )
        )
        self.assertEqual(len(first | again), 2)

    def test_messages_of_a_batch_are_in_the_order_they_were_written(self):
        now = self._now_timestamp()
        messages = self._receive(
            bodies.text("Second", timestamp=now),
            bodies.text("First", timestamp=now - 60),
        )
        self.assertEqual(
            [str(m.body) for m in messages], ["<p>First</p>", "<p>Second</p>"]
        )

    # -- who is told --------------------------------------------------------------

    def test_assignee_is_the_only_member_and_has_it_unread(self):
        message = self._say()
        conversation = message.helpdesk_ticket_id.conversation_id
        member = conversation.channel_member_ids
        self.assertEqual(
            member.partner_id, message.helpdesk_ticket_id.user_id.partner_id
        )
        self.assertEqual(member.message_unread_counter, 1)

    def test_nobody_gets_an_email(self):
        self.agent.notification_type = "email"
        self.agent2.notification_type = "email"
        before = self.env["mail.mail"].search_count([])
        self._say()
        self._say("Again")
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_new_message_reaches_the_conversations_bus_channel(self):
        self._say()
        self.env["bus.bus"].search([]).unlink()
        self._say("More")
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].search([]).mapped("message")
        self.assertTrue(any("discuss.channel/new_message" in text for text in sent))

    def test_push_is_left_to_odoos_job(self):
        """Core would send it over the network inside the worker's transaction."""
        self._say()
        self.env["mail.push.device"].get_web_push_vapid_public_key()
        self.env["mail.push.device"].create(
            {
                "partner_id": self.agent.partner_id.id,
                "endpoint": "https://push.example/x",
                "keys": "{}",
                "expiration_time": False,
            }
        )
        self._say("More")
        payload = self.env["mail.push"].search([]).mapped("payload")
        self.assertEqual(len(payload), 1)
        self.assertIn("More", payload[0])

    def test_unassigned_case_reaches_the_teams_bus_channel(self):
        self.team.auto_assign = False
        self.env["bus.bus"].search([]).unlink()
        self._say()
        self.env.cr.precommit.run()
        channels = self.env["bus.bus"].search([]).mapped("channel")
        self.assertTrue(
            any(f'"helpdesk.ticket.team",{self.team.id}]' in name for name in channels)
        )

    # -- time ---------------------------------------------------------------------

    def test_provider_time_is_kept_and_opens_the_window(self):
        stamp = self._now_timestamp(minutes=-5)
        message = self._say(timestamp=stamp)
        occurred = message.helpdesk_occurred_at
        self.assertEqual(message.messaging_part_ids.occurred_at, occurred)
        self.assertEqual(message.messaging_identity_id.last_inbound_at, occurred)
        self.assertEqual(message.messaging_part_ids.occurred_raw, str(stamp))
        self.assertFalse(message.helpdesk_late)

    def test_time_in_the_future_is_clamped(self):
        message = self._say(timestamp=self._now_timestamp(days=30))
        limit = fields.Datetime.now() + timedelta(minutes=3)
        self.assertLess(message.helpdesk_occurred_at, limit)

    def test_garbage_time_is_the_time_of_receipt(self):
        message = self._say(timestamp="soon")
        age = fields.Datetime.now() - message.helpdesk_occurred_at
        self.assertLess(abs(age), timedelta(minutes=2))

    def test_old_message_is_marked_late(self):
        self.assertTrue(
            self._say(timestamp=self._now_timestamp(minutes=-20)).helpdesk_late
        )

    def test_earlier_message_does_not_close_the_window_again(self):
        newer = self._say(timestamp=self._now_timestamp(minutes=-1))
        self._say("Delayed", timestamp=self._now_timestamp(minutes=-50))
        identity = newer.messaging_identity_id
        self.assertEqual(identity.last_inbound_at, newer.helpdesk_occurred_at)

    # -- quotes -------------------------------------------------------------------

    def test_reply_quotes_the_message(self):
        first = self._say(mid="wamid.Q")
        reply = self._say("Yes", context={"id": "wamid.Q"})
        self.assertEqual(reply.parent_id, first)

    def test_reply_to_an_unknown_message_says_so(self):
        reply = self._say("Yes", context={"id": "wamid.NEVER"})
        self.assertIn("not here", reply.body)

    def test_forwarded_message_says_so(self):
        self.assertIn("Forwarded", self._say("Hi", context={"forwarded": True}).body)

    # -- content ------------------------------------------------------------------

    def _receive_kind(self, kind, **content):
        return self._receive(
            bodies.inbound(
                bodies.message(kind, timestamp=self._now_timestamp(), **content)
            )
        )

    def test_location_has_a_map_link_made_of_numbers(self):
        place = {
            "latitude": 36.19,
            "longitude": 44.01,
            "name": "<b>Citadel</b>",
            "url": "https://evil.example",
        }
        body = self._receive_kind("location", location=place).body
        self.assertIn("mlat=36.190000&amp;mlon=44.010000", body)
        self.assertIn("&lt;b&gt;Citadel", body)
        self.assertNotIn("evil", body)

    def test_contact_card_shows_name_and_numbers(self):
        card = {
            "name": {"formatted_name": "Karim"},
            "phones": [{"phone": "+9647701112233"}],
        }
        body = self._receive_kind("contacts", contacts=[card]).body
        self.assertIn("Karim", body)
        self.assertIn("+964 770 111 2233", body)

    def test_order_lists_its_lines(self):
        order = {
            "catalog_id": "1",
            "product_items": [
                {
                    "product_retailer_id": "SKU-7",
                    "quantity": 2,
                    "item_price": 9.5,
                    "currency": "EUR",
                }
            ],
        }
        body = self._receive_kind("order", order=order).body
        self.assertIn("2 × SKU-7: 9.5 EUR", body)

    def test_form_answers_are_listed_without_the_token(self):
        answer = {
            "type": "nfm_reply",
            "nfm_reply": {
                "name": "flow",
                "body": "Sent",
                "response_json": '{"city": "Erbil", "flow_token": "t"}',
            },
        }
        body = self._receive_kind("interactive", interactive=answer).body
        self.assertIn("city: Erbil", body)
        self.assertNotIn("flow_token", body)

    def test_pressed_button_is_shown_as_one(self):
        press = {"type": "button_reply", "button_reply": {"id": "x", "title": "Yes"}}
        body = self._receive_kind("interactive", interactive=press).body
        self.assertIn("o-helpdesk-pressed", body)
        self.assertIn("Yes", body)

    def test_answer_about_calls_is_shown(self):
        answer = {
            "type": "call_permission_reply",
            "call_permission_reply": {"response": "reject"},
        }
        body = self._receive_kind("interactive", interactive=answer).body
        self.assertIn("Calls are not allowed", body)

    def test_message_without_content_says_so(self):
        body = self._receive_kind("request_welcome").body
        self.assertIn("without content", body)

    def test_unsupported_kind_is_shown(self):
        unsupported = {
            "unsupported": {"type": "poll_creation"},
            "errors": [{"code": 131051, "title": "Message type unknown"}],
        }
        message = self._receive_kind("unsupported", **unsupported)
        self.assertIn("poll_creation", message.body)
        self.assertTrue(message.helpdesk_ticket_id)

    def test_ad_is_stored_and_shown(self):
        referral = {
            "source_type": "ad",
            "source_id": "77",
            "headline": "Summer sale",
            "ctwa_clid": "clid",
        }
        message = self._say("Price?", referral=referral)
        self.assertIn("Summer sale", message.body)
        self.assertEqual(message.messaging_part_ids.referral["click_id"], "clid")

    def test_picture_has_a_placeholder_and_waits_for_the_job(self):
        message = self._receive(
            bodies.media(timestamp=self._now_timestamp(), content={"caption": "Look"})
        )
        self.assertIn("Look", message.body)
        self.assertIn("being fetched", message.body)
        media = self.env["messaging.media"].search([])
        self.assertEqual((media.state, media.kind), ("pending", "image"))
        self.assertTrue(media.expires_at > fields.Datetime.now())

    # -- who consumes -------------------------------------------------------------

    def test_opt_out_word_opts_out_of_marketing_and_notifications(self):
        message = self._say("STOP")
        consents = self.env["messaging.consent"].search([])
        self.assertEqual(set(consents.mapped("purpose")), {"marketing", "utility"})
        self.assertEqual(set(consents.mapped("state")), {"out"})
        self.assertEqual(consents.mail_message_id, message)
        self.assertEqual(message.helpdesk_swallowed_by, "opt_out")

    def test_opt_out_word_alone_opens_no_case_but_is_visible(self):
        message = self._say("stop")
        self.assertFalse(message.helpdesk_ticket_id)
        self.assertTrue(message.res_id)

    def test_word_inside_a_sentence_is_no_opt_out(self):
        message = self._say("Please stop the delivery")
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertTrue(message.helpdesk_ticket_id)

    def test_wish_for_a_human_marks_the_case(self):
        message = self._say("I want to talk to a human")
        self.assertTrue(message.helpdesk_ticket_id.human_requested_at)

    def _close(self, case):
        stage = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        case.stage_id = stage

    def test_thanks_after_closing_do_not_reopen_and_are_listed(self):
        case = self._say().helpdesk_ticket_id
        self._close(case)
        message = self._say("Thank you! 🙏")
        self.assertEqual(message.helpdesk_ticket_id, case)
        self.assertTrue(case.closed)
        self.assertEqual(message.helpdesk_swallowed_by, "thank_you")

    def test_thanks_with_a_question_reopen(self):
        case = self._say().helpdesk_ticket_id
        self._close(case)
        self._say("Thanks, and the refund?")
        self.assertFalse(case.closed)

    def test_thanks_in_an_open_case_are_ordinary(self):
        case = self._say().helpdesk_ticket_id
        message = self._say("Thanks")
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertEqual(message.helpdesk_ticket_id, case)

    def test_thanks_of_a_stranger_open_a_case(self):
        self.assertTrue(self._say("Thanks").helpdesk_ticket_id)

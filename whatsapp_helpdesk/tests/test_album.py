from odoo.tests import tagged

from odoo.addons.bus.models.bus import json_dump

from ..gateway.provider import MediaBlob
from .outbound_case import PNG
from .plain_channel import PlainCase


@tagged("post_install", "-at_install")
class TestAlbum(PlainCase):
    """Files that a customer sends at once are one message."""

    def _album(self, *texts, name="a", **values):
        return [self._photo(text, album=name, **values) for text in texts]

    def _get_placeholders(self, message):
        return str(message.body).count("o-helpdesk-media")

    def test_files_of_one_delivery_are_one_message(self):
        message = self._arrive(*self._album("Look", "", ""))
        self.assertEqual(len(message), 1)
        self.assertEqual(len(message.messaging_part_ids), 3)
        self.assertEqual(len(message.messaging_part_ids.media_ids), 3)
        self.assertEqual(self._get_placeholders(message), 3)

    def test_files_of_different_batches_are_one_message(self):
        message = self._arrive_apart(*self._album("Look", "", ""))
        self.assertEqual(len(message), 1)
        self.assertEqual(self._get_placeholders(message), 3)

    def test_each_file_is_a_part_with_a_place_of_its_own(self):
        updates = self._album("", "", "")
        message = self._arrive(*updates)
        self.assertEqual(
            message.messaging_part_ids.sorted("sequence").mapped("external_id"),
            [update.external_id for update in updates],
        )
        for part in message.messaging_part_ids:
            self.assertEqual(len(part.media_ids), 1)

    def test_text_may_be_at_any_file(self):
        bodies = set()
        for number, place in enumerate(range(3)):
            texts = ["", "", ""]
            texts[place] = "This is broken"
            updates = self._album(*texts, name=str(number), customer=f"9{number}")
            arrive = self._arrive_apart if place else self._arrive
            message = arrive(*updates)
            self.assertEqual(len(message), 1)
            bodies.add(str(message.body))
        self.assertEqual(len(bodies), 1)
        [body] = bodies
        self.assertLess(body.index("This is broken"), body.index("o-helpdesk-media"))

    def test_texts_of_several_files_are_all_shown(self):
        message = self._arrive_apart(*self._album("One", "Two"))
        self.assertIn("One", message.body)
        self.assertIn("Two", message.body)

    def test_a_text_that_comes_last_names_the_case(self):
        message = self._arrive_apart(*self._album("", "The blue one is broken"))
        case = message.helpdesk_ticket_id
        self.assertEqual(case.name, "The blue one is broken")
        self.assertIn("The blue one is broken", case.description)

    def test_an_album_in_an_open_case_leaves_its_name(self):
        first = self._arrive(self._photo())
        case = first.helpdesk_ticket_id
        name = case.name
        self._arrive_apart(*self._album("", "Something else"))
        self.assertEqual(case.name, name)

    def test_a_file_that_comes_again_is_known(self):
        updates = self._album("", "")
        message = self._arrive(*updates)
        again = [
            self._photo(album="a", external_id=update.external_id, key=f"x{n}")
            for n, update in enumerate(updates)
        ]
        self.assertFalse(self._arrive(*again))
        self.assertEqual(len(message.messaging_part_ids), 2)
        self.assertEqual(self._get_placeholders(message), 2)

    def test_albums_of_two_customers_stay_apart(self):
        messages = self._arrive(
            *self._album("", ""), *self._album("", "", customer="43")
        )
        self.assertEqual(len(messages), 2)
        self.assertEqual(
            [len(message.messaging_part_ids) for message in messages], [2, 2]
        )

    def test_a_file_that_comes_after_the_case_was_closed_opens_none(self):
        first, second = self._album("", "")
        message = self._arrive(first)
        case = message.helpdesk_ticket_id
        closed = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)])
        case.stage_id = closed[:1]
        self.assertFalse(self._arrive(second))
        self.assertTrue(case.closed)
        self.assertEqual(len(message.messaging_part_ids), 2)

    def test_one_message_counts_once(self):
        message = self._arrive_apart(*self._album("", "", ""))
        facts = self.env["helpdesk.message.fact"].search(
            [("mail_message_id", "=", message.id)]
        )
        self.assertEqual(len(facts), 1)

    def test_clients_are_told_of_each_file(self):
        first, second = self._album("", "Look at this")
        message = self._arrive(first)
        conversation = self.env["discuss.channel"].browse(message.res_id)
        self.env["bus.bus"].search([]).unlink()
        self._arrive(second)
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].search([])
        mine = [
            row.message
            for row in told
            if f'"discuss.channel",{conversation.id}' in row.channel
        ]
        self.assertTrue(any("Look at this" in row for row in mine), json_dump(mine))
        self.assertFalse(any("discuss.channel/new_message" in row for row in mine))

    def test_an_album_is_answered_once(self):
        self.plain_account.greeting_enabled = True
        self._arrive_apart(*self._album("", "", ""))
        sent = self._get_outgoing(self._find_identity())
        self.assertEqual(len(sent.mail_message_id), 1)

    def test_files_that_are_fetched_take_their_places(self):
        message = self._arrive_apart(*self._album("Look", "", ""))
        files = message.messaging_part_ids.media_ids.sorted("id")
        for file in files[1], files[2], files[0]:
            file._store_result(MediaBlob(PNG, "image/png"))
        self.assertEqual(self._get_placeholders(message), 0)
        self.assertEqual(len(message.attachment_ids), 3)
        self.assertIn("Look", message.body)

    def test_a_file_that_comes_when_others_are_there_is_shown(self):
        first, second = self._album("", "Late text")
        message = self._arrive(first)
        message.messaging_part_ids.media_ids._store_result(MediaBlob(PNG, "image/png"))
        self._arrive(second)
        self.assertEqual(self._get_placeholders(message), 1)
        self.assertEqual(len(message.attachment_ids), 1)
        self.assertIn("Late text", message.body)

    def test_a_reply_to_any_file_quotes_the_message(self):
        updates = self._album("", "")
        message = self._arrive(*updates)
        reply = self._arrive(self._update("That one", reply_to=updates[1].external_id))
        self.assertEqual(reply.parent_id, message)

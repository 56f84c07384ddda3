"""What comes about somebody after they were erased."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from . import bodies
from .erase_case import BSUID, NAME, OTHER_PHONE, PHONE, EraseCase, wamid


@tagged("post_install", "-at_install")
class TestErasedAgain(EraseCase):
    def setUp(self):
        super().setUp()
        self._receive_both()
        self.erase = self._queue()
        self._run_erase()
        self.assertEqual(self.erase.state, "done")

    def _find_address(self, value=f"+{PHONE}"):
        return self.env["messaging.address"].search([("value", "=", value)])

    def test_a_repeated_delivery_brings_nothing_back(self):
        body = bodies.inbound(
            self._write(number=b"00000001", bsuid=BSUID), name=NAME, username="zeb"
        )
        self.assertFalse(self._receive(body))
        self.assertFalse(self._find_address() | self._find_address(BSUID))
        update = self._get_updates()[-1]
        self.assertEqual((update.state, update.is_erased), ("ignored", True))
        self.assertEqual(self._search_database(self._get_needles()), {})

    def test_an_echo_and_imported_history_bring_nothing_back(self):
        old = self._now_timestamp(days=-3)
        history = bodies.field(
            "history",
            bodies.NUMBER_ID,
            history=[
                {
                    "metadata": {"phase": 0, "chunk_order": 1, "progress": 10},
                    "threads": [
                        {
                            "id": PHONE,
                            "messages": [
                                bodies.message(
                                    text={"body": "kidney"},
                                    phone=PHONE,
                                    mid=wamid(PHONE, b"00000021"),
                                    timestamp=old,
                                )
                            ],
                        }
                    ],
                }
            ],
        )
        echo = bodies.echo(
            "kidney", to=PHONE, timestamp=old, mid=wamid(PHONE, b"00000022")
        )
        self.assertFalse(self._receive(history, echo))
        self.assertFalse(self._find_address())
        self.assertEqual(self._search_database(self._get_needles()), {})

    def test_a_late_status_brings_nothing_back(self):
        now = self._now_timestamp(minutes=1)
        self._receive(
            bodies.status(wamid(PHONE, b"00000004"), "read", phone=PHONE, timestamp=now)
        )
        self.assertEqual(self._get_updates()[-1].state, "ignored")
        self.assertEqual(self._search_database(self._get_needles()), {})

    def test_in_a_mixed_body_the_neighbour_gets_through(self):
        contacts = [
            bodies.contact(PHONE, NAME),
            bodies.contact(OTHER_PHONE, "Bo Neighbour"),
        ]
        messages = [
            self._write(number=b"00000031"),
            self._write("And my lamp?", OTHER_PHONE, number=b"00000032"),
        ]
        posted = self._receive(
            bodies.envelope(bodies.change(contacts=contacts, messages=messages))
        )
        self.assertEqual(len(posted), 1)
        self.assertIn("lamp", posted.body)
        self.assertEqual(self._search_database(self._get_needles()), {})
        body = posted.messaging_part_ids and self.env["messaging.update"].search(
            [("mail_message_id", "=", posted.id)]
        )
        self.assertIn(body.key, body.event_id._parse())

    def test_who_writes_again_is_somebody_new(self):
        self.erase.started_at = fields.Datetime.now() - timedelta(minutes=1)
        rows = self.env["messaging.erased.address"].search([])
        rows.erased_at = fields.Datetime.now() - timedelta(minutes=1)
        posted = self._receive(
            bodies.inbound(
                self._write(
                    "Hello again",
                    number=b"00000041",
                    timestamp=self._now_timestamp(),
                ),
                name="Ana",
            )
        )
        self.assertIn("Hello again", posted.body)
        identity = self._find_address().identity_id
        self.assertNotEqual(identity, self.identity)
        self.assertNotEqual(identity.partner_id, self.partner)
        self.assertEqual(
            self.env["mail.message"].search_count(
                [
                    ("res_id", "=", identity.conversation_id.id),
                    ("messaging_direction", "=", "in"),
                ]
            ),
            1,
        )

    def test_what_was_written_before_stays_away_from_who_came_back(self):
        self.test_who_writes_again_is_somebody_new()
        body = bodies.inbound(self._write("kidney", number=b"00000042"), name=NAME)
        self.assertFalse(self._receive(body))

    def test_hashes_are_salted_and_unique(self):
        Erased = self.env["messaging.erased.address"]
        first = Erased._hash(self.company, "phone", f"+{PHONE}")
        self.assertTrue(Erased.search([("hash", "=", first)]))
        parameter = "whatsapp_helpdesk.erase_secret"
        parameters = self.env["ir.config_parameter"].sudo()
        before = parameters.get_param(parameter)
        self.assertGreaterEqual(len(before), 64)
        parameters.set_param(parameter, "another")
        self.assertNotEqual(Erased._hash(self.company, "phone", f"+{PHONE}"), first)
        parameters.set_param(parameter, before)
        Erased._create_secret()
        self.assertEqual(parameters.get_param(parameter), before)

    def test_an_import_asks_when_a_number_was_erased(self):
        Erased = self.env["messaging.erased.address"]
        moment = Erased._get_erased_at(self.company, [("phone", f"+{PHONE}")])
        self.assertEqual(moment, self.erase.started_at)
        self.assertFalse(
            Erased._get_erased_at(self.company, [("phone", "+9647000001")])
        )

    def test_erased_updates_are_not_replayed(self):
        update = self._get_updates().filtered("is_erased")[:1]
        self.assertTrue(update)
        update.state = "pending"
        self._process()
        self.assertEqual(update.state, "ignored")


@tagged("post_install", "-at_install")
class TestDecisionsOutliveTheErase(EraseCase):
    def test_an_opt_out_and_a_block_hold_for_who_comes_back(self):
        self._receive_both()
        self._receive(
            bodies.inbound(self._write("STOP", number=b"00000005"), name=NAME)
        )
        self.identity.blocked = True
        self._queue()
        self._run_erase()
        again = self.env["messaging.identity"].create({"account_id": self.account.id})
        self.env["messaging.address"].create(
            {
                "identity_id": again.id,
                "kind": "phone",
                "value": f"+{PHONE}",
                "scope": f"account:{self.account.id}",
                "reach": "provider:whatsapp",
            }
        )
        gate = self.env["messaging.gate"]
        self.assertEqual(gate._get_opted_out(again, "marketing"), again)
        self.assertFalse(gate._get_opted_out(again, "service"))
        self.assertTrue(again.blocked)


@tagged("post_install", "-at_install")
class TestImportsOfErased(EraseCase):
    def setUp(self):
        super().setUp()
        self._receive_both()
        self.record = self.env["messaging.import"].create(
            {"account_id": self.account.id, "kind": "history"}
        )
        line = {"import_id": self.record.id, "line": 2, "code": "no_contact"}
        self.env["messaging.import.refusal"].create(
            [{**line, "number": f"+{PHONE}"}, {**line, "number": f"+{OTHER_PHONE}"}]
        )
        self._queue()
        self._run_erase()

    def test_an_import_forgets_the_person_only(self):
        self.assertEqual(self.record.refusal_ids.mapped("number"), [f"+{OTHER_PHONE}"])
        self.assertEqual(self._search_database(self._get_needles()), {})

    def test_nothing_said_before_comes_back_from_a_file(self):
        old = fields.Datetime.now() - timedelta(days=3)
        new = fields.Datetime.now() + timedelta(seconds=5)
        self.assertTrue(self.record._is_line_of_erased(f"+{PHONE}", old))
        self.assertFalse(self.record._is_line_of_erased(f"+{PHONE}", new))
        self.assertFalse(self.record._is_line_of_erased(f"+{OTHER_PHONE}", old))

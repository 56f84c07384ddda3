"""One bad value, file or customer never stops the others, nor is it lost for that."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable, SerializationFailure, UniqueViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway.provider import Credentials, MediaBlob, SendResult
from ..gateway.updates import Address, AddressKind, Scope
from ..models.messaging_update_worker import MAX_CONFLICTS
from . import bodies
from .common import MessagingCase
from .outbound_case import PNG, OutboundCase

MODELS = "odoo.addons.whatsapp_helpdesk.models."


@tagged("post_install", "-at_install")
class TestPoisonInbound(MessagingCase):
    def _fail_on(self, text, error):
        inbound_class = self.env.registry["messaging.inbound"]
        handle = inbound_class._handle_message

        def failing(model, ctx):
            if text in ctx.parsed.text:
                raise error
            return handle(model, ctx)

        return patch.object(inbound_class, "_handle_message", failing)

    def _process_poison(self, error):
        self._deliver(bodies.text("Good", phone="9647701111111"))
        self._deliver(bodies.text("Bad", phone="9647702222222"))
        self._deliver(bodies.text("Later", phone="9647701111111"))
        update_class = self.env.registry["messaging.update"]

        def start_again(model):
            model.env.invalidate_all()

        with (
            self._fail_on("Bad", error),
            patch.object(update_class, "_start_new_transaction", start_again),
            patch(MODELS + "messaging_update_worker.time.sleep"),
        ):
            self._process()
        return self._get_updates()

    @mute_logger(MODELS + "messaging_update_worker")
    def test_endless_conflict_parks_what_causes_it(self):
        for error in (LockNotAvailable(), UniqueViolation()):
            with self.subTest(type(error).__name__):
                updates = self._process_poison(error)[-3:]
                self.assertEqual(updates.mapped("state"), ["done", "parked", "done"])
                self.assertTrue(updates[1].next_try_at)

    @mute_logger(MODELS + "messaging_update_worker")
    def test_busy_neighbours_cost_one_message_a_minute_and_no_batch(self):
        """Once its snapshot is out of date, everything in a transaction conflicts."""
        for number in range(4):
            self._deliver(bodies.text("Hi", phone=f"964770333333{number}"))
        update_class = self.env.registry["messaging.update"]
        inbound_class = self.env.registry["messaging.inbound"]
        handle = inbound_class._handle_message
        claim = update_class._claim_batch
        claims = []

        def counted(model, limit):
            claims.append(limit)
            return claim(model, limit)

        def busy(model, ctx):
            if len(claims) <= MAX_CONFLICTS + 1:
                raise SerializationFailure()
            return handle(model, ctx)

        with (
            patch.object(update_class, "_claim_batch", counted),
            patch.object(inbound_class, "_handle_message", busy),
            patch.object(update_class, "_start_new_transaction", lambda model: None),
            patch(MODELS + "messaging_update_worker.time.sleep"),
        ):
            self._process()
        states = self._get_updates().mapped("state")
        self.assertEqual(sorted(states), ["done", "done", "done", "parked"])
        # The smaller the transaction, the fewer others it meets.
        self.assertEqual(claims[:4], [50, 12, 3, 1])

    def test_text_that_postgresql_cannot_store(self):
        for text in ("a\x00b", "half \ud83d pair"):
            with self.subTest(repr(text)):
                self._receive(bodies.text(text))
                self.assertEqual(self._get_updates()[-1].state, "done")

    @mute_logger(MODELS + "messaging_update_worker")
    def test_error_text_that_postgresql_cannot_store(self):
        with self._fail_on("Bad", ValueError("a\x00b \ud83d")):
            self._receive(bodies.text("Bad"))
        self.assertEqual(self._get_updates().state, "parked")

    def test_language_of_an_account_that_is_switched_off(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.language = "fr_FR"
        self.env["res.lang"]._lang_get("fr_FR").active = False
        message = self._receive(bodies.text("Hi"))
        self.assertTrue(message.helpdesk_ticket_id)
        self.assertFalse(message.author_id.lang)


@tagged("post_install", "-at_install")
class TestPoisonMedia(MessagingCase):
    def setUp(self):
        super().setUp()
        provider = self

        class Provider:
            credentials = Credentials(account="1", token="test-access-token")

            def fetch_media(self, ref, *, max_size):
                return MediaBlob(provider.content, "image/png")

        self.content = PNG
        account_class = self.env.registry["messaging.account"]
        self.startPatcher(
            patch.object(account_class, "_get_provider", lambda account: Provider())
        )

    def _receive_files(self):
        first = self._receive(bodies.media(timestamp=self._now_timestamp()))
        second = self._receive(bodies.media(timestamp=self._now_timestamp()))
        return (first | second).messaging_part_ids.media_ids.sorted("id")

    def _fetch(self):
        with self._without_commit():
            self.env["messaging.media"]._cron_fetch()

    @mute_logger(MODELS + "messaging_media_fetch")
    def test_file_that_cannot_be_stored_leaves_the_others(self):
        bad, good = self._receive_files()
        media_class = self.env.registry["messaging.media"]
        show = media_class._show_file

        def failing(media, *args):
            if media == bad:
                raise ValueError("no")
            return show(media, *args)

        with patch.object(media_class, "_show_file", failing):
            self._fetch()
        self.assertEqual(good.state, "done")
        self.assertEqual(bad.state, "pending")
        self.assertGreater(bad.next_try_at, fields.Datetime.now())

    @mute_logger(MODELS + "messaging_media_fetch")
    def test_file_that_cannot_be_asked_for_leaves_the_others(self):
        bad, good = self._receive_files()
        bad.reference = {"a field of another version": 1}
        self._fetch()
        self.assertEqual(good.state, "done")
        self.assertEqual(bad.state, "failed")


@tagged("post_install", "-at_install")
class TestPoisonOutbound(OutboundCase):
    @mute_logger(MODELS + "messaging_message_claim")
    def test_gate_that_fails_on_one_part_leaves_the_others(self):
        bad = self._reply(self.conversation)
        good = self._reply(self._create_conversation("Omar Other"))
        gate_class = self.env.registry["messaging.gate"]
        recheck = gate_class._recheck

        def failing(gate, part, opted_out):
            if part.mail_message_id == bad:
                raise ValueError("no")
            return recheck(gate, part, opted_out)

        with patch.object(gate_class, "_recheck", failing):
            self._send()
        self.assertEqual(
            (bad.messaging_state, good.messaging_state), ("failed", "accepted")
        )

    def test_accepted_stays_accepted_when_another_worker_learned_the_address(self):
        message = self._reply(self.conversation)
        told = Address(AddressKind.BSUID, "IQ.12345678", Scope.PORTFOLIO)
        self.script.answer(SendResult("wamid.1", (told,)))
        identity_class = self.env.registry["messaging.identity"]
        self.identity._add_addresses((told,), self.identity.address_ids.browse())
        # As in a snapshot that is older than the other worker's commit.
        nothing = self.env["messaging.address"]
        with (
            patch.object(identity_class, "_find_addresses", lambda *args: nothing),
            mute_logger("odoo.sql_db"),
        ):
            self._send()
        part = self._get_parts(message)
        self.assertEqual((part.state, part.external_id), ("accepted", "wamid.1"))

    def test_part_that_goes_away_while_the_job_waits_for_it(self):
        part = self._get_parts(self._reply(self.conversation))
        part.next_try_at = fields.Datetime.now() + timedelta(seconds=2)

        def commit(cron, processed=0, **kwargs):
            part.sudo().unlink()
            cron.env.invalidate_all()
            return 100.0

        naps = []
        cron_class = self.env.registry["ir.cron"]
        with (
            patch.object(cron_class, "_commit_progress", commit),
            patch(MODELS + "messaging_message_send.time.sleep", naps.append),
        ):
            self.assertTrue(self.env["messaging.message"]._nap_until_due())
        self.assertEqual(len(naps), 1)
        self.assertGreaterEqual(naps[0], 0)

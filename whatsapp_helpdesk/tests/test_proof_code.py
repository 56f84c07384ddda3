"""A code that is sent to the known chat and typed in the other one."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway import proofs
from ..models import messaging_proof
from . import bodies
from .proof_case import KNOWN, STRANGER, ProofCase


@tagged("post_install", "-at_install")
class TestCodeTyped(ProofCase):
    def test_the_right_code_joins(self):
        proof = self._start_known_code("123456")
        message = self._says("123456")
        self.assertEqual(proof.state, "used")
        join = self._get_joins()
        self.assertEqual(join.partner_id, self.known.partner_id)
        self.assertEqual(join.proof, "code")
        self.assertEqual(message.helpdesk_swallowed_by, "proof")
        self.assertIn("now we know that it is you", self._get_said(self.stranger)[-1])
        self.assertTrue(self.stranger.verified_at)

    def test_it_counts_in_other_digits_and_within_a_sentence(self):
        for text in ("١٢٣٤٥٦", "۱۲۳ ۴۵۶", "My code is 123-456", " 12 34 56 "):
            with self.subTest(text=text):
                proof = self._start_known_code("123456")
                self._says(text)
                self.assertEqual(proof.state, "used")
                self._pass_time(proof, days=2)

    def test_the_same_code_a_second_time_is_an_ordinary_message(self):
        self._start_known_code("123456")
        self._says("123456")
        message = self._says("123456")
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertEqual(len(self._get_joins()), 1)

    def test_a_wrong_code_is_told_and_counted(self):
        proof = self._start_known_code("123456")
        self._says("654321")
        self.assertEqual((proof.state, proof.tries), ("open", 1))
        self.assertIn("Tries left: 4", self._get_said(self.stranger)[-1])
        self.assertIn("A wrong code was typed", self._get_notes(self.stranger)[-1])
        self.assertFalse(self._get_joins())

    def test_the_fifth_wrong_code_locks_it_even_for_the_right_one(self):
        proof = self._start_known_code("123456")
        for number in range(5):
            self._says(f"00000{number}")
        self.assertEqual(proof.state, "locked")
        self.assertIn("too often", self._get_said(self.stranger)[-1])
        self._says("123456")
        self.assertEqual(proof.state, "locked")
        self.assertFalse(self._get_joins())

    def test_after_ten_minutes_it_is_too_late(self):
        proof = self._start_known_code("123456")
        self._pass_time(proof, minutes=10)
        self._says("123456")
        self.assertEqual(proof.state, "expired")
        self.assertIn("too old", self._get_said(self.stranger)[-1])
        self.assertFalse(self._get_joins())

    def test_long_afterwards_a_number_is_an_ordinary_message(self):
        proof = self._start_known_code("123456")
        self._pass_time(proof, hours=1)
        self.assertFalse(self._says("123456").helpdesk_swallowed_by)

    def test_somebody_else_with_the_right_code_proves_nothing(self):
        proof = self._start_known_code("123456")
        message = self._says("123456", phone="9647703333333", name="Eve")
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertEqual((proof.state, proof.tries), ("open", 0))
        self.assertFalse(self.env["messaging.join"].search([]))

    def test_typed_into_the_chat_it_was_sent_to_it_proves_nothing(self):
        proof = self._start_known_code("123456")
        self._says("123456", phone=KNOWN, number_id=bodies.NUMBER_ID)
        self.assertEqual((proof.state, proof.tries), ("open", 0))

    def test_a_code_of_somebody_else_proves_nothing(self):
        """Two customers are asked; each has the other's code."""
        self._start_known_code("111111")
        self._says("Me too", phone="9647704444444", number_id=bodies.NUMBER_ID)
        self._says("Me too", phone="9647705555555", name="Eve")
        other = self._get_identity("9647704444444", self.account)
        eve = self._get_identity("9647705555555", self.second)
        (other | eve).conversation_id.helpdesk_ticket_id.user_id = self.agent
        self._start_known_code("222222", identity=eve, sent_identity=other)
        self._says("222222")
        self._says("111111", phone="9647705555555", name="Eve")
        self.assertFalse(self.env["messaging.join"].search([]))

    def test_a_code_does_not_count_on_another_account_of_the_same_customer(self):
        """The stranger also writes to the known number: there it is no proof."""
        proof = self._start_known_code("123456")
        self._says("123456", phone=STRANGER, number_id=bodies.NUMBER_ID)
        self.assertEqual((proof.state, proof.tries), ("open", 0))

    def test_what_was_typed_is_masked(self):
        self._start_known_code("123456")
        message = self._says("My code: ١٢٣٤٥٦")
        part = message.messaging_part_ids
        for text in (message.body, message.preview, str(part.payload)):
            self.assertNotIn("١٢٣", text)
            self.assertIn("•••", text)

    def test_comparing_takes_the_same_way_for_every_code(self):
        """Equality is asked of the constant-time comparison only."""
        proof = self._start_known_code("123456")
        asked = []

        def consteq(one, other):
            asked.append((one, other))
            return False

        original, messaging_proof.consteq = messaging_proof.consteq, consteq
        self.addCleanup(setattr, messaging_proof, "consteq", original)
        self._says("123456")
        self.assertEqual(proof.tries, 1)
        self.assertEqual([len(one) == len(other) == 64 for one, other in asked], [True])


@tagged("post_install", "-at_install")
class TestCodeSent(ProofCase):
    def _find_everywhere(self, code):
        """Return columns of stored rows in which a code can be read."""
        self.env.flush_all()
        found = []
        tables = (
            "mail_message",
            "messaging_message",
            "messaging_automatic",
            "helpdesk_message_fact",
            "helpdesk_ticket",
            "mail_notification",
            "mail_push",
            "bus_bus",
            "messaging_attempt",
        )
        for table in tables:
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
            found += [table for (row,) in self.env.cr.fetchall() if code in row]
        return found

    def _get_code_part(self):
        return self.env["messaging.message"].search([("proof_id", "!=", False)])

    def test_the_customer_gets_it_and_nobody_else_reads_it(self):
        proof = self._start_known_code("982451")
        self.assertFalse(self._find_everywhere("982451"))
        self._send()
        self.assertTrue([text for text in self.script.texts if "982451" in text])
        self.assertFalse(self._find_everywhere("982451"))
        self.assertFalse(proof.sudo().code)

    def test_what_is_kept_is_no_code(self):
        proof = self._start_known_code("982451")
        self._send()
        self.env.cr.execute("SELECT row_to_json(p)::text FROM messaging_proof p")
        for (row,) in self.env.cr.fetchall():
            self.assertNotIn("982451", row)
        self.assertNotEqual(
            proof.sudo().secret,
            self._start_again(proof, "982451").sudo().secret,
            "the same code twice is not to be recognised",
        )

    def _start_again(self, proof, code):
        self._pass_time(proof, minutes=2)
        return self._start_known_code(code)

    def test_nobody_reads_what_is_kept(self):
        proof = self._start_known_code("982451")
        manager = self._create_agent(
            "boss", "Boss", "helpdesk_mgmt.group_helpdesk_manager"
        )
        for user in (manager, self.env.ref("base.user_admin")):
            for name in ("code", "secret", "salt"):
                with (
                    self.subTest(user=user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    proof.with_user(user).sudo(False).read([name])

    def test_it_is_asked_for_in_the_other_chat_without_naming_anybody(self):
        self._start_code()
        asked = self._get_said(self.stranger)[-1]
        self.assertIn("6 digits", asked)
        self.assertNotIn(self.known.partner_id.name, asked)
        self.assertNotIn(KNOWN[-4:], asked)

    def test_a_part_that_failed_does_not_keep_it(self):
        proof = self._start_known_code("982451")
        part = self._get_code_part()
        part._fail("recipient")
        self.assertFalse(proof.sudo().code)

    def test_a_code_that_is_over_does_not_leave_any_more(self):
        proof = self._start_known_code("982451")
        proof._end("refused")
        self._send()
        self.assertEqual(self._get_code_part().state, "expired")
        self.assertFalse([text for text in self.script.texts if proofs.MASK in text])

    def test_it_waits_no_longer_than_it_counts(self):
        proof = self._start_code()
        self.assertEqual(self._get_code_part().expires_at, proof.expires_at)

    def test_in_a_closed_window_without_template_it_says_what_to_do(self):
        self._close_window(self.known)
        with self.assertRaisesRegex(UserError, "Send a personal link"):
            self._start_code()

    def test_in_a_closed_window_a_template_brings_it(self):
        self._close_window(self.known)
        template = self._create_template(
            "login_code", category="authentication", body="Your code is {{1}}."
        )
        self.assertTrue(template.variable_ids)
        proof = self._start_known_code("982451")
        self.assertFalse(self._find_everywhere("982451"))
        self._send()
        [part] = [part for part in self.script.parts if part.kind == "template"]
        self.assertEqual(part.parameters[0].value, "982451")
        self.assertFalse(self._find_everywhere("982451"))
        self.assertFalse(proof.sudo().code)

    def test_a_template_without_a_place_for_it_is_none(self):
        self._close_window(self.known)
        self.account.proof_template_id = self._create_template("plain")
        with self.assertRaisesRegex(UserError, "no approved template"):
            self._start_code()

    def test_where_automatic_messages_are_off_it_is_refused(self):
        self.account.automatic_answers = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self._start_code()


@tagged("post_install", "-at_install")
class TestCodeRights(ProofCase):
    def test_only_agents_of_both_conversations_start_it(self):
        stranger = self._create_agent("nobody", "Nobody", "base.group_user")
        other = self._create_agent("other", "Other Agent")
        for user in (stranger, other):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._start_code(user=user)

    def test_a_private_chat_is_no_target_for_who_cannot_read_it(self):
        private = self.env["helpdesk.ticket.team"].create(
            {"name": "Personnel", "is_private": True, "user_ids": [(6, 0, [])]}
        )
        Channel = self.env["discuss.channel"]
        self.known.conversation_id = Channel._get_or_create_conversation(
            self.account.inbox_id, self.known.partner_id, private
        )
        manager = self._create_agent(
            "boss", "Boss", "helpdesk_mgmt.group_helpdesk_manager"
        )
        with self.assertRaises(AccessError):
            self._start_code(user=manager)

    def test_another_company_is_no_place_to_prove_anything(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.known.partner_id.company_id = company
        with self.assertRaisesRegex(UserError, "another company"):
            self._start_code()

    def test_a_test_customer_never_proves_a_real_one(self):
        self.known.partner_id.is_messaging_test = True
        with self.assertRaisesRegex(UserError, "never the same"):
            self._start_code()

    def test_a_doubtful_chat_proves_nothing(self):
        self.known._set_doubt("new_owner")
        with self.assertRaisesRegex(UserError, "would prove nothing"):
            self._start_code()

    def test_a_chat_does_not_prove_itself(self):
        with self.assertRaises(UserError):
            self._start_code(sent_identity=self.stranger)

    def test_it_can_verify_a_doubtful_chat_of_the_same_contact(self):
        self.stranger.partner_id = self.known.partner_id
        with self.assertRaisesRegex(UserError, "already belongs"):
            self._start_code()
        self.stranger._set_doubt("changed_number")
        self._start_known_code("123456")
        self._says("123456")
        self.assertTrue(self.stranger._is_trusted())
        self.assertFalse(self._get_joins())


@tagged("post_install", "-at_install")
class TestCodeLimits(ProofCase):
    def test_a_second_code_at_once_is_refused(self):
        self._start_code()
        with self.assertRaisesRegex(UserError, "Wait a minute"):
            self._start_code()

    def test_a_new_code_replaces_the_old_one(self):
        old = self._start_known_code("111111")
        self._pass_time(old, minutes=2)
        new = self._start_known_code("222222")
        self.assertEqual(old.state, "refused")
        self._says("111111")
        self.assertEqual((new.state, new.tries), ("open", 1))

    def test_so_many_codes_a_day_for_one_chat(self):
        for _round in range(messaging_proof.CODES_PER_IDENTITY):
            self._pass_time(self._start_code(), minutes=2)
        with self.assertRaisesRegex(UserError, "for one day"):
            self._start_code()

    def test_tomorrow_there_are_codes_again(self):
        for _round in range(messaging_proof.CODES_PER_IDENTITY):
            self._pass_time(self._start_code(), days=2)
        self.assertTrue(self._start_code())

    def test_many_chats_do_not_get_more_tries_for_one_person(self):
        """Somebody guesses from one identity after the other."""
        wrong = 0
        for number in range(messaging_proof.CODES_PER_PERSON):
            phone = f"96477066666{number:02}"
            self._says("It is me", phone=phone, name=f"Eve {number}")
            identity = self._get_identity(phone, self.second)
            identity.conversation_id.helpdesk_ticket_id.user_id = self.agent
            try:
                proof = self._start_known_code("123456", identity=identity)
            except UserError as error:
                self.assertIn("guessing", str(error))
                break
            for guess in range(messaging_proof.CODE_TRIES):
                self._says(f"9{number}000{guess}", phone=phone, name=f"Eve {number}")
                wrong += 1
            self.assertEqual(proof.state, "locked")
            self._pass_time(proof, minutes=2)
        else:
            self.fail("nobody stopped it")
        self.assertEqual(wrong, messaging_proof.WRONG_PER_PERSON)

    def test_only_one_code_of_a_person_can_be_open(self):
        """Also for two agents who press at the same moment."""
        proof = self._start_code()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "one_code_of_person"),
            self.env.cr.savepoint(),
        ):
            proof.copy({"identity_id": self.known.id})
            self.env.flush_all()

    def test_it_is_cleaned_up(self):
        proof = self._start_code()
        self._pass_time(proof, minutes=11)
        proof._gc_proofs()
        self.assertEqual(proof.state, "expired")
        self.assertFalse(proof.sudo().code)
        self._pass_time(proof, days=100)
        proof._gc_proofs()
        self.assertFalse(proof.exists())

"""Proof that two chats are one person's: a code sent to the known one, or a link.

What is kept of a secret is an HMAC with the secret of this database. The figures that
limit guessing are all here.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import SQL, consteq
from odoo.tools.misc import hmac

#: How long a code and a link can be used.
CODE_LIFETIME = timedelta(minutes=10)
LINK_LIFETIME = timedelta(minutes=15)
#: Wrong codes, the last of which locks it.
CODE_TRIES = 5
#: Time over which the following are counted.
SPAN = timedelta(days=1)
#: Codes that one address may be asked for; that are sent to one address; in all.
CODES_PER_IDENTITY = 5
CODES_PER_TARGET = 5
CODES_PER_PERSON = 8
#: Between two codes to one address.
CODE_PAUSE = timedelta(minutes=1)
#: Wrong codes for one person, typed by whomever: a chance of 1 in 60 000 a day.
WRONG_PER_PERSON = 15
LINKS_PER_PERSON = 10
#: Notes for agents about a link that is opened though it counts no more.
LINK_NOTES = 3
#: For so long after its end a code that is typed is told to be too late.
TELL_LATE = timedelta(minutes=30)
#: Days for which it can be looked up what happened.
KEEP_DAYS = 90
#: Signatures for other ends are none here.
SCOPE = "whatsapp_helpdesk-proof"


class MessagingProof(models.Model):
    _name = "messaging.proof"
    _description = "Proof of Identity"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        [("code", "Code"), ("link", "Link")], required=True, readonly=True
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("used", "Proven"),
            ("expired", "Too Late"),
            ("refused", "Refused"),
            ("locked", "Wrong Too Often"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    account_id = fields.Many2one(
        "messaging.account",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Where it has to be shown.",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    identity_id = fields.Many2one(
        "messaging.identity",
        "To Be Proven",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The chat in which it has to be shown; of a link: who opened it first.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, readonly=True, ondelete="cascade"
    )
    sent_identity_id = fields.Many2one(
        "messaging.identity",
        "Sent To",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The known chat of the contact that the code went to.",
    )
    salt = fields.Char(groups=NO_ACCESS)
    secret = fields.Char(groups=NO_ACCESS, help="HMAC; the secret itself is not kept.")
    code = fields.Char(
        groups=NO_ACCESS, help="Until it has left, and no longer; shown to nobody."
    )
    user_id = fields.Many2one("res.users", "Asked By", readonly=True)
    started_at = fields.Datetime("Started", required=True, readonly=True)
    expires_at = fields.Datetime("Ends", required=True, readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    tries = fields.Integer(readonly=True)

    _one_code_of_person = models.UniqueIndex(
        "(partner_id) WHERE kind = 'code' AND state = 'open'"
    )
    _one_code_of_identity = models.UniqueIndex(
        "(identity_id) WHERE kind = 'code' AND state = 'open'"
    )
    _link_secret = models.UniqueIndex("(secret) WHERE kind = 'link'")
    _person_started = models.Index("(partner_id, started_at)")

    # -- secrets ----------------------------------------------------------------------

    @api.model
    def _hash(self, *values):
        # sudo: ir.config_parameter - the secret of the database, for hashing only
        return hmac(self.sudo().env, SCOPE, values)

    def _matches(self, code):
        """Compare in the same time, whatever was typed."""
        self.ensure_one()
        typed = self._hash(self.salt, self.identity_id.id, code)
        return consteq(self.secret or "", typed)

    # -- life -------------------------------------------------------------------------

    def _lock(self):
        """Nobody else decides about it until the end of the transaction.

        Who changed it meanwhile is a conflict, and the caller's transaction starts
        again with what is true then.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM messaging_proof WHERE id = ANY(%s) "
                "ORDER BY id FOR NO KEY UPDATE",
                self.ids,
            )
        )
        self.invalidate_recordset(flush=False)

    def _is_late(self):
        self.ensure_one()
        return self.expires_at <= fields.Datetime.now()

    def _end(self, state):
        """No longer open; whoever types it late is told so for a while."""
        self.write({"state": state, "ended_at": fields.Datetime.now(), "code": False})
        if state in ("used", "refused"):
            waiting = self.identity_id.filtered(lambda i: i.proof_id in self)
            waiting.proof_id = False

    def _end_if_late(self):
        late = self.filtered(lambda proof: proof.state == "open" and proof._is_late())
        late._end("expired")

    def _get_proven_partner(self):
        """Return whose it is now: joins and splits may have come between.

        A code proves to be whoever has the chat it was sent to; nobody, when that
        came into doubt.
        """
        self.ensure_one()
        if self.kind == "link":
            return self.env["messaging.join"]._get_successor(self.partner_id)
        sent = self.sent_identity_id
        return sent.partner_id if sent._is_trusted() else sent.partner_id.browse()

    def _succeed(self):
        """It was shown in time, by whom it was meant for."""
        self.ensure_one()
        identity, partner = self.identity_id, self._get_proven_partner()
        self._end("used")
        identity._verify()
        if identity.partner_id != partner:
            proof = {"code": "code", "link": "deep_link"}[self.kind]
            self.env["messaging.join"]._request(identity, partner, proof)

    def _note(self, text):
        """Tell the agents: in the chat that is to be proven, and in the known ones."""
        known = self.env["messaging.identity"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("conversation_id", "!=", False),
            ]
        )
        identities = self.identity_id | (self.sent_identity_id or known)
        for place in identities.conversation_id:
            place._messaging_note(text)

    @api.autovacuum
    def _gc_proofs(self):
        """What ended is kept for a time; codes that never left are forgotten."""
        now = fields.Datetime.now()
        stale = self.search([("state", "=", "open"), ("expires_at", "<", now)])
        stale._end("expired")
        self.search([("started_at", "<", now - timedelta(days=KEEP_DAYS))]).unlink()

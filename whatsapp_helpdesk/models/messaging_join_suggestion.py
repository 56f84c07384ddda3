from odoo import api, fields, models
from odoo.tools import SQL

#: Letters of a detail that are kept.
MAX_DETAIL = 120


class MessagingJoinSuggestion(models.Model):
    """Two who may be one person: a reason to look, never a proof.

    Only people accept one. One that was dismissed is not made again, and neither is
    one for a pair that somebody took apart.
    """

    _name = "messaging.join.suggestion"
    _description = "Possibly the Same Person"
    _order = "id desc"
    _rec_name = "identity_id"

    identity_id = fields.Many2one(
        "messaging.identity", "Customer", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "May Be",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="identity_id.company_id", store=True)
    channel = fields.Selection(related="identity_id.channel")
    current_partner_id = fields.Many2one(related="identity_id.partner_id")
    reason = fields.Selection(
        [
            ("same_phone", "Same Phone Number"),
            ("same_email", "Same Email"),
            ("forwarded_card", "Contact Card"),
            ("similar_name", "Similar Name"),
            ("shared_link", "Shared Link"),
        ],
        required=True,
        readonly=True,
    )
    detail = fields.Char(readonly=True)
    reason_text = fields.Char("Why", compute="_compute_reason_text")
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("dismissed", "Dismissed")],
        required=True,
        readonly=True,
        default="open",
    )
    decided_by_id = fields.Many2one("res.users", "Decided By", readonly=True)
    decided_at = fields.Datetime("Decided", readonly=True)
    join_id = fields.Many2one(
        "messaging.join", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _once = models.Constraint(
        "UNIQUE(identity_id, partner_id, reason)", "This was suggested before."
    )

    @api.depends("reason", "detail")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for suggestion in self:
            texts = suggestion._get_reason_texts(suggestion.detail or "")
            suggestion.reason_text = texts.get(suggestion.reason, "")

    @api.model
    def _get_reason_texts(self, detail):
        """Hook: what is known, as a sentence; ``detail`` is what they share."""
        return {
            "same_phone": self.env._(
                "They share the number %(detail)s.", detail=detail
            ),
            "same_email": self.env._(
                "They share the address %(detail)s.", detail=detail
            ),
            "forwarded_card": self.env._(
                "The customer sent a contact card with %(detail)s.", detail=detail
            ),
            "similar_name": self.env._(
                "Their names are alike: %(detail)s.", detail=detail
            ),
            "shared_link": self.env._("Opened a link that was made for this contact."),
        }

    @api.depends("identity_id", "partner_id")
    def _compute_display_name(self):
        for suggestion in self:
            suggestion.display_name = self.env._(
                "%(customer)s may be %(contact)s",
                customer=suggestion.identity_id.display_name,
                contact=suggestion.partner_id.display_name,
            )

    # -- making -----------------------------------------------------------------------

    @api.model
    def _suggest(self, identity, partner, reason, detail=""):
        """Suggest that an identity is a contact, once.

        Never from an inbound transaction: two that do it at once wait for each other.

        :return: the suggestion when it is new, else none.
        """
        if not self._may_suggest(identity, partner):
            return self.browse()
        identity.flush_recordset()
        partner.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO messaging_join_suggestion
                            (identity_id, partner_id, company_id, reason, detail,
                             state, create_uid, create_date, write_uid, write_date)
                     VALUES (%(identity)s, %(partner)s, %(company)s, %(reason)s,
                             %(detail)s, 'open', %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (identity_id, partner_id, reason) DO NOTHING
                  RETURNING id
                """,
                identity=identity.id,
                partner=partner.id,
                company=identity.company_id.id,
                reason=reason,
                detail=(detail or "")[:MAX_DETAIL] or None,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        suggestion = self.browse([row[0] for row in self.env.cr.fetchall()])
        if suggestion:
            self.invalidate_model()
            suggestion._announce()
        return suggestion

    @api.model
    def _may_suggest(self, identity, partner):
        """Whether these may be one, and nobody has decided about them yet."""
        return self._may_be_one(identity, partner) and not self._is_decided(
            identity, partner
        )

    @api.model
    def _may_be_one(self, identity, partner):
        """Hook: whether nothing speaks against them being one person."""
        if not identity.partner_id or identity.partner_id == partner:
            return False
        if identity.is_internal or identity.erase_id or not partner.active:
            return False
        contact = self.env["messaging.contact"]
        return (
            not partner.is_company
            and partner.is_messaging_test == identity.is_test
            and partner.company_id in (partner.company_id.browse(), identity.company_id)
            and not contact._filter_employees(partner)
            and not self._is_with_private_team(identity, partner)
        )

    @api.model
    def _is_with_private_team(self, identity, partner):
        """Whoever talks to a private team is nobody else's business."""
        if identity.conversation_id.helpdesk_is_private:
            return True
        # sudo: discuss.channel - only whether there is one
        Channel = self.env["discuss.channel"].sudo()
        return bool(
            Channel.search_count(
                [
                    ("helpdesk_partner_id", "in", (partner | identity.partner_id).ids),
                    ("helpdesk_is_private", "=", True),
                ],
                limit=1,
            )
        )

    @api.model
    def _is_decided(self, identity, partner):
        """Whether a person said no, or the same is suggested the other way round."""
        return bool(
            self.search_count(
                [
                    ("identity_id", "=", identity.id),
                    ("partner_id", "=", partner.id),
                    ("state", "=", "dismissed"),
                ],
                limit=1,
            )
            or self.search_count(
                [
                    ("identity_id.partner_id", "=", partner.id),
                    ("partner_id", "=", identity.partner_id.id),
                    ("state", "!=", "accepted"),
                ],
                limit=1,
            )
            or self._was_taken_apart(identity, partner)
        )

    @api.model
    def _was_taken_apart(self, identity, partner):
        domain = [
            ("identity_ids", "in", identity.ids),
            "|",
            ("partner_id", "=", partner.id),
            ("source_partner_id", "=", partner.id),
            "|",
            ("kind", "=", "split"),
            ("state", "=", "undone"),
        ]
        return bool(self.env["messaging.join"].search_count(domain, limit=1))

    def _announce(self):
        """Let the panels of both customers' conversations look again."""
        for suggestion in self:
            places = suggestion.identity_id.conversation_id
            places |= suggestion.partner_id.messaging_identity_ids.conversation_id
            places._helpdesk_announce_joins()

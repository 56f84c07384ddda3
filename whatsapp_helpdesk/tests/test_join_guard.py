"""Whoever adds a field about a customer says what becomes of it in a join."""

from odoo.tests import TransactionCase, tagged

#: Fields that refer to a conversation, a contact or an identity, by what they do.
MOVED = {
    "discuss.channel.helpdesk_merged_into_id": "set when it steps back",
    "discuss.channel.helpdesk_partner_id": "when the conversation changes hands",
    "discuss.channel.messaging_identity_id": "whoever wrote last of those who land",
    "helpdesk.message.fact.conversation_id": "with the message, else the case",
    "helpdesk.ticket.commercial_partner_id": "follows the contact",
    "helpdesk.ticket.conversation_id": "with the case",
    "helpdesk.ticket.partner_id": "with the case",
    "ir.attachment.res_id": "with the message",
    "mail.activity.res_id": "with the whole conversation",
    "mail.followers.partner_id": "the customer follows the case",
    "mail.message.author_id": "the customer's messages",
    "mail.message.reaction.partner_id": "the customer's reactions",
    "mail.message.res_id": "by identity, else by case",
    "mail.scheduled.message.res_id": "with the whole conversation",
    "messaging.automatic.conversation_id": "by identity",
    "messaging.identity.conversation_id": "where it lands",
    "messaging.identity.partner_id": "what a join is",
    "messaging.message.conversation_id": "by identity",
    "messaging.template.batch.line.partner_id": "what still waits, once for both",
}
STAYS = {
    "crm.lead.partner_id": "a deal is of the contact, not of an address",
    "discuss.channel.member.channel_id": "members are those of the open cases",
    "discuss.channel.member.partner_id": "agents",
    "helpdesk.ticket.messaging_identity_id": "what it follows",
    "mail.followers.res_id": "of the ticket, which keeps its id",
    "mail.message.messaging_identity_id": "what it follows",
    "mail.message.notified_partner_ids": "agents",
    "mail.message.partner_ids": "agents who were mentioned",
    "mail.message.starred_partner_ids": "agents",
    "mail.notification.author_id": "agents",
    "mail.notification.res_partner_id": "agents",
    "messaging.address.identity_id": "of the identity",
    "messaging.automatic.identity_id": "what it follows",
    "messaging.consent.identity_id": "of the identity",
    "messaging.erase.partner_id": "an erasure that runs locks nobody else out",
    "messaging.export.partner_id": "says whom it was made for",
    "messaging.join.identity_ids": "the journal",
    "messaging.join.line.conversation_id": "the journal",
    "messaging.join.line.source_conversation_id": "the journal",
    "messaging.join.open.conversation_id": "where it is listed",
    "messaging.join.open.other_conversation_id": "where it is listed",
    "messaging.join.open.res_id": "the journal",
    "messaging.join.partner_id": "the journal",
    "messaging.join.source_partner_id": "the journal",
    "messaging.join.suggestion.identity_id": "answered by the join",
    "messaging.join.suggestion.partner_id": "answered by the join",
    "messaging.message.identity_id": "what it follows",
    "messaging.pace.identity_id": "of the identity",
    "messaging.proof.identity_id": "of the identity",
    "messaging.proof.partner_id": "whom it was made for",
    "messaging.proof.sent_identity_id": "of the identity",
    "messaging.template.batch.line.res_id": "the record it was chosen by",
    "rating.rating.partner_id": "who rated",
    "rating.rating.publisher_id": "agents",
    "rating.rating.rated_partner_id": "agents",
    "rating.rating.res_id": "of the ticket, which keeps its id",
    "res.partner.channel_ids": "agents",
}
#: Models of others that no customer conversation has.
OTHERS = (
    "calendar.",
    "crm.activity.report",
    "discuss.call.history",
    "discuss.channel.parent_channel_id",
    "discuss.channel.rtc.session",
    "ir.actions.",
    "ir.model.data",
    "mail.guest",
    "mail.mail",
    "mail.push.device",
    "mail.scheduled.message.author_id",
    "mail.scheduled.message.partner_ids",
    "res.users.settings",
    "snailmail.",
)
CUSTOMERS = {"discuss.channel", "messaging.identity"}
SERVICE = ("crm.", "discuss.", "helpdesk.", "mail.", "messaging.", "rating.")


@tagged("post_install", "-at_install")
class TestJoinGuard(TransactionCase):
    def _get_fields_about_customers(self):
        found = set()
        for name, model in self.env.registry.items():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if field.store and self._is_about_customers(name, field):
                    found.add(f"{name}.{field.name}")
        return {name for name in found if not name.startswith(OTHERS)}

    def _is_about_customers(self, model, field):
        if field.type == "many2one_reference" or field.name == "res_id":
            return True
        if field.type not in ("many2one", "many2many"):
            return False
        return field.comodel_name in CUSTOMERS or (
            field.comodel_name == "res.partner" and model.startswith(SERVICE)
        )

    def test_every_field_about_a_customer_is_in_a_list(self):
        found = self._get_fields_about_customers()
        self.assertGreater(len(found), 40)
        self.assertFalse(
            found - set(MOVED) - set(STAYS),
            "say in MOVED or STAYS what a join does with these, and do it in "
            "_follow_identities of the model",
        )

    def test_no_list_names_a_field_that_is_gone(self):
        found = self._get_fields_about_customers()
        self.assertFalse((set(MOVED) | set(STAYS)) - found)
        self.assertFalse(set(MOVED) & set(STAYS))

    def test_every_follower_follows(self):
        for model in self.env["messaging.join"]._get_followers():
            with self.subTest(model=model):
                self.assertTrue(callable(self.env[model]._follow_identities))

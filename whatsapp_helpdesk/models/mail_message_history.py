"""Messages of a conversation in the order of time, where ids do not tell it."""

from odoo import api, models
from odoo.fields import Domain

#: How core asks for messages, and the same by time.
BY_TIME = {"newest": "date DESC, id DESC", "oldest": "date ASC, id ASC"}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        by_time = self.env.context.get("helpdesk_by_time")
        if by_time and order == "id DESC":
            order = BY_TIME[by_time]
        return super()._search(domain, offset, limit, order, **options)

    def _message_fetch(
        self, domain, *, thread=None, before=None, after=None, around=None, **options
    ):
        """Override: imported history comes before what was written after it.

        The client names messages by id and keeps the order of the answer, so each
        bound becomes the moment and id of the message it names.
        """
        if not self._is_ordered_by_time(thread):
            return super()._message_fetch(
                domain,
                thread=thread,
                before=before,
                after=after,
                around=around,
                **options,
            )
        domain = Domain(True if domain is None else domain)
        limit = options.pop("limit", 30)
        if around is not None:
            half = limit // 2
            bound = self._get_time_bound(around, "<") | Domain("id", "=", around)
            older = self._fetch_by_time(domain & bound, thread, half, options)
            bound = self._get_time_bound(around, ">")
            newer = self._fetch_later(domain & bound, thread, half, options)
            return {**older, "messages": newer["messages"] + older["messages"]}
        if after:
            bound = self._get_time_bound(after, ">")
            return self._fetch_later(domain & bound, thread, limit, options)
        if before:
            domain &= self._get_time_bound(before, "<")
        return self._fetch_by_time(domain, thread, limit, options)

    @api.model
    def _is_ordered_by_time(self, thread):
        return (
            thread is not None
            and thread._name == "discuss.channel"
            and thread.is_helpdesk
            and thread.helpdesk_has_history
        )

    @api.model
    def _get_time_bound(self, message_id, operator):
        """Messages before (``<``) or after (``>``) a message, by time and id.

        One that is gone bounds by its id; a jump to the beginning names the id 0.
        """
        # sudo: mail.message - only when a message of the thread was written
        date = self.sudo().browse(message_id).exists().date
        if not date:
            return Domain("id", operator, message_id)
        same_moment = Domain("date", "=", date) & Domain("id", operator, message_id)
        return Domain("date", operator, date) | same_moment

    @api.model
    def _fetch_by_time(self, domain, thread, limit, options, direction="newest"):
        fetch = self.with_context(helpdesk_by_time=direction)._message_fetch_core
        result = fetch(domain, thread, limit, options)
        messages = result["messages"].with_env(self.env)
        return {**result, "messages": messages}

    @api.model
    def _fetch_later(self, domain, thread, limit, options):
        """The ones that follow a message, newest first as all answers are."""
        result = self._fetch_by_time(domain, thread, limit, options, "oldest")
        return {**result, "messages": result["messages"][::-1]}

    def _message_fetch_core(self, domain, thread, limit, options):
        return super()._message_fetch(domain, thread=thread, limit=limit, **options)

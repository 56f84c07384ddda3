"""Quiet hours: what nobody asked for waits for the customer's morning."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from ..gateway import phones


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    def _check_quiet_hours(self, intent):
        """What nobody asked for is not said at night. Campaigns are queued and wait."""
        if intent.bulk or not self._keeps_quiet(intent):
            return None
        until = self._get_quiet_until(intent.identity)
        if not until:
            return None
        return (
            "quiet_hours",
            self.env._(
                "It is a quiet hour where the customer is; it ends at %(time)s.",
                time=self._get_local_time(intent.identity, until).strftime("%H:%M"),
            ),
        )

    def _keeps_quiet(self, intent):
        """Hook: whether an intent keeps quiet hours; answers in a talk never do.

        Neither does what an agent decides to send to one customer.
        """
        return intent.bulk or (intent.unasked and intent.author_kind == "automatic")

    @api.model
    def _get_quiet_until(self, identity, moment=None):
        """Return when the quiet hours end in which a moment is, or None (naive UTC).

        :param moment: naive UTC; now, when left out.
        """
        account = identity.account_id
        start, end = account.quiet_from, account.quiet_to
        if start == end:
            return None
        local = self._get_local_time(identity, moment or fields.Datetime.now())
        hour = local.hour + local.minute / 60 + local.second / 3600
        quiet = start <= hour < end if start < end else hour >= start or hour < end
        if not quiet:
            return None
        day = local.date() + timedelta(days=1 if start > end and hour >= start else 0)
        wall = datetime.combine(day, _as_time(end))
        return self._as_utc(wall, local.tzinfo.zone)

    def _get_local_time(self, identity, moment):
        zone = pytz.timezone(self._get_time_zone(identity))
        return pytz.utc.localize(moment).astimezone(zone)

    def _as_utc(self, wall, zone_name):
        moment = pytz.timezone(zone_name).localize(wall, is_dst=False)
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_time_zone(self, identity):
        """Return where the customer is: by the number, else by the contact, else we.

        The zone of a contact without a user is usually that of whoever typed it in.
        """
        partner = identity.partner_id
        phone = identity.address_ids.filtered(lambda a: a.kind == "phone")[:1].value
        country = partner.country_id.code
        for zone in (
            partner.user_ids and partner.tz,
            phone and phones.time_zone(phone),
            country and pytz.country_timezones.get(country, [""])[0],
            partner.tz,
            identity.company_id.partner_id.tz,
            self.env.user.tz,
        ):
            if zone in pytz.all_timezones_set:
                return zone
        return "UTC"


def _as_time(hours):
    """From 7.5 to 7:30; seconds are not worth a rounding error."""
    minutes = round(hours * 60)
    return time(minutes // 60 % 24, minutes % 60)

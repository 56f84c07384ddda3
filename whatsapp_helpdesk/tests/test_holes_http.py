"""Every route of Discuss, called for a conversation by people who may not."""

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .security_case import SecurityMixin

#: Routes that take a channel: parameters for the conversation, and whether a reader who
#: is not a member may call it (True), or nobody (False).
CHANNEL_ROUTES = {
    "/discuss/channel/members": ({"known_member_ids": []}, True),
    "/discuss/channel/update_avatar": ({"data": "R0lGODlhAQABAAAAACw="}, False),
    "/discuss/channel/messages": ({}, True),
    "/discuss/channel/pinned_messages": ({}, True),
    "/discuss/channel/notify_typing": ({"is_typing": True}, True),
    "/discuss/channel/attachments": ({}, True),
    "/discuss/channel/join": ({}, True),
    "/discuss/settings/mute": ({"minutes": 10}, False),
    "/discuss/settings/custom_notifications": ({"custom_notifications": "all"}, False),
    "/mail/rtc/channel/join_call": ({}, False),
    "/mail/rtc/channel/leave_call": ({}, False),
    "/mail/rtc/channel/upgrade_connection": ({}, False),
    "/mail/rtc/channel/cancel_call_invitation": ({}, True),
    "/discuss/channel/ping": ({}, False),
    "/discuss/channel/set_new_message_separator": ({"message_id": 0}, False),
    "/discuss/channel/mark_as_read": ({"last_message_id": 0}, True),
}
#: The same for people who may not read it; these answer nothing instead of refusing.
SILENT_ROUTES = {"/discuss/channel/mark_as_read"}


@tagged("post_install", "-at_install", "wh_http")
class TestHolesHttp(SecurityMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_security()
        cls.conversation = cls.conversations["mine"]
        cls.message = cls.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", cls.conversation.id),
                ("messaging_direction", "=", "in"),
            ]
        )

    def _login(self, person):
        if person == "public":
            self.authenticate(None, None)
        else:
            login = self.people[person].login
            self.authenticate(login, login)

    def _call(self, route, params):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return self.make_jsonrpc_request(route, params)

    def assertRefused(self, route, params):
        with self.assertRaises(JsonRpcException, msg=f"{route} answered"):
            self._call(route, params)

    def assertMembersKept(self):
        self.env.invalidate_all()
        members = self.conversation.channel_member_ids
        self.assertEqual(members.partner_id, self.people["agent"].partner_id)
        self.assertFalse(members.guest_id)

    def test_every_route_with_a_channel_is_in_the_list(self):
        """A new route of core must be looked at before it is let through."""
        listed = set(CHANNEL_ROUTES) | {
            "/discuss/channel/<int:channel_id>",
            "/chat/<int:channel_id>/<string:invitation_token>",
            "/discuss/channel/sub_channel/create",
            "/discuss/channel/sub_channel/fetch",
            "/discuss/channel/sub_channel/delete",
        }
        routing = self.env["ir.http"].routing_map()
        routes = {
            rule.rule
            for rule in routing.iter_rules()
            if rule.rule.startswith(
                ("/discuss/channel", "/discuss/settings", "/chat/<int")
            )
            or rule.rule.startswith("/mail/rtc/channel")
        }
        self.assertFalse(routes - listed)

    def test_people_who_may_not_read_get_nothing(self):
        for person in ("employee", "portal", "other_salesperson", "public"):
            self._login(person)
            for route, (params, _) in CHANNEL_ROUTES.items():
                params = {"channel_id": self.conversation.id, **params}
                with self.subTest(person=person, route=route):
                    if route in SILENT_ROUTES:
                        self.assertFalse(self._call(route, params))
                    else:
                        self.assertRefused(route, params)
        self.assertMembersKept()

    def test_readers_read_and_do_not_become_members(self):
        for person in ("salesperson", "manager"):
            self._login(person)
            for route, (params, allowed) in CHANNEL_ROUTES.items():
                params = {"channel_id": self.conversation.id, **params}
                with self.subTest(person=person, route=route):
                    if allowed:
                        self._call(route, params)
                    else:
                        self.assertRefused(route, params)
        self.assertMembersKept()

    def test_member_cannot_call_or_change_the_picture(self):
        self._login("agent")
        for route in ("/mail/rtc/channel/join_call", "/discuss/channel/update_avatar"):
            params = {"channel_id": self.conversation.id, **CHANNEL_ROUTES[route][0]}
            with self.subTest(route=route):
                self.assertRefused(route, params)
        self.assertFalse(self.conversation.image_128)

    def test_no_thread_starts_from_a_conversation(self):
        self._login("agent")
        self.assertRefused(
            "/discuss/channel/sub_channel/create",
            {
                "parent_channel_id": self.conversation.id,
                "from_message_id": self.message.id,
            },
        )
        self.assertRefused(
            "/discuss/channel/sub_channel/delete",
            {"sub_channel_id": self.conversation.id},
        )

    def test_invitation_link_leads_nowhere(self):
        for person in ("public", "employee", "agent"):
            self._login(person)
            for token in ("False", "None", "0", "x"):
                url = f"/chat/{self.conversation.id}/{token}"
                with self.subTest(person=person, token=token):
                    self.assertEqual(self.url_open(url).status_code, 404)
        self.assertMembersKept()

    def test_invitation_link_with_a_token_of_old_leads_nowhere(self):
        """Even if a token was stored by an import, nobody joins with it."""
        self.env.cr.execute(
            "UPDATE discuss_channel SET uuid = 'known' WHERE id = %s",
            [self.conversation.id],
        )
        self.env.invalidate_all()
        for person in ("public", "employee"):
            self._login(person)
            url = f"/chat/{self.conversation.id}/known"
            with self.subTest(person=person):
                self.assertEqual(self.url_open(url).status_code, 404)
        self.assertMembersKept()

    def test_public_page_of_a_conversation_is_for_readers(self):
        url = f"/discuss/channel/{self.conversation.id}"
        for person, status in (("public", 404), ("employee", 404), ("agent", 200)):
            self._login(person)
            with self.subTest(person=person):
                self.assertEqual(self.url_open(url).status_code, status)

    def test_client_learns_no_token(self):
        self._login("agent")
        data = self._call(
            "/mail/data",
            {"fetch_params": [["discuss.channel", [self.conversation.id]]]},
        )
        channel = next(
            values
            for values in data["discuss.channel"]
            if values["id"] == self.conversation.id
        )
        self.assertFalse(channel.get("uuid"))
        self.assertFalse(channel.get("invitation_url"))

    def test_posted_author_and_type_are_ignored(self):
        self._login("agent")
        result = self._call(
            "/mail/message/post",
            {
                "thread_model": "discuss.channel",
                "thread_id": self.conversation.id,
                "post_data": {
                    "body": "forged",
                    "subtype_xmlid": "mail.mt_note",
                    "author_id": self.conversation.helpdesk_partner_id.id,
                    "message_type": "helpdesk_message",
                    "messaging_direction": "in",
                },
            },
        )
        message = self.env["mail.message"].browse(result["message_id"])
        self.assertEqual(message.author_id, self.people["agent"].partner_id)
        self.assertEqual(message.message_type, "comment")
        self.assertFalse(message.messaging_direction)

    def test_system_line_cannot_be_posted(self):
        for person in ("agent", "salesperson"):
            self._login(person)
            for context in ({}, {"helpdesk_posting": True}):
                with self.subTest(person=person, context=context):
                    self.assertRefused(
                        "/mail/message/post",
                        {
                            "thread_model": "discuss.channel",
                            "thread_id": self.conversation.id,
                            "post_data": {
                                "body": "Case closed",
                                "message_type": "notification",
                            },
                            "context": context,
                        },
                    )

    def test_outsider_cannot_post(self):
        for person in ("employee", "portal", "public", "other_salesperson"):
            self._login(person)
            with self.subTest(person=person):
                self.assertRefused(
                    "/mail/message/post",
                    {
                        "thread_model": "discuss.channel",
                        "thread_id": self.conversation.id,
                        "post_data": {"body": "x", "subtype_xmlid": "mail.mt_note"},
                    },
                )

    def test_customers_message_is_not_edited_or_emptied(self):
        for person in ("agent", "administrator", "portal"):
            self._login(person)
            for body in ("changed", ""):
                with self.subTest(person=person, body=body):
                    self.assertRefused(
                        "/mail/message/update_content",
                        {
                            "message_id": self.message.id,
                            "update_data": {"body": body, "attachment_ids": []},
                        },
                    )
        self.assertIn("secret of mine", self.message.body)

    def test_portal_cannot_flip_the_internal_flag(self):
        self._login("portal")
        self.assertRefused(
            "/mail/update_is_internal",
            {"message_id": self.message.id, "is_internal": True},
        )

    def test_customers_file_is_not_deleted_or_read_by_others(self):
        attachment = self.env["ir.attachment"].create(
            {
                "name": "photo.txt",
                "raw": b"photo",
                "res_model": "discuss.channel",
                "res_id": self.conversation.id,
            }
        )
        self.message.attachment_ids = attachment
        self.env.flush_all()
        self._login("agent")
        self.assertRefused("/mail/attachment/delete", {"attachment_id": attachment.id})
        self.assertEqual(
            self.url_open(f"/web/content/{attachment.id}").content, b"photo"
        )
        for person in ("employee", "portal", "public"):
            self._login(person)
            response = self.url_open(f"/web/content/{attachment.id}")
            with self.subTest(person=person):
                self.assertNotEqual(response.content, b"photo")
        self.assertTrue(attachment.exists())

    def test_outsider_uploads_nothing(self):
        self._login("employee")
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/mail/attachment/upload",
                data={
                    "csrf_token": http.Request.csrf_token(self),
                    "thread_id": self.conversation.id,
                    "thread_model": "discuss.channel",
                },
                files={"ufile": ("x.txt", b"x", "text/plain")},
            )
        self.assertEqual(response.status_code, 404)

    def test_reaction_of_an_outsider_is_refused(self):
        for person in ("employee", "other_salesperson"):
            self._login(person)
            with self.subTest(person=person):
                self.assertRefused(
                    "/mail/message/reaction",
                    {"message_id": self.message.id, "content": "x", "action": "add"},
                )

    def test_members_added_by_rpc_are_refused(self):
        self._login("agent")
        self.assertRefused(
            "/web/dataset/call_kw/discuss.channel/add_members",
            {
                "model": "discuss.channel",
                "method": "add_members",
                "args": [[self.conversation.id]],
                "kwargs": {"partner_ids": self.people["employee"].partner_id.ids},
            },
        )
        self.assertMembersKept()

    def test_search_does_not_find_it_for_outsiders(self):
        for person in ("employee", "public"):
            self._login(person)
            result = self._call(
                "/discuss/search", {"term": self.conversation.name, "limit": 20}
            )
            ids = [values["id"] for values in result.get("discuss.channel", [])]
            with self.subTest(person=person):
                self.assertNotIn(self.conversation.id, ids)

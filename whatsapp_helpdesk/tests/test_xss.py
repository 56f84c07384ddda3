"""Texts of attackers on every screen of the app, in a real browser."""

import json
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from ..gateway.outgoing import Button, OutButtons, OutLink, OutList, Row
from ..gateway.provider import MediaBlob
from . import bodies
from .common import MessagingMixin
from .phone_case import PhoneCase
from .test_media import PNG, ScriptedProvider

RUN = "window.__xss=1"
#: The element tells that a text became markup even where scripts are taken out.
EVIL = f'"><x-pwn></x-pwn><img src=x onerror="{RUN}">'
PAYLOADS = (
    EVIL,
    f"<svg onload={RUN}><x-pwn></x-pwn></svg>",
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<a href=javascript:{RUN}>x</a>",
    f"javascript:{RUN}",
    f"[x](javascript:{RUN})",
    f'https://example.com/"onmouseover="{RUN}"x=\'',
    f"https://example.com/<x-pwn></x-pwn><img/src/onerror={RUN}>",
    "{{1234*5678}} ${1234*5678} <t t-out='1234*5678'/> %(x)s {0}",
    "{{constructor.constructor('window.__xss=1')()}}",
    f"<iframe srcdoc='<script>parent.__xss=1</script>'></iframe><x-pwn>{RUN}",
    f'<math><mi//xlink:href="data:x,<script>{RUN}</script>">',
    f"*<x-pwn></x-pwn>* _<img src=x onerror={RUN}>_ ~<x-pwn>~ ```<x-pwn></x-pwn>```",
    f"> <x-pwn></x-pwn>\n* <img src=x onerror={RUN}>\n1. `<x-pwn></x-pwn>`",
    f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e\u2028<x-pwn></x-pwn>\u202e",
    f"&lt;x-pwn&gt;&lt;img src=x onerror={RUN}&gt; &#60;x-pwn&#62; \\u003cx-pwn\\u003e",
    f"<x-pwn style=\"background:url('javascript:{RUN}')\" onfocus={RUN} autofocus>",
)


OFFICER = "whatsapp_helpdesk.group_privacy_officer"
WIZARDS = (
    "messaging.template.send",
    "messaging.template.try",
    "messaging.privacy.erase",
    "messaging.privacy.export",
    "messaging.consent.record",
)


def get_messages():
    """Every kind of content with the attacker's text wherever there is one."""
    card = {
        "name": {"formatted_name": EVIL, "first_name": EVIL},
        "org": {"company": EVIL, "title": EVIL},
        "phones": [{"phone": EVIL, "type": EVIL}],
        "emails": [{"email": EVIL}],
        "urls": [{"url": f"javascript:{RUN}", "type": EVIL}],
    }
    place = {"latitude": 1, "longitude": 2, "name": EVIL, "address": EVIL}
    order = {
        "catalog_id": EVIL,
        "text": EVIL,
        "product_items": [
            {
                "product_retailer_id": EVIL,
                "quantity": 1,
                "item_price": 2,
                "currency": EVIL,
            }
        ],
    }
    referral = {
        "source_url": f"javascript:{RUN}",
        "source_type": "ad",
        "source_id": EVIL,
        "headline": EVIL,
        "body": EVIL,
    }
    return (
        *(bodies.message(text={"body": payload}) for payload in PAYLOADS),
        bodies.message("contacts", contacts=[card]),
        bodies.message("location", location=place),
        bodies.message("location", location={"latitude": EVIL, "longitude": RUN}),
        bodies.message("order", order=order),
        bodies.message(text={"body": EVIL}, referral=referral),
        *get_answers(),
        *get_oddities(),
    )


def get_answers():
    """Answers to our own questions."""
    answer = {
        "type": "nfm_reply",
        "nfm_reply": {
            "name": "flow",
            "body": EVIL,
            "response_json": json.dumps({EVIL: EVIL, "b": [{"c": EVIL}]}),
        },
    }
    row = {"type": "list_reply", "list_reply": {"id": "1", "title": EVIL}}
    row["list_reply"]["description"] = EVIL
    pressed = {"type": "button_reply", "button_reply": {"id": EVIL, "title": EVIL}}
    return (
        bodies.message("interactive", interactive=answer),
        bodies.message("interactive", interactive=row),
        bodies.message("interactive", interactive=pressed),
        bodies.message("button", button={"text": EVIL, "payload": EVIL}),
    )


def get_oddities():
    context = {"id": "wamid.unknown", "forwarded": True}
    return (
        bodies.message(EVIL, **{EVIL: {"x": EVIL}}),
        bodies.message("unsupported", errors=[{"code": 1, "title": EVIL}]),
        bodies.message("system", system={"body": EVIL, "type": EVIL}),
        bodies.message(text={"body": EVIL}, context=context),
    )


class XssCase(MessagingMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        cls.admin = cls.env.ref("base.user_admin")
        groups = ("helpdesk_mgmt.group_helpdesk_manager", "base.group_system", OFFICER)
        for xmlid in groups:
            cls.admin.group_ids += cls.env.ref(xmlid)
        cls.team.name = cls.account.name = cls.connection.name = EVIL
        cls.agent.name = cls.agent2.name = EVIL

    def _write_as_customer(self):
        """Everything that a customer can say; return the conversation."""
        now = self._now_timestamp()
        for message in get_messages():
            message["timestamp"] = str(now)
            body = bodies.inbound(message, name=EVIL, username=EVIL)
            self.assertEqual(self._deliver(body)[0], 200)
        self._process()
        self._send_files(now)
        identity = self.env["messaging.identity"].search(
            [("account_id", "=", self.account.id)], limit=1
        )
        self.assertTrue(identity)
        return identity.conversation_id

    def _send_files(self, now):
        contents = ((PNG, "image/png"), (b"<x-pwn>", "text/html"), (b"%PDF-1.7", ""))
        for _content, mime in contents:
            content = {"filename": EVIL, "caption": EVIL, "mime_type": mime or EVIL}
            body = bodies.media("document", timestamp=now, content=content, name=EVIL)
            self._deliver(body)
        self._process()
        blobs = [MediaBlob(content, mime, EVIL) for content, mime in contents]
        provider = ScriptedProvider(*blobs)
        account_class = self.env.registry["messaging.account"]
        with (
            self._without_commit(),
            patch.object(account_class, "_get_provider", lambda account: provider),
        ):
            self.env["messaging.media"]._cron_fetch()

    def _get_last_customer_message(self, conversation):
        domain = [("res_id", "=", conversation.id), ("messaging_direction", "=", "in")]
        return self.env["mail.message"].search(domain, order="id desc", limit=1)

    def _answer_as_agent(self, conversation):
        case = conversation.helpdesk_ticket_id
        case.user_id = self.agent
        case.write({"name": EVIL})
        agent = conversation.with_user(self.agent)
        first = self._get_last_customer_message(conversation)
        for payload in PAYLOADS:
            for subtype in ("mail.mt_comment", "mail.mt_note"):
                agent.message_post(
                    body=payload, message_type="comment", subtype_xmlid=subtype
                )
        answer = agent.message_post(
            body=EVIL,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            parent_id=first.id,
        )
        answer.sudo().messaging_part_ids.write(
            {
                "state": "failed",
                "failure_reason": "invalid",
                "failure_detail": EVIL,
            }
        )
        return case

    def _create_around(self, conversation):
        """What hangs on a customer: a lead, an event that failed, a consent."""
        partner = conversation.helpdesk_partner_id
        partner.write({"comment": False, "email": f"{EVIL}@x.example", "street": EVIL})
        self.lead = self.env["crm.lead"].create(
            {"name": EVIL, "partner_id": partner.id, "contact_name": EVIL}
        )
        self.env["messaging.template"].create(
            {
                "account_id": self.account.id,
                "external_id": "1",
                "name": EVIL,
                "language": "en",
                "category": "utility",
                "status": "APPROVED",
                "body": EVIL,
            }
        )
        update = self._get_updates()[:1]
        update.write({"state": "parked", "reason": EVIL, "error": EVIL})
        self.env["messaging.event"].search([], limit=1).write({"error": EVIL})

    # -- screens ----------------------------------------------------------------------

    def _get_screens(self, conversation, case):
        partner = conversation.helpdesk_partner_id
        discuss = {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "params": {"active_id": f"discuss.channel_{conversation.id}"},
            "context": {"active_id": f"discuss.channel_{conversation.id}"},
        }
        screens = [{"name": "discuss", "request": discuss, "shows": True}]
        for record in (case, partner, self.lead, self.team, self.agent):
            screens += self._get_views_of(record)
        screens += self._get_wizards(conversation)
        seen = set()
        for action in self._get_own_actions():
            if action.res_model in seen:
                continue
            seen.add(action.res_model)
            screens.append({"name": action.name, "request": action.id})
            first = self._find_one(action.res_model)
            if first:
                form = self._get_views_of(first)[0]
                screens.append({**form, "shows": False})
        return screens

    def _get_wizards(self, conversation):
        """Dialogs that show what others wrote."""
        template = self.env["messaging.template"].search([], limit=1)
        values = {
            "default_conversation_id": conversation.id,
            "default_partner_id": conversation.helpdesk_partner_id.id,
            "default_identity_id": conversation.messaging_identity_id.id,
            "default_template_id": template.id,
            "default_account_id": self.account.id,
            "active_model": "res.partner",
            "active_id": conversation.helpdesk_partner_id.id,
            "active_ids": conversation.helpdesk_partner_id.ids,
        }
        return [
            {
                "name": name,
                "request": {
                    "type": "ir.actions.act_window",
                    "res_model": name,
                    "views": [[False, "form"]],
                    "target": "new",
                    "context": values,
                },
            }
            for name in WIZARDS
        ]

    def _get_own_actions(self):
        """Every window of the app, whoever adds one: lists of records in the main
        part of the page."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "whatsapp_helpdesk"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        return actions.filtered(lambda a: a.target != "new" and not a.res_id)

    def _find_one(self, model_name):
        model = self.env[model_name]
        return model.browse() if model._transient else model.search([], limit=1)

    def _get_views_of(self, record):
        request = {"type": "ir.actions.act_window", "res_model": record._name}
        form = {**request, "res_id": record.id, "views": [[False, "form"]]}
        rows = {**request, "views": [[False, "list"]]}
        board = {**request, "views": [[False, "kanban"]]}
        return [
            {"name": f"{record._name} {kind}", "request": each, "shows": kind == "form"}
            for kind, each in (("form", form), ("list", rows), ("kanban", board))
        ]


@tagged("post_install", "-at_install", "wh_tour")
class TestXss(XssCase):
    def test_no_screen_takes_a_text_for_a_program(self):
        conversation = self._write_as_customer()
        case = self._answer_as_agent(conversation)
        self._create_around(conversation)
        screens = self._get_screens(conversation, case)
        self.env.flush_all()
        self.browser_js(
            "/odoo/discuss",
            f"odoo.visitHelpdeskScreens({json.dumps(screens)})",
            ready="Boolean(odoo.visitHelpdeskScreens)",
            login=self.admin.login,
            success_signal="no xss found",
            timeout=300,
        )


@tagged("post_install", "-at_install", "wh_tour")
class TestXssPhone(PhoneCase):
    def test_the_phone_takes_no_text_for_a_program(self):
        self.phone_account.name = EVIL
        self._send(text=EVIL)
        for payload in PAYLOADS:
            self._answer(payload)
            self._send(text=payload)
        for part in (
            OutButtons(EVIL, (Button(EVIL, EVIL),), EVIL, EVIL),
            OutList(EVIL, EVIL, (Row(EVIL, EVIL, EVIL, EVIL),), EVIL, EVIL),
            OutLink(EVIL, EVIL, f"javascript:{RUN}", EVIL, EVIL),
            OutLink(EVIL, EVIL, f"https://example.com/{EVIL}", EVIL, EVIL),
        ):
            self._offer(part)
        self._send_file(EVIL, b"<x-pwn>", "text/html")
        self._send_file(EVIL, PNG, "image/png", media="image")
        self._send(
            type="contact", contact={"name": EVIL, "phones": ["+1"], "emails": [EVIL]}
        )
        url = urlsplit(self.link._issue_url())
        self.browser_js(
            f"{url.path}?{url.query}#{url.fragment}",
            CHECK_PHONE,
            ready="document.body.textContent.includes('x-pwn')",
            success_signal="no xss found",
            timeout=90,
        )


#: The same questions as in helpdesk_xss_tour.js; the phone loads no bundle of Odoo's.
CHECK_PHONE = """
setTimeout(() => {
    const bad = [...document.querySelectorAll("*")].filter((node) =>
        node.localName === "x-pwn" ||
        (node.localName === "script" && node.textContent.includes("window.__xss")) ||
        [...node.attributes].some(({name, value}) => name.startsWith("on") ||
            (["href", "src"].includes(name) && /^\\s*javascript/i.test(value))));
    if (window.__xss || bad.length || document.body.textContent.includes("7006652")) {
        console.error("xss: " + bad.map((node) => node.outerHTML).join(" "));
    } else if (!document.body.textContent.includes("<x-pwn>")) {
        console.error("nothing of the attacker's is shown");
    } else {
        console.log("no xss found");
    }
}, 2000);
"""

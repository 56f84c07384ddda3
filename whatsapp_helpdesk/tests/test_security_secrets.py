"""Secrets are the administrator's alone, and even they never see one again."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from ..models.messaging_secret_mixin import MASK
from .security_case import SecurityCase

CONNECTION_SECRETS = (
    "token",
    "verify_token",
    "app_secret",
    "app_secret_previous",
    "base_url",
    "webhook_url",
)
ACCOUNT_SECRETS = ("access_token",)


@tagged("post_install", "-at_install")
class TestSecrets(SecurityCase):
    def _each_secret(self):
        for record, names in (
            (self.connection, CONNECTION_SECRETS),
            (self.account, ACCOUNT_SECRETS),
        ):
            for name in names:
                yield record, name

    def test_manager_cannot_read_a_secret(self):
        for record, name in self._each_secret():
            with self.subTest(field=name), self.assertRaises(AccessError):
                self._as("manager", record).read([name])

    def test_manager_cannot_guess_a_secret_by_searching(self):
        for record, name in self._each_secret():
            if not record._fields[name].store:
                continue
            with self.subTest(field=name), self.assertRaises(AccessError):
                self._as("manager", record).search([(name, "=like", "a%")])

    def test_manager_cannot_guess_a_secret_by_grouping_or_sorting(self):
        for record, name in self._each_secret():
            if not record._fields[name].store:
                continue
            records = self._as("manager", record)
            with self.subTest(field=name, by="group"), self.assertRaises(AccessError):
                records.formatted_read_group([], [name], ["__count"])
            with self.subTest(field=name, by="order"), self.assertRaises(AccessError):
                records.search([], order=name)

    def test_manager_cannot_reach_a_secret_through_a_related_record(self):
        accounts = self._as("manager", self.account)
        with self.assertRaises(AccessError):
            accounts.search([("connection_id.app_secret", "=like", "a%")])
        identities = self._as("manager", self.env["messaging.identity"])
        with self.assertRaises(AccessError):
            identities.search([("account_id.access_token", "=like", "a%")])

    def test_manager_cannot_write_a_secret(self):
        with self.assertRaises(AccessError):
            self._as("manager", self.account).write({"access_token": "mine"})
        with self.assertRaises(AccessError):
            self._as("manager", self.account).write({"external_id": "222"})

    def test_nobody_exports_a_secret(self):
        for person in ("manager", "administrator"):
            self.people[person].group_ids += self.env.ref("base.group_allow_export")
            account = self._as(person, self.account)
            self.assertTrue(account.export_data(["name"])["datas"])
            for record, name in self._each_secret():
                with self.subTest(field=name), self.assertRaises(AccessError):
                    self._as(person, record).export_data(["name", name])
            with self.assertRaises(AccessError):
                account.export_data(["connection_id/app_secret"])
            with self.assertRaises(AccessError):
                self._as(person, self.connection).export_data(
                    ["account_ids/access_token"]
                )

    def test_fields_and_forms_of_a_manager_do_not_mention_secrets(self):
        for record, name in self._each_secret():
            records = self._as("manager", record)
            with self.subTest(field=name):
                self.assertNotIn(name, records.fields_get())
                arch = records.get_view(view_type="form")["arch"]
                self.assertNotIn(f'name="{name}"', arch)
                self.assertNotIn(name, records.web_read({"name": {}})[0])

    def test_default_values_of_a_manager_hold_no_secret(self):
        values = self._as("manager", self.connection).default_get(
            list(CONNECTION_SECRETS)
        )
        self.assertFalse(values)

    def test_copies_do_not_take_secrets_along(self):
        copy = self.connection.copy()
        for name in ("app_secret", "app_secret_previous", "base_url"):
            self.assertFalse(copy[name], name)
        self.assertNotEqual(copy.token, self.connection.token)
        self.assertNotEqual(copy.verify_token, self.connection.verify_token)
        self.assertFalse(copy.account_ids)
        account = self.account.copy({"external_id": "222"})
        self.assertFalse(account.access_token)

    def test_names_hold_no_secret(self):
        event = self.env["messaging.event"].create(
            {"connection_id": self.connection.id, "sha256": "a" * 64, "body": "e30="}
        )
        for record in (self.connection, self.account, event):
            self.assertNoSecretIn(record.display_name)

    def test_chatter_of_an_account_holds_no_secret(self):
        account = self.account.with_context(tracking_disable=False)
        account.write({"access_token": "another-token-value", "state": "stopped"})
        self.env.flush_all()
        self.cr.precommit.run()
        messages = account.message_ids
        tracked = messages.sudo().tracking_value_ids
        texts = [*messages.mapped("body"), *tracked.mapped("new_value_char")]
        self.assertNoSecretIn(" ".join(str(text) for text in texts))

    def test_nothing_sent_to_browsers_holds_a_secret(self):
        conversation = self.conversations["mine"]
        store = Store().add(self._as("agent", conversation))
        store.add(self._as("agent", conversation.message_ids))
        self.assertNoSecretIn(repr(store.get_result()))

    def test_raw_bodies_are_the_administrators(self):
        event = self.env["messaging.event"].create(
            {"connection_id": self.connection.id, "sha256": "b" * 64, "body": "e30="}
        )
        with self.assertRaises(AccessError):
            self._as("manager", event).read(["body"])
        self.assertTrue(self._as("administrator", event).read(["body"]))

    def test_credentials_and_secrets_are_not_callable_from_outside(self):
        for model in (self.connection, self.account, self.env["messaging.event"]):
            for name in dir(type(model)):
                if "secret" in name or "credential" in name or "token" in name:
                    member = getattr(type(model), name)
                    if callable(member) and not hasattr(member, "column_type"):
                        self.assertTrue(
                            name.startswith("_"), f"{model._name}.{name} is public"
                        )

    def test_credentials_do_not_show_when_printed(self):
        credentials = self.account._get_credentials()
        self.assertIn("access-token-value", credentials.token)
        self.assertNoSecretIn(f"{credentials} {credentials!r}")

    def test_administrators_browser_sees_that_there_is_a_secret_not_which(self):
        for record, name in (
            (self.connection, "app_secret"),
            (self.account, "access_token"),
        ):
            record = self._as("administrator", record)
            value = record.web_read({name: {}})[0][name]
            self.assertEqual(value, MASK)
            record.write({name: value, "name": "Renamed"})
            self.assertNotEqual(record.sudo()[name], MASK)
            record.write({name: "new-value"})
            self.assertEqual(record.sudo()[name], "new-value")

    def test_no_way_of_reading_shows_an_administrator_a_secret(self):
        for record, name in (
            (self.connection, "app_secret"),
            (self.account, "access_token"),
        ):
            record = self._as("administrator", record)
            domain = [("id", "=", record.id)]
            for values in (
                record.read([name]),
                record.search_read(domain, [name]),
                record.web_search_read(domain, {name: {}})["records"],
            ):
                self.assertEqual(values[0][name], MASK)
            for arguments in (([name], []), ([], [f"{name}:array_agg"])):
                with self.assertRaises(AccessError):
                    record.formatted_read_group(domain, *arguments)
            with self.assertRaises(AccessError):
                self.env["messaging.account"].formatted_read_group(
                    [], ["connection_id.app_secret"], []
                )

    def test_no_way_of_searching_tells_an_administrator_a_secret(self):
        accounts = self._as("administrator", self.env["messaging.account"])
        connections = self._as("administrator", self.env["messaging.connection"])
        for operator in ("=", "like", "=like", "ilike", ">", "in", "not like"):
            value = ["access-token-value"] if operator == "in" else "a%"
            with self.subTest(operator=operator):
                with self.assertRaises(AccessError):
                    accounts.search([("access_token", operator, value)])
                with self.assertRaises(AccessError):
                    accounts.search([("connection_id.app_secret", operator, value)])
                with self.assertRaises(AccessError):
                    connections.search_count(
                        ["!", ("account_ids.access_token", operator, value)]
                    )
        with self.assertRaises(AccessError):
            accounts.search([], order="name, access_token desc")
        with self.assertRaises(AccessError):
            accounts.name_search("x", [("access_token", "=like", "a%")])
        self.assertIn(self.account, accounts.search([("access_token", "!=", False)]))

    def assertNoSecretIn(self, text):
        for secret in (
            "app-secret-value",
            "old-secret-value",
            "access-token-value",
            "another-token-value",
            self.connection.token,
            self.connection.verify_token,
        ):
            self.assertNotIn(secret, text)

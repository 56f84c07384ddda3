"""The fake's account part, spoken to by the app's own calls for connecting a number."""

import http.server
import threading
import unittest
from urllib.parse import parse_qs, urlsplit

from whatsapp_helpdesk.gateway.errors import GatewayError
from whatsapp_helpdesk.gateway.provider import Credentials
from whatsapp_helpdesk.gateway.setup import Profile
from whatsapp_helpdesk.gateway.transport import Transport
from whatsapp_helpdesk.gateway.whatsapp.provider import WhatsAppProvider

from ..fakes.whatsapp import FakeWhatsApp
from ..fakes.whatsapp.state import APP_ID, NUMBER_ID, WABA_ID

SECRET = "app-secret"


class Handshaker(http.server.BaseHTTPRequestHandler):
    """Stands for our webhook: answers with the challenge if the token is right."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        good = query["hub.verify_token"] == ["verify-me"]
        content = query["hub.challenge"][0].encode() if good else b"no"
        self.send_response(200 if good else 403)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class TestFakeAccounts(unittest.TestCase):
    def setUp(self):
        self.hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handshaker)
        thread = threading.Thread(target=self.hook.serve_forever, args=(0.02,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.hook.server_close)
        self.addCleanup(self.hook.shutdown)
        self.callback = f"http://127.0.0.1:{self.hook.server_port}/hook"
        self.fake = FakeWhatsApp(app_secret=SECRET)
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__)
        self.provider = self.make()

    def make(self, token="tok-one", secret=SECRET):
        credentials = Credentials(
            NUMBER_ID, token, (secret,), self.fake.url, {"parent": WABA_ID}
        )
        transport = Transport((), base_url_override=self.fake.url)
        return WhatsAppProvider(credentials, transport)

    def check(self, provider=None):
        checks = (provider or self.provider).check_setup(self.callback)
        return {check.code: check for check in checks}

    def refused(self, call, *args):
        with self.assertRaises(GatewayError) as caught:
            call(*args)
        return caught.exception

    def test_from_nothing_to_a_working_number(self):
        number = self.fake.state.numbers[NUMBER_ID]
        number.status, number.verified = "PENDING", "NOT_VERIFIED"
        self.fake.state.subscribed = False
        failed = {code for code, check in self.check().items() if check.ok is False}
        self.assertEqual(failed, {"webhook", "subscribed", "number", "health"})
        self.provider.set_webhook(self.callback, "verify-me")
        self.provider.subscribe()
        self.provider.request_code("sms", "en_US")
        self.provider.verify_code("123-456")
        self.provider.register("654321")
        self.assertTrue(all(check.ok for check in self.check().values()))

    def test_address_that_does_not_know_the_verify_token(self):
        error = self.refused(self.provider.set_webhook, self.callback, "wrong")
        self.assertEqual(error.code, 2200)
        self.assertEqual(self.check()["webhook"].detail, "absent")

    def test_wrong_app_secret(self):
        checks = self.check(self.make(secret="another"))
        self.assertEqual(checks["webhook"].detail, "secret")
        self.assertIs(self.provider.check_secret("another"), False)
        self.assertIs(self.provider.check_secret(SECRET), True)

    def test_token_that_expired_or_lacks_a_permission(self):
        self.fake.expire_token("tok-old")
        self.assertFalse(self.check(self.make("tok-old"))["token"].ok)
        self.fake.state.scopes["tok-half"] = ("whatsapp_business_messaging",)
        check = self.check(self.make("tok-half"))["permissions"]
        self.assertEqual(check.values["missing"], ["whatsapp_business_management"])

    def test_override_is_taken_back_by_subscribing(self):
        self.fake.state.override = "https://elsewhere.example.com/hook"
        self.assertEqual(self.check()["subscribed"].detail, "overridden")
        self.provider.subscribe()
        self.assertTrue(self.check()["subscribed"].ok)

    def test_pin_has_to_be_the_one_of_the_number(self):
        self.provider.register("111111")
        self.assertEqual(self.refused(self.provider.register, "222222").code, 133005)

    def test_code_has_to_be_right(self):
        self.assertEqual(self.refused(self.provider.verify_code, "000000").code, 136025)

    def test_app_is_the_one_of_the_token(self):
        self.assertEqual(self.provider.get_token().app, APP_ID)
        self.assertEqual(len(self.provider.list_numbers()), 1)

    def test_profile_is_kept(self):
        profile = Profile("Plants", email="a@example.com", vertical="RETAIL")
        self.provider.set_profile(profile)
        self.assertEqual(self.provider.get_profile(), profile)

"""No secret and no personal identifier leaves in a text."""

from __future__ import annotations

from ...gateway import redact
from .case import UnitCase

TOKEN = "EAAGm0PX4ZCpsBAKZB1234567890abcdefABCDEF"
BSUID = "US.13491208655302741918"
WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"

#: Text and what must not be in it afterwards.
SECRETS = (
    (f"Authorization: Bearer {TOKEN}", TOKEN),
    ("{'Authorization': 'Bearer abc.def-123'}", "abc.def-123"),
    ("bearer\tQWxhZGRpbjpvcGVu", "QWxhZGRpbjpvcGVu"),
    ("Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
    (f"GET /v25.0/me?access_token={TOKEN}&x=1", TOKEN),
    ("?input_token=short1&appsecret_proof=feed", "short1"),
    ("hub.verify_token=my-word", "my-word"),
    ('{"access_token": "abc", "client_secret": "def"}', "abc"),
    ('{"access_token": "abc", "client_secret": "def"}', "def"),
    ("{'app_secret': 'p', 'pin': '123456'}", "123456"),
    (f"seen {TOKEN} somewhere", TOKEN),
    ("X-Hub-Signature-256: sha256=" + "ab" * 32, "ab" * 32),
    ("https://user:hunter2@proxy.example:8080/x", "hunter2"),
    (f"unknown message {WAMID}", WAMID[6:]),
    (f"to {BSUID} failed", "13491208655302741918"),
    ("to US.ENT.118156123 failed", "118156123"),
    ("to +16505551234", "1650555"),
    ("to 16505551234.", "1650555"),
    ("to +1 (650) 555-1234", "555"),
    ("to +44 7700 900123", "7700"),
    ("الرقم ٩٦٦٥٠١٢٣٤٥٦٧", "٩٦٦٥٠"),
)
#: Text that stays as it is.
HARMLESS = (
    "error 131047: re-engagement message",
    "2026-11-22 15:04:05 timeout after 20.0 s",
    "2026-11-22T15:04:05Z",
    "limit 1048576 bytes",
    "HTTP 400 code 130429 subcode 2494010",
    "token expired",
    "GET /v25.0/messages",
    "Jane ordered 3 tokens",
    "",
)


class TestRedact(UnitCase):
    def test_secrets_by_shape(self):
        for source, secret in SECRETS:
            with self.subTest(source):
                result = redact.redact(source)
                self.assertNotIn(secret, result)
                self.assertIn(redact.MASK, result)

    def test_ordinary_text_is_kept(self):
        for source in HARMLESS:
            with self.subTest(source):
                self.assertEqual(redact.redact(source), source)

    def test_redacting_twice_changes_nothing(self):
        for source, _secret in SECRETS:
            once = redact.redact(source)
            self.assertEqual(redact.redact(once), once)

    def test_the_end_of_a_number_remains(self):
        self.assertEqual(redact.redact("to +16505551234!"), "to ***34!")

    def test_secrets_by_value_in_every_spelling(self):
        values = ("p&ss wörd/1", "tok'en\n2", "abc")
        source = "p&ss wörd/1 p%26ss%20w%C3%B6rd%2F1 tok'en\n2 tok'en\\n2 abc"
        self.assertEqual(redact.redact(source, values), "*** *** *** *** abc")

    def test_a_secret_inside_another(self):
        values = ("secret-one", "secret-one-and-more")
        self.assertEqual(redact.redact("x secret-one-and-more y", values), "x *** y")

    def test_long_text_is_cut(self):
        self.assertEqual(len(redact.redact("x" * 99_999)), redact.MAX_LENGTH + 1)

    def test_traceback_has_no_values(self):
        secret = "value-of-a-secret"

        def inner(token):
            local = {"header": f"Bearer {token}"}
            raise ValueError(f"bad {local} for +16505551234")

        try:
            try:
                inner(secret)
            except ValueError as error:
                raise RuntimeError(f"again {secret}") from error
        except RuntimeError as error:
            text = redact.redact_traceback(error, (secret,))
        self.assertNotIn(secret, text)
        self.assertNotIn("6505551", text)
        for part in ("ValueError: bad", "RuntimeError: again", "in inner", "Traceback"):
            self.assertIn(part, text)

"""Every limit of a template at one below, at and above."""

from __future__ import annotations

import dataclasses

from ...gateway.template_check import CODES, check
from ...gateway.templates import TemplateButton, TemplateDefinition, TemplateHeader
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase

GOOD = TemplateDefinition(
    "order_update", "en_US", "utility", "Thank you for your order, it is on its way."
)
QUICK = TemplateButton("quick_reply", "Thanks")
SITE = "https://example.com/"


def made(**changes):
    return dataclasses.replace(GOOD, **changes)


def header(text, **more):
    return made(header=TemplateHeader("text", text, **more))


def button(**values):
    return made(buttons=(TemplateButton(**values),))


def quick_replies(count):
    return tuple(TemplateButton("quick_reply", f"Answer {n}") for n in range(count))


def links(count):
    return tuple(TemplateButton("url", f"Page {n}", SITE) for n in range(count))


def body_of(variables, words):
    """A body with so many variables and other words."""
    text = " ".join(["word"] + [f"{{{{{n}}}}}" for n in range(1, variables + 1)])
    return f"{text} {' '.join(['word'] * (words - 1))}"


def filled(body, **more):
    examples = {f"body:0:{n}": "x" for n in range(1, 30)}
    return made(body=body, examples=examples, **more)


#: Limit, how a template with n of it is made, code of the issue above it.
LIMITS = {
    "name": (512, lambda n: made(name="n" * n), "too_long"),
    "body": (1024, lambda n: made(body="b" * n), "too_long"),
    "header": (60, lambda n: header("h" * n), "too_long"),
    "footer": (60, lambda n: made(footer="f" * n), "too_long"),
    "button title": (
        25,
        lambda n: button(kind="quick_reply", title="t" * n),
        "too_long",
    ),
    "quick replies": (10, lambda n: made(buttons=quick_replies(n)), "too_many"),
    "links": (2, lambda n: made(buttons=links(n)), "too_many"),
    "url": (
        2000,
        lambda n: button(kind="url", title="Go", url=SITE.ljust(n, "x")),
        "too_long",
    ),
    "phone digits": (
        20,
        lambda n: button(kind="phone", title="Call", phone="+" + "1" * n),
        "number",
    ),
    "copied code": (
        20,
        lambda n: button(kind="copy_code", title="Copy", example="c" * n),
        "too_long",
    ),
}

REFUSED = {
    "no name": (made(name=""), "empty", "name"),
    "capitals": (made(name="Order"), "characters", "name"),
    "dash": (made(name="order-update"), "characters", "name"),
    "arabic name": (made(name="طلب"), "characters", "name"),
    "no language": (made(language=""), "form", "language"),
    "language with a dash": (made(language="en-US"), "form", "language"),
    "language by name": (made(language="English"), "form", "language"),
    "one-time codes": (made(category="authentication"), "category", "category"),
    "no category": (made(category=""), "category", "category"),
    "no body": (made(body=" \n"), "empty", "body"),
    "variable first": (filled("{{1}}, your order is on its way."), "start", "body"),
    "variable last": (filled("Your order is on its way {{1}}"), "end", "body"),
    "gap in the numbers": (
        filled("Dear {{1}}, your order {{3}} is on its way today."),
        "sequence",
        "body",
    ),
    "numbers from zero": (
        filled("Dear customer {{0}}, your order is on its way today."),
        "sequence",
        "body",
    ),
    "word among numbers": (
        filled("Dear {{first_name}}, your order is on its way."),
        "variable_style",
        "body",
    ),
    "number among words": (
        filled("Dear {{1}}, your order is on its way.", named=True),
        "variable_style",
        "body",
    ),
    "capital in a word": (
        filled("Dear {{Name}}, your order is on its way.", named=True),
        "variable_style",
        "body",
    ),
    "open braces": (made(body="Dear {{1, your order."), "variable_form", "body"),
    "empty braces": (made(body="Dear {{}}, hello."), "variable_form", "body"),
    "blanks in braces": (made(body="Dear {{ 1 }}, hello."), "variable_form", "body"),
    "no example": (
        made(body="Dear {{1}}, your order is on its way."),
        "example",
        "body",
    ),
    "empty header": (header(" "), "empty", "header"),
    "line break in header": (header("Your\norder"), "marks", "header"),
    "bold header": (header("Your *order*"), "marks", "header"),
    "two variables in header": (
        header("Order {{1}} of {{2}}", example="x"),
        "variables",
        "header",
    ),
    "header without example": (header("Order {{1}}"), "example", "header"),
    "picture without sample": (
        made(header=TemplateHeader("image")),
        "sample",
        "header",
    ),
    "variable in footer": (made(footer="Shop {{1}}"), "variables", "footer"),
    "eleven buttons": (
        made(buttons=quick_replies(9) + links(2)),
        "too_many",
        "button",
    ),
    "interleaved": (
        made(buttons=(QUICK, *links(1), *quick_replies(1))),
        "mixed",
        "button",
    ),
    "same title": (made(buttons=(QUICK, QUICK)), "twice", "button"),
    "no title": (button(kind="quick_reply", title=""), "empty", "button"),
    "no address": (button(kind="url", title="Go"), "address", "button"),
    "other scheme": (
        button(kind="url", title="Go", url="javascript:alert(1)"),
        "address",
        "button",
    ),
    "host is a variable": (
        button(kind="url", title="Go", url="https://{{1}}", example="x"),
        "address",
        "button",
    ),
    "variable inside the address": (
        button(kind="url", title="Go", url=SITE + "{{1}}/x", example="x"),
        "end",
        "button",
    ),
    "two variables in the address": (
        button(kind="url", title="Go", url=SITE + "{{1}}/{{2}}", example="x"),
        "variables",
        "button",
    ),
    "address without example": (
        button(kind="url", title="Go", url=SITE + "{{1}}"),
        "example",
        "button",
    ),
    "letters in a number": (
        button(kind="phone", title="Call", phone="+1 CALL"),
        "number",
        "button",
    ),
    "code without example": (
        button(kind="copy_code", title="Copy"),
        "example",
        "button",
    ),
    "form without id": (button(kind="flow", title="Open"), "form", "button"),
    "unknown kind": (button(kind="other", title="Open"), "kind", "button"),
    "carousel": (made(unsupported=("CAROUSEL",)), "unsupported", "body"),
}


class TestTemplateCheck(UnitCase):
    def find(self, definition):
        return check(definition, WhatsAppProvider.template_limits)

    def codes(self, definition):
        return [(issue.code, issue.component) for issue in self.find(definition)]

    def test_good_ones_pass(self):
        for definition in (
            GOOD,
            filled("Dear {{1}}, your order {{2}} is on its way to you."),
            header("Order {{1}}", example="SO42"),
            made(header=TemplateHeader("image", example="4::abc")),
            made(header=TemplateHeader("location")),
            made(buttons=(QUICK, *links(2))),
            made(buttons=(*links(2), *quick_replies(8))),
            button(kind="phone", title="Call", phone="+962 6 555-0100"),
            button(kind="url", title="Go", url=SITE + "{{1}}", example="x"),
            button(kind="flow", title="Open", form_id="7"),
        ):
            with self.subTest(definition=definition):
                self.assertFalse(self.find(definition))

    def test_every_limit_at_one_below_at_and_above(self):
        for name, (limit, make, code) in LIMITS.items():
            with self.subTest(limit=name):
                self.assertFalse(self.find(make(limit - 1)))
                self.assertFalse(self.find(make(limit)))
                found = self.find(make(limit + 1))
                self.assertEqual(
                    {(issue.code, issue.limit, issue.size) for issue in found},
                    {(code, limit, limit + 1)},
                )

    def test_time_to_deliver_depends_on_the_category(self):
        for category, low, high in (
            ("utility", 30, 43_200),
            ("marketing", 43_200, 2_592_000),
        ):
            for ttl, good in (
                (0, True),
                (low - 1, False),
                (low, True),
                (high, True),
                (high + 1, False),
            ):
                with self.subTest(category=category, ttl=ttl):
                    found = self.codes(made(category=category, ttl=ttl))
                    self.assertEqual(found, [] if good else [("range", "ttl")])

    def test_words_a_body_needs_for_its_variables(self):
        for variables in (1, 2, 5):
            needed = 2 * variables + 1
            few, enough = (
                self.codes(filled(body_of(variables, words)))
                for words in (needed - 1, needed)
            )
            with self.subTest(variables=variables):
                self.assertEqual(few, [("too_few_words", "body")])
                self.assertFalse(enough)

    def test_what_is_refused_says_why_and_where(self):
        for name, (definition, code, component) in REFUSED.items():
            with self.subTest(case=name):
                self.assertIn((code, component), self.codes(definition))

    def test_issues_are_numbered_by_button(self):
        issues = self.find(made(buttons=(QUICK, TemplateButton("url", "Go"))))
        self.assertEqual([issue.index for issue in issues], [1])

    def test_every_code_is_listed_and_used(self):
        cases = [case for case, _code, _component in REFUSED.values()]
        cases += [make(limit + 1) for limit, make, _code in LIMITS.values()]
        cases += [made(ttl=1), filled(body_of(2, 4))]
        found = {issue.code for case in cases for issue in self.find(case)}
        self.assertEqual(found, set(CODES))

"""Composer HTML to messaging markup and back, and splitting of long text."""

from __future__ import annotations

import html.parser
import random
import re

from ...gateway import graphemes, markup
from ...gateway.provider import Limit, Unit
from .case import UnitCase

#: Composer HTML and what is sent.
SENT = (
    ("", ""),
    ("<p>Hello <b>you</b></p>", "Hello *you*"),
    ("<p>a</p><p>b</p>", "a\n\nb"),
    ("<p>a<br>b<br></p>", "a\nb"),
    ("<p>a</p><p><br></p><p>b</p>", "a\n\n\nb"),
    ("<p>call <bdi>+971 50 123 4567</bdi></p>", "call +971 50 123 4567"),
    ("<div>a</div><div>b</div>", "a\nb"),
    ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
    ("<p>one\n   line&nbsp;only</p>", "one line only"),
    ("<strong>x</strong> <em>y</em> <s>z</s> <del>z</del>", "*x* _y_ ~z~ ~z~"),
    ("<p><b>bold <i>both</i></b></p>", "*bold _both_*"),
    ("<p><b><i>x</i></b> <i><b>y</b></i></p>", "*_x_* _*y*_"),
    ("<b>a</b><b>b</b><b> c</b>", "*ab c*"),
    ("<b><b>once</b></b>", "*once*"),
    ("<b>bold </b>text<b> </b><b></b>", "*bold* text"),
    ("<b>a<br>b</b>", "*a*\n*b*"),
    ("<b><p>a</p><p>b</p></b>", "*a*\n*b*"),
    ("<p><strong>😀</strong></p>", "*😀*"),
    ("<p>unclosed <b>x", "unclosed *x*"),
    # text that looks like marks stays what it is
    ("<p>2*3*4</p>", "2*3*4"),
    ("<p>a_b_c and 5 * 4 * 3 ~ 60</p>", "a_b_c and 5 * 4 * 3 ~ 60"),
    ("<b>2*3*4</b>", "*2*3*4*"),
    # formatting that could not be read is given up, the text is not
    ("<b>a* b</b>", "a* b"),
    ("foo<b>bar</b>baz", "foobarbaz"),
    ("foo<b>bar</b> <b>baz</b>", "foobar *baz*"),
    ("<code>a`b</code>", "a`b"),
    ("<pre>a```b</pre>", "a```b"),
    # what people typed as marks passes
    ("<p>*typed* <b>real</b></p>", "*typed* *real*"),
    ("<code>*a*</code> *typed*", "`*a*` *typed*"),
    # blocks
    ("<h2>Title</h2><p>text</p>", "*Title*\n\ntext"),
    ("<ul><li>a</li><li><p>b</p></li></ul>", "- a\n- b"),
    ("<ol start='3'><li>x</li><li>y</li></ol>", "3. x\n4. y"),
    ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
    (
        "<ul><li>a</li><li class='oe-nested'><ul><li>b</li></ul></li><li>c</li></ul>",
        "- a\n  - b\n- c",
    ),
    ("<blockquote>q<br>r</blockquote>s", "> q\n> r\ns"),
    ("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n>\n> r"),
    ("<pre>x = *y*\n  z</pre>", "```x = *y*\n  z```"),
    ("<p>a</p><hr><p>b</p>", "a\n———\nb"),
    (
        "<table><tbody><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr>"
        "</tbody></table>",
        "*a* | *b*\n1 | 2",
    ),
    # links and mentions
    ("<a href='https://x.example/'>https://x.example</a>", "https://x.example"),
    ("<a href='https://x.example'>x.example</a>", "x.example"),
    ("<a href='https://x.example/a_b'>here</a>", "here (https://x.example/a_b)"),
    ("<a href='https://x.example'><img src='x'></a>", "https://x.example"),
    ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
    ("<a href='mailto:a@b.example'>mail</a>", "mail (a@b.example)"),
    ("<a href='javascript:alert(1)'>js</a> <a href='/odoo'>in</a>", "js in"),
    (
        "<a href='https://h/w#id=3' class='o_mail_redirect' data-oe-id='3'>@Ann</a> ok",
        "@Ann ok",
    ),
    (
        "<p>see <b><a href='https://x.example'>x</a></b></p>",
        "see *x (https://x.example)*",
    ),
    # what is never sent
    ("<script>alert('1')</script>x<style>p{}</style><!-- c --><title>t</title>", "x"),
    ("&lt;b&gt; &amp;amp; &#x1f600;", "<b> &amp; 😀"),
    # Arabic
    ("<p>مرحبا <b>بك</b>، كيف <i>حالك</i>؟</p>", "مرحبا *بك*، كيف _حالك_؟"),
    ("<ul><li>الأول</li><li>الثاني</li></ul>", "- الأول\n- الثاني"),
)

LINK = '<a href="{0}" target="_blank" rel="noreferrer noopener">{0}</a>'
#: Received text, its HTML, and its plain text.
RECEIVED = (
    ("", "", ""),
    ("hi", "<p>hi</p>", "hi"),
    (
        "*b* _i_ ~s~ `c` ```m```",
        "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code> <code>m</code></p>",
        "b i s c m",
    ),
    ("a\nb\r\nc", "<p>a<br>b<br>c</p>", "a\nb\nc"),
    ("a\n\nb", "<p>a</p><p>b</p>", "a\n\nb"),
    ("2*3*4", "<p>2*3*4</p>", "2*3*4"),
    ("2 * 3 * 4", "<p>2 * 3 * 4</p>", "2 * 3 * 4"),
    ("snake_case_name", "<p>snake_case_name</p>", "snake_case_name"),
    ("*a* b*", "<p><strong>a</strong> b*</p>", "a b*"),
    ("*a\nb*", "<p>*a<br>b*</p>", "*a\nb*"),
    ("(*a*), *b*!", "<p>(<strong>a</strong>), <strong>b</strong>!</p>", "(a), b!"),
    ("> q\nx", "<blockquote>q</blockquote><p>x</p>", "> q\nx"),
    ("- a\n* b", "<ul><li>a</li><li>b</li></ul>", "- a\n* b"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
    ("1. a\n5. b", "<p>1. a<br>5. b</p>", "1. a\n5. b"),
    ("-5 and 2.5", "<p>-5 and 2.5</p>", "-5 and 2.5"),
    (
        "a\n```\nx *y*\n  z\n```\nb",
        "<p>a</p><pre>x *y*\n  z</pre><p>b</p>",
        "a\nx *y*\n  z\nb",
    ),
    ("```never\nclosed", "<p>```never<br>closed</p>", "```never\nclosed"),
    ("a & <b>", "<p>a &amp; &lt;b&gt;</p>", "a & <b>"),
    # A phone number keeps its order in Arabic text; other numbers are left alone.
    (
        "رقمي +971 50 123 4567، طلب #4521",
        "<p>رقمي <bdi>+971 50 123 4567</bdi>، طلب #4521</p>",
        "رقمي +971 50 123 4567، طلب #4521",
    ),
    ("050-123-4567.", "<p><bdi>050-123-4567</bdi>.</p>", "050-123-4567."),
    ("1 000 0000 v0.1.2", "<p>1 000 0000 v0.1.2</p>", "1 000 0000 v0.1.2"),
    ("\x00a\ud800b\x1b", "<p>ab</p>", "ab"),
    (
        "*https://x.example/a_b_c*.",
        f"<p><strong>{LINK.format('https://x.example/a_b_c')}</strong>.</p>",
        "https://x.example/a_b_c.",
    ),
    (
        "(see https://x.example/a(b)).",
        f"<p>(see {LINK.format('https://x.example/a(b)')}).</p>",
        "(see https://x.example/a(b)).",
    ),
    ("https:// http://...", "<p>https:// http://...</p>", "https:// http://..."),
    ("javascript:alert(1)", "<p>javascript:alert(1)</p>", "javascript:alert(1)"),
    (
        "https://x.example/\u202egpj.exe",
        f"<p>{LINK.format('https://x.example/')}\u202egpj.exe</p>",
        "https://x.example/\u202egpj.exe",
    ),
    (
        "مرحبا *بك*، _شكرا_",
        "<p>مرحبا <strong>بك</strong>، <em>شكرا</em></p>",
        "مرحبا بك، شكرا",
    ),
)
#: Text that survives the way to HTML and back.
ROUND_TRIP = (
    "plain",
    "2*3*4 and a_b_c ~60",
    "*bold* _italic_ ~gone~ `code`",
    "*bold _both_* and _*both*_ and ~*_all_*~",
    "a\nb\n\nc\n\n\nd",
    "> quote\n> two\nanswer",
    "- a\n- b\n\nafter",
    "before\n- a",
    "3. a\n4. b",
    "```x\n*y*```",
    "https://x.example/a_b_c?d=*e* ok",
    "*https://x.example*",
    "**markdown** and ~~tildes~~ and ***",
    "a < b & c > \"d\" 'e'",
    "مرحبا *بك*، كيف _حالك_؟\n\n- الأول\n- الثاني",
    "שלום *עולם* नमस्ते *दुनिया* 👨‍👩‍👧‍👦 *👍🏽*",
    "*a* b* c_ _d",
    "<script>alert(1)</script>",
)
ALLOWED = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol"}
ALLOWED |= {"li", "a"}


class Checker(html.parser.HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.problems = [], [], []
        self.feed(text)
        self.close()
        self.problems += [f"open {tag}" for tag in self.tags]

    def handle_starttag(self, tag, attrs):
        names = {name for name, _value in attrs}
        if tag not in ALLOWED or names - {"href", "target", "rel", "start"}:
            self.problems.append((tag, attrs))
        self.links += [value for name, value in attrs if name == "href"]
        if tag != "br":
            self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.tags or self.tags.pop() != tag:
            self.problems.append(f"close {tag}")


class TestMarkup(UnitCase):
    def test_composer_html_becomes_messaging_markup(self):
        for source, expected in SENT:
            with self.subTest(source):
                self.assertEqual(markup.to_markup(source), expected)

    def test_received_text_becomes_safe_html(self):
        for source, expected, _plain in RECEIVED:
            with self.subTest(source):
                self.assertEqual(markup.to_html(source), expected)

    def test_plain_text_has_no_marks(self):
        for source, _html, expected in RECEIVED:
            with self.subTest(source):
                self.assertEqual(markup.plain(source), expected)

    def test_text_survives_the_way_to_html_and_back(self):
        for source in ROUND_TRIP:
            with self.subTest(source):
                self.assertEqual(markup.to_markup(markup.to_html(source)), source)

    def test_any_text_gives_well_formed_harmless_html(self):
        chance = random.Random(7)
        alphabet = [*"*_~`ab <>&\"'\n>-1. ()ب", "```", "https://", "<script>", "> "]
        alphabet += ['" onclick="', "javascript:", "\u202e", "\x00", "- ", "2. "]
        for _index in range(1500):
            source = "".join(chance.choices(alphabet, k=chance.randrange(40)))
            result = markup.to_html(source)
            checker = Checker(result)
            self.assertEqual(checker.problems, [], source)
            for link in checker.links:
                self.assertRegex(link, r"^https?://[^\s\"<>]+$")
            again = markup.to_html(markup.to_markup(result))
            marks = r"<[^>]*>|[\s*_~`.\-\d]|&gt;"
            visible = re.sub(marks, "", again)
            self.assertEqual(visible, re.sub(marks, "", result), source)

    def test_no_letter_of_the_composer_is_lost(self):
        chance = random.Random(8)
        tags = ("b", "i", "s", "code", "p", "ul", "li", "blockquote", "div", "pre")
        pieces = [f"<{tag}>" for tag in tags] + [f"</{tag}>" for tag in tags]
        pieces += ["<br>", " ", *"abcdef*_~`", "ب", "😀"] * 2
        for _index in range(1500):
            source = "".join(chance.choices(pieces, k=chance.randrange(25)))
            letters = re.sub(r"[^a-fب😀]", "", re.sub(r"<[^>]*>", "", source))
            result = re.sub(r"[^a-fب😀]", "", markup.to_markup(source))
            self.assertEqual(result, letters, source)

    def test_hostile_text_comes_through(self):
        """Long runs of half-open marks; catastrophic matching would not end here."""
        for text in (
            "*a ",
            " *a",
            "*a*",
            "`",
            "```\n",
            "> a\n- b\n",
            ")",
            "_*~",
            "<b>",
        ):
            long = (text * 8192)[:8192]
            with self.subTest(text=text):
                self.assertTrue(markup.to_html(long))
                self.assertIsInstance(markup.to_markup(markup.to_html(long)), str)
                self.assertIsInstance(markup.to_markup(long), str)
                self.assertTrue(markup.plain("https://x" + long))


#: Things that must not be torn apart.
WHOLE = (
    "a\u0301",
    "👨‍👩‍👧‍👦",
    "👍🏽",
    "🇪🇬",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "1️⃣",
    "❤️‍🔥",
    "بِّ",
    "क्षि",
    "กำ",
    "\u1100\u1161\u11a8",
    "\r\n",
)


class TestGraphemes(UnitCase):
    def test_visible_characters_stay_whole(self):
        for cluster in WHOLE:
            with self.subTest(ascii(cluster)):
                found = list(graphemes.clusters(f"x{cluster}{cluster}y"))
                self.assertEqual(found, ["x", cluster, cluster, "y"])

    def test_three_regional_letters_are_a_flag_and_a_letter(self):
        flags = list(graphemes.clusters("🇩🇪🇫🇷🇩"))
        self.assertEqual(flags, ["🇩🇪", "🇫🇷", "🇩"])

    def test_a_tower_of_marks_is_cut(self):
        sizes = [len(part) for part in graphemes.clusters("a" + "\u0301" * 1000)]
        self.assertLessEqual(max(sizes), graphemes.MAX_CLUSTER)

    def test_length_counts_what_the_provider_counts(self):
        for text, sizes in {
            "": (0, 0, 0),
            "aé": (2, 3, 2),
            "بب": (2, 4, 2),
            "👍🏽": (2, 8, 4),
            "\ud800": (1, 3, 1),
        }.items():
            units = (Unit.CHARACTERS, Unit.UTF8, Unit.UTF16)
            found = tuple(graphemes.length(text, unit) for unit in units)
            self.assertEqual(found, sizes, ascii(text))

    def test_shorten(self):
        self.assertEqual(graphemes.shorten("abcdef", 6), "abcdef")
        self.assertEqual(graphemes.shorten("abc def", 5), "abc…")
        self.assertEqual(graphemes.shorten("ab👨‍👩‍👧‍👦", 6), "ab…")
        self.assertEqual(graphemes.shorten("abc", 0), "")


class TestSplit(UnitCase):
    def test_a_text_that_fits_is_one_part(self):
        for text in ("a", "a\n\nb", "x" * 10):
            self.assertEqual(markup.split_text(text, Limit(10)), [text])
        self.assertEqual(markup.split_text("", Limit(10)), [])
        self.assertEqual(markup.split_text(" \n ", Limit(10)), [])

    def test_best_place_first(self):
        cases = (
            ("aaa bbb\nccc\n\nddd eee", 16, ["aaa bbb\nccc", "ddd eee"]),
            ("aaa bbb\nccc ddd", 12, ["aaa bbb", "ccc ddd"]),
            ("Aaa bbb. Ccc ddd", 13, ["Aaa bbb.", "Ccc ddd"]),
            ("كيف حالك؟ أنا بخير", 14, ["كيف حالك؟", "أنا بخير"]),
            ("aaa bbb ccc", 8, ["aaa bbb", "ccc"]),
            ("aaa bbb ccc", 7, ["aaa bbb", "ccc"]),
            ("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"]),
            ("a\n\n" + "b" * 20, 20, ["a", "b" * 20]),
            ("a\n" + "b" * 9 + " " + "c" * 9, 14, ["a\n" + "b" * 9, "c" * 9]),
        )
        for text, size, expected in cases:
            with self.subTest(text):
                self.assertEqual(markup.split_text(text, Limit(size)), expected)

    def test_nothing_is_torn_apart_when_it_fits(self):
        for cluster in WHOLE[:-1]:
            for unit in Unit:
                size = graphemes.length(cluster, unit) * 2 + 1
                parts = markup.split_text(cluster * 9, Limit(size, unit))
                self.assertEqual(parts, [cluster * 2] * 4 + [cluster], ascii(cluster))

    def test_a_limit_smaller_than_a_character(self):
        self.assertEqual(len(markup.split_text("👨‍👩‍👧‍👦", Limit(3))), 3)
        with self.assertRaises(ValueError):
            markup.split_text("👍", Limit(3, Unit.UTF8))

    def test_any_text_is_split_within_the_limit_and_without_loss(self):
        chance = random.Random(9)
        alphabet = [*"abc .?!\n\t", "\n\n", "مرحبا", "؟", *WHOLE, "x" * 30, "\u3000"]
        for _index in range(2000):
            text = "".join(chance.choices(alphabet, k=chance.randrange(60)))
            limit = Limit(chance.randrange(4, 60), chance.choice(list(Unit)))
            parts = markup.split_text(text, limit)
            for part in parts:
                self.assertLessEqual(graphemes.length(part, limit.unit), limit.size)
                self.assertEqual(part, part.strip())
                self.assertTrue(part)
            self.assertEqual("".join("".join(parts).split()), "".join(text.split()))

"""Files that people import: every usual way to write them, and hostile ones."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from ...gateway import columns, history_file, moments, optin_file, tables
from .case import UnitCase

HEADER = "date;name;phone;text\n"
CSV = HEADER + "2024-05-01 10:00;Ann;+964 770 123 4567;Hello, there\n"
ARABIC = "التاريخ;الاسم;رقم الهاتف;النص\n2024-05-01 10:00;سارة;٠٧٧٠١٢٣٤٥٦٧;مرحبا بكم\n"
#: Windows-1256 has letters, but none of these digits.
WITHOUT_DIGITS = dict.fromkeys(map(ord, "٠١٢٣٤٥٦٧٨٩"), "1")


class FileCase(UnitCase):
    def assertProblem(self, code, line, function, *args):
        with self.assertRaises(tables.FileProblem) as caught:
            function(*args)
        self.assertEqual((caught.exception.code, caught.exception.line), (code, line))


class TestDecode(FileCase):
    def test_encodings_of_arabic_text(self):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1256"):
            with self.subTest(encoding):
                text = ARABIC.translate(WITHOUT_DIGITS)
                self.assertEqual(tables.decode(text.encode(encoding)), text)

    def test_accented_latin_text_of_windows(self):
        text = "name;city\nJosé Núñez;São Paulo – Zürich\n"
        self.assertEqual(tables.decode(text.encode("cp1252")), text)

    def test_utf16_without_a_mark(self):
        self.assertEqual(tables.decode(CSV.encode("utf-16-le")), CSV)
        self.assertEqual(tables.decode(CSV.encode("utf-16-be")), CSV)

    def test_damaged_utf8_is_named_by_its_line(self):
        raw = "name\nسارة\nعمر\n".encode() + b"\xff\xfe\n"
        self.assertProblem("encoding", 4, tables.decode, raw)

    def test_damaged_utf16_is_named_by_its_line(self):
        raw = "a\nb\n".encode("utf-16") + b"\x00\xd8\x41\x00"
        self.assertProblem("encoding", 3, tables.decode, raw)

    def test_a_program_is_no_text(self):
        raw = b"MZ\x90 name;phone\n" + b"a" * 5000 + b"\n\x00\x00"
        with self.assertRaises(tables.FileProblem) as caught:
            tables.decode(raw)
        self.assertIn(caught.exception.code, ("binary", "encoding"))
        self.assertEqual(caught.exception.line, 3)

    def test_fifty_megabytes_are_refused_unread(self):
        raw = b"a" * (50 * 1024 * 1024)
        self.assertProblem("too_large", 0, tables.decode, raw)

    def test_nothing_is_refused(self):
        self.assertProblem("empty", 0, tables.read_csv, b" \r\n\t")


class TestCsv(FileCase):
    def test_delimiters(self):
        for delimiter in tables.DELIMITERS:
            with self.subTest(delimiter):
                text = f'a{delimiter}b\n1{delimiter}"2{delimiter}3"\n'
                table = tables.read_csv(text.encode())
                self.assertEqual(table.header, ("a", "b"))
                self.assertEqual(table.rows[0].cells, ("1", f"2{delimiter}3"))

    def test_the_delimiter_that_a_spreadsheet_names(self):
        table = tables.read_csv(b"sep=;\r\na,b;c\r\n1;2\r\n")
        self.assertEqual(table.header, ("a,b", "c"))
        self.assertEqual(table.rows[0].line, 3)

    def test_lines_are_counted_over_quoted_line_ends_and_empty_rows(self):
        table = tables.read_csv(b'a,b\n"x\ny",1\n\n,\nz,2\n')
        self.assertEqual([row.line for row in table.rows], [2, 6])

    def test_a_quote_that_never_ends(self):
        raw = b'a,b\n1,2\n3,"4\n' + b"5,6\n" * 10
        self.assertProblem("quote", 3, tables.read_csv, raw)

    def test_a_million_columns(self):
        self.assertProblem("columns", 1, tables.read_csv, b"," * 90_000 + b"\n")
        raw = b"a,b\n1,2\n" + b"," * 90_000 + b"\n"
        self.assertProblem("columns", 3, tables.read_csv, raw)
        raw = b"a,b\n1,2\n" + b"," * 1_000_000 + b"\n"
        self.assertProblem("long", 3, tables.read_csv, raw)

    def test_too_many_rows(self):
        raw = b"a\n" + b"1\n" * (tables.MAX_ROWS + 1)
        self.assertProblem("rows", tables.MAX_ROWS + 2, tables.read_csv, raw)

    def test_no_cell_that_we_write_is_a_formula(self):
        hostile = ("=1+1", "+964770", "-2", "@SUM(A1)", "\t=1", "  =1", "|calc", "%0")
        [row] = tables.read_csv(
            b"a,b,c,d,e,f,g,h\n" + tables.write_csv([hostile])[3:]
        ).rows
        for cell in row.cells:
            self.assertEqual(cell[0], "'")

    def test_what_we_write_can_be_read(self):
        row = ("عمر", 'He said "no"', "a;b,c", "two\nlines")
        table = tables.read_csv(tables.write_csv([("a", "b", "c", "d"), row]))
        self.assertEqual(table.rows[0].cells, row)


class TestMoments(UnitCase):
    def test_ways_to_write_one_minute(self):
        expected = datetime(2024, 12, 31, 23, 59)
        for text in (
            "2024-12-31T23:59",
            "2024-12-31 23:59:00",
            "2024/12/31, 23:59",
            "31/12/2024, 23:59",
            "31.12.24, 23:59",
            "31/12/2024 11:59 PM",
            "31/12/2024, 11:59\u202fp.m.",
            "\u200f٣١/١٢/٢٠٢٤، ١١:٥٩ م",
            "31-12-2024 23.59.00",
        ):
            with self.subTest(text):
                self.assertEqual(moments.parse(text), expected)
        self.assertEqual(moments.parse("12/31/24, 11:59 PM", "mdy"), expected)

    def test_moments_that_know_their_zone(self):
        expected = datetime(2024, 12, 31, 23, 59, tzinfo=timezone.utc)
        for text in ("1735689540", "1735689540000", "2025-01-01T02:59:00+03:00"):
            with self.subTest(text):
                self.assertEqual(moments.parse(text), expected)

    def test_midnight_and_noon(self):
        self.assertEqual(moments.parse("1/2/2024 12:05 AM").hour, 0)
        self.assertEqual(moments.parse("1/2/2024 12:05 PM").hour, 12)

    def test_what_is_no_moment(self):
        for text in (
            "",
            "yesterday",
            "32/1/2024",
            "1/13/2024",
            "2024-02-30",
            "1/2/2024 25:00",
            "1/2/2024 13:00 PM",
            "1/2/1970",
            "1/2/123",
            "9" * 400,
            "=NOW()",
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                moments.parse(text)

    def test_the_order_of_day_and_month_is_found_or_asked(self):
        self.assertEqual(moments.find_orders(["1/2/24", "13/2/24"]), ("dmy",))
        self.assertEqual(moments.find_orders(["1/2/24", "2/13/24"]), ("mdy",))
        self.assertEqual(moments.find_orders(["1/2/24", "3/4/24"]), ("dmy", "mdy"))
        self.assertEqual(moments.find_orders(["13/2/24", "2/13/24"]), ())
        self.assertEqual(moments.find_orders(["2024-01-02", "5/5/24"]), ("",))


class TestColumns(UnitCase):
    def test_headings_in_english_and_arabic(self):
        english = columns.guess(
            ["Full Name", "Phone_Number", "Opt-in Date", "X"], columns.OPT_IN_ROLES
        )
        self.assertEqual(english, {0: "name", 1: "number", 2: "date"})
        arabic = columns.guess(
            ["الإسم", "رقم الهاتف", "تاريخ الموافقة", "المصدر", "نصّ الموافقة"],
            columns.OPT_IN_ROLES,
        )
        self.assertEqual(
            arabic, {0: "name", 1: "number", 2: "date", 3: "source", 4: "wording"}
        )

    def test_a_heading_twice_counts_once(self):
        self.assertEqual(
            columns.guess(["phone", "phone"], columns.OPT_IN_ROLES), {0: "number"}
        )

    def test_words_of_people(self):
        self.assertEqual(columns.read_state("Opt-In"), "in")
        self.assertEqual(columns.read_state("لا"), "out")
        self.assertEqual(columns.read_state("maybe"), "")
        self.assertEqual(columns.read_direction("Outgoing"), "out")
        self.assertEqual(columns.read_direction("وارد"), "in")
        self.assertEqual(
            columns.read_purposes("Marketing; utility"), ("marketing", "utility")
        )
        self.assertEqual(columns.read_purposes("marketing; spying"), ())


class TestOptIns(UnitCase):
    DEFAULTS = optin_file.Defaults(
        country="IQ",
        purposes=("marketing",),
        given_at=datetime(2024, 1, 1),
        source="Shop",
        wording="Yes, send me offers",
    )

    def _read(self, text, defaults=None):
        table = tables.read_csv(text.encode())
        roles = columns.guess(table.header, columns.OPT_IN_ROLES)
        return optin_file.read_table(table, roles, defaults or self.DEFAULTS)

    def test_numbers_as_people_type_them(self):
        lines = self._read("phone\n٠٧٧٠ ١٢٣ ٤٥٦٧\n00964-770-1234567\n07701234567\n")
        self.assertEqual({line.number for line in lines}, {"+9647701234567"})

    def test_a_row_has_its_own_proof_or_that_of_the_file(self):
        own, shared = self._read(
            "phone,date,source,wording\n"
            "07701234567,2023-05-01,Fair,I agree\n07701234568,,,\n"
        )
        self.assertEqual(own.given_at, datetime(2023, 5, 1))
        self.assertEqual((own.source, own.wording), ("Fair", "I agree"))
        self.assertEqual(shared.given_at, datetime(2024, 1, 1))
        self.assertEqual(
            (shared.source, shared.wording), ("Shop", "Yes, send me offers")
        )

    def test_without_proof_nothing_is_taken(self):
        def read(**missing):
            values = {**vars(self.DEFAULTS), **missing}
            [line] = self._read("phone\n07701234567\n", optin_file.Defaults(**values))
            return line.error

        self.assertEqual(read(), "")
        self.assertEqual(read(given_at=None), "date_missing")
        self.assertEqual(read(source=""), "source")
        self.assertEqual(read(wording=""), "wording")
        self.assertEqual(read(purposes=()), "purpose")

    def test_each_bad_row_says_why_and_the_others_stay(self):
        lines = self._read(
            "phone,status,date,purpose,wording\n"
            "12,yes,2024-01-01,,\n"
            "07701234567,perhaps,2024-01-01,,\n"
            "07701234567,yes,31/31/2024,,\n"
            "07701234567,yes,2024-01-01,spying,\n"
            "07701234567,yes,2024-01-01,,a\x07b\n"
            f"07701234567,yes,2024-01-01,,{'a' * 3000}\n"
            "07701234567,yes,2024-01-01,,,,,\n"
            "07701234567,no,2024-01-01,,\n"
        )
        self.assertEqual(
            [line.error for line in lines],
            ["number", "state", "date", "purpose", "control", "long", "cells", ""],
        )
        self.assertEqual([line.line for line in lines], list(range(2, 10)))
        self.assertEqual(lines[-1].state, "out")


class TestHistoryTables(FileCase):
    def _read(self, text, number=""):
        table = tables.read_csv(text.encode())
        roles = columns.guess(table.header, columns.HISTORY_ROLES)
        return history_file.read_table(table, roles, number)

    def test_a_message(self):
        [line] = self._read(
            "time,direction,author,text,phone\n"
            '2024-05-01 10:00,in,,"Hello, ""you""",+9647701234567\n'
        )
        self.assertEqual(line.text, 'Hello, "you"')
        self.assertEqual(line.direction, "in")
        self.assertEqual(line.number, "+9647701234567")
        self.assertEqual(
            history_file.read_when(line, "dmy"), datetime(2024, 5, 1, 10, 0)
        )

    def test_each_bad_row_says_why(self):
        lines = self._read(
            "time,direction,text\n"
            ",in,a\n"
            "2024-05-01,sideways,a\n"
            "2024-05-01,in,\n"
            "2024-05-01,in,a\x1b[31m\n"
            f"2024-05-01,in,{'a' * 30_000}\n"
            "2024-05-01,in,=cmd|' /C calc'!A0\n"
        )
        self.assertEqual(
            [line.error for line in lines],
            ["time", "direction", "text", "control", "long", ""],
        )

    def test_kinds_are_told_apart(self):
        self.assertEqual(history_file.find_kind(CSV.encode()), "csv")
        self.assertEqual(history_file.find_kind(b' [{"text": 1}]'), "json")
        self.assertEqual(history_file.find_kind(b'{"text": 1}'), "json")
        self.assertEqual(
            history_file.find_kind(b"[31/12/2023, 23:59:59] Ann: Hi"), "chat"
        )
        self.assertEqual(
            history_file.find_kind(b"12/31/23, 11:59 PM - Ann: Hi"), "chat"
        )


class TestHistoryJson(FileCase):
    ITEM = {"time": "2024-05-01T10:00:00Z", "direction": "in", "text": "Hi"}

    def test_the_three_shapes(self):
        item = json.dumps(self.ITEM)
        for text in (
            f"[{item}, {item}]",
            f'{{"messages": [{item},\n{item}]}}',
            f"{item}\n{item}\n",
        ):
            with self.subTest(text):
                lines = history_file.read_json(text.encode(), "+1")
                self.assertEqual([line.error for line in lines], ["", ""])
                self.assertEqual({line.number for line in lines}, {"+1"})

    def test_lines_are_those_of_the_file(self):
        text = json.dumps([self.ITEM, {**self.ITEM, "text": ""}, 5], indent=1)
        lines = history_file.read_json(text.encode())
        self.assertEqual([line.line for line in lines], [2, 7, 12])
        self.assertEqual([line.error for line in lines], ["", "text", "object"])

    def test_nested_values_are_refused_by_line(self):
        item = {**self.ITEM, "text": {"$ne": 1}}
        [line] = history_file.read_json(json.dumps([item]).encode())
        self.assertEqual((line.line, line.error), (1, "nested"))

    def test_depth(self):
        raw = b"[\n" + b"[" * 200_000
        self.assertProblem("depth", 2, history_file.read_json, raw)
        raw = b'[\n{"text": ' + b'{"a":' * 200_000
        self.assertProblem("depth", 2, history_file.read_json, raw)

    def test_what_is_no_json(self):
        for raw, line in (
            (b'[\n{"text": "a",}\n]', 2),
            (b'[{"text": "a"}\n{"text": "b"}]', 1),
            (b'[{"text": "a"},\n', 2),
            (b'{"text":\nNaN}', 1),  # where the message starts
            (b'[{"id": ' + b"9" * 6000 + b"}]", 1),
            (b'[{"text": "a\nb"}]', 1),
        ):
            with self.subTest(raw[:30]):
                self.assertProblem("json", line, history_file.read_json, raw)


class TestHistoryChat(FileCase):
    ANDROID = (
        "12/05/2023, 21:05 - Messages are end-to-end encrypted.\n"
        "12/05/2023, 21:05 - Ann: Hello\n"
        "second line: with colon\n"
        "12/05/2023, 21:06 - My Shop: Good evening\n"
    )
    IPHONE = (
        "\ufeff[13/05/2023, 9:05:01\u202fPM] Ann: Hello\n"
        "\u200e[13/05/2023, 9:06:00\u202fPM] My Shop: \u200eimage omitted\n"
    )
    ARABIC = (
        "\u200f١٢/٥/٢٠٢٣، ٩:٠٥ م - سارة: مرحبا\n"
        "\u200f١٢/٥/٢٠٢٣، ٩:٠٦ م - متجرنا: أهلاً\n"
    )

    def test_messages_of_several_phones(self):
        for text, customer, words in (
            (self.ANDROID, "Ann", ["Hello\nsecond line: with colon", "Good evening"]),
            (self.IPHONE, "Ann", ["Hello", "image omitted"]),
            (self.ARABIC, "سارة", ["مرحبا", "أهلاً"]),
        ):
            with self.subTest(customer):
                lines = history_file.read_chat(text.encode(), customer, "+1")
                self.assertEqual([line.error for line in lines], ["", ""])
                self.assertEqual([line.text for line in lines], words)
                self.assertEqual([line.direction for line in lines], ["in", "out"])
                moment = history_file.read_when(lines[0], "dmy")
                self.assertEqual((moment.hour, moment.minute), (21, 5))

    def test_authors(self):
        self.assertEqual(
            history_file.find_authors(self.ANDROID.encode()), ["Ann", "My Shop"]
        )

    def test_a_day_that_could_be_a_month_is_asked(self):
        lines = history_file.read_chat(self.ANDROID.encode(), "Ann", "")
        self.assertEqual(history_file.find_orders(lines), ("dmy", "mdy"))

    def test_another_text_is_refused(self):
        self.assertProblem("chat", 1, history_file.read_chat, b"Dear all,\n", "", "")

    def test_a_flood_of_lines_is_bounded(self):
        raw = b"1/1/23, 10:00 - A: b\n" * (tables.MAX_ROWS + 1)
        self.assertProblem(
            "rows", tables.MAX_ROWS + 1, history_file.read_chat, raw, "A", ""
        )


class TestKeys(UnitCase):
    def _keys(self, *texts, account="1"):
        return history_file.get_keys(
            [
                (history_file.HistoryLine(1, direction="in", text=text), "+1", "now")
                for text in texts
            ],
            account,
        )

    def test_the_same_file_gives_the_same_keys(self):
        self.assertEqual(self._keys("a", "b"), self._keys("a", "b"))

    def test_equal_messages_of_one_minute_are_two(self):
        first, second = self._keys("ok", "ok")
        self.assertNotEqual(first, second)
        self.assertEqual(self._keys("ok"), [first])

    def test_accounts_have_keys_of_their_own(self):
        self.assertNotEqual(self._keys("a"), self._keys("a", account="2"))

import sys
import unittest

from ..fakes.whatsapp import bodies
from ..load_bodies import Mark, build_requests
from ..paths import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import cpu  # noqa: E402
import results  # noqa: E402
import stats  # noqa: E402


class TestStats(unittest.TestCase):
    def test_percentile_is_one_of_the_values(self):
        values = list(range(1, 101))
        self.assertEqual(stats.percentile(values, 0.95), 95)
        self.assertEqual(stats.percentile(reversed(values), 1), 100)
        self.assertEqual(stats.percentile([7], 0.95), 7)

    def test_percentile_of_few_values_is_the_worst(self):
        self.assertEqual(stats.percentile([3, 1, 2], 0.95), 3)

    def test_nothing_measured_is_no_figure(self):
        self.assertIsNone(stats.percentile([], 0.5))
        self.assertIsNone(stats.median([]))

    def test_median(self):
        self.assertEqual(stats.median([3, 1, 2]), 2)
        self.assertEqual(stats.median([4, 1, 2, 3]), 2.5)

    def test_rate_counts_only_the_span(self):
        self.assertEqual(stats.rate_between([0.5, 1.5, 2.5, 3.5], 1, 3), 1)
        self.assertEqual(stats.rate_between([1], 3, 3), 0)


class TestMark(unittest.TestCase):
    def test_mark_is_found_in_html_and_json(self):
        mark = Mark("ab1")
        text = f'{{"body": "<p>where? {mark.write(42)}</p>"}}'
        self.assertEqual(mark.read(text), [42])

    def test_mark_of_another_run_is_not_ours(self):
        self.assertEqual(Mark("ab1").read(Mark("ab2").write(1)), [])


class TestRequests(unittest.TestCase):
    def plan(self, **values):
        plan = {
            "kind": "whatsapp",
            "url": "http://localhost:8069/messaging/webhook/x",
            "secret": "s",
            "customers": 2,
            "count": 5,
        }
        return {**plan, **values}

    def test_bodies_hold_as_many_messages_as_asked(self):
        built = build_requests(self.plan(per_body=2), Mark("r"))
        self.assertEqual([one.marks for one in built], [(0, 1), (2, 3), (4,)])

    def test_request_is_whole_and_signed(self):
        (first, *_rest) = build_requests(self.plan(), Mark("r"))
        head, _sep, body = first.raw.partition(b"\r\n\r\n")
        self.assertIn(f"Content-Length: {len(body)}".encode(), head)
        self.assertIn(bodies.sign(body, "s").encode(), head)
        self.assertEqual(Mark("r").read(body.decode()), [0])

    def test_same_customers_return(self):
        built = build_requests(self.plan(), Mark("r"))
        phones = {one.raw.partition(b'"wa_id":"')[2][:13] for one in built}
        self.assertEqual(len(phones), 2)

    def test_telegram_names_chat_and_secret(self):
        built = build_requests(self.plan(kind="telegram"), Mark("r"))
        self.assertIn(b"X-Telegram-Bot-Api-Secret-Token: s", built[0].raw)
        self.assertIn(b'"chat": {"id": 500000000', built[0].raw)


class TestResults(unittest.TestCase):
    def test_limits_have_a_direction(self):
        self.assertTrue(results.reaches("ack_ratio_to_bare", 0.75))
        self.assertFalse(results.reaches("ack_ratio_to_bare", 0.74))
        self.assertTrue(results.reaches("burst100_new_s", 2.5))
        self.assertFalse(results.reaches("burst100_new_s", 2.6))
        self.assertFalse(results.reaches("burst100_new_s", 2.0, aim=True))

    def test_what_could_not_be_measured_is_missed(self):
        self.assertFalse(results.reaches("auto_reply_p95_s", None))

    def test_written_by_hand_stays(self):
        begin = results.BEGIN.format(name="inbound")
        text = f"# Title\n\n{begin}\nold\n{results.END}\n\n## By hand\n"
        new = results.replace_section(text, "new")
        self.assertEqual(new, text.replace("old", "new"))

    def test_table_names_every_figure(self):
        report = {
            "burst100_new_s": 3.0,
            "missed": ["burst100_new_s"],
            "aim_reached": [],
            "raw": {"peer_msgs_per_s": 12},
            "machine": {"cores": 2},
            "versions": {"odoo": "19.0"},
            "settings": {"quick": False},
            "seconds": 1,
        }
        table = results.markdown(report)
        for key in results.TARGETS:
            self.assertIn(f"`{key}`", table)
        self.assertIn("| 3.0 | <= 2.5 | 1.0 | missed |", table)
        self.assertIn("| peer_msgs_per_s | 12 |", table)


class TestCpu(unittest.TestCase):
    def test_names_with_blanks_and_brackets(self):
        fields = ["R", "10", "20", *["0"] * 8, "100", "50", "0", "0", "30", "10", "1"]
        found = cpu.parse_stat(f"7 (odoo (x) y) {' '.join(fields)}")
        self.assertEqual((found["ppid"], found["pgrp"]), (10, 20))
        self.assertEqual(found["seconds"], 150 / cpu.TICKS)
        self.assertEqual(found["nice"], cpu.JOBS_NICE)


if __name__ == "__main__":
    unittest.main()

"""The judge of ./dev bench chaos finds what is wrong, and nothing else."""

import importlib
import sys
import tempfile
import types
import unittest
from pathlib import Path

from ..paths import ROOT

WAMID = "wamid.1"


def load(name):
    """Import a module of benchmarks/, which is no package."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


class TestBooks(unittest.TestCase):
    """One customer writes two lines and gets one answer; all is well at first."""

    def setUp(self):
        self.written = {"[i000.000]": ("in.0", 100), "[i000.001]": ("in.1", 101)}
        self.deliveries = [
            self.delivery("[i000.000]", 1.0),
            self.delivery("[i000.001]", 2.0),
            self.delivery(f"{WAMID} read", 3.0),
        ]
        post = {"mark": "[o000.000]", "customer": 0, "outcome": "ok"}
        self.posts = [types.SimpleNamespace(**post)]
        self.call = {
            "mark": "we look [o000.000]", "customer": "1", "correlation": "c3",
            "fault": "", "at": 1.0, "id": WAMID,
        }  # fmt: skip
        self.calls = [self.call]
        self.told = [{"id": WAMID, "state": "read", "label": f"{WAMID} read"}]
        self.stored = {
            "messages": [
                {"id": 1, "body": "x [i000.000]", "res_id": 5},
                {"id": 2, "body": "x [i000.001]", "res_id": 5},
                {"id": 3, "body": "x [o000.000]", "res_id": 5},
            ],
            "parts": [self.part(number) for number in (1, 2, 3)],
            "updates": [],
            "files": [],
            "without_fact": [],
            "doubled": {},
        }
        self.stored["parts"][2]["state"] = "read"
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.filestore = Path(folder.name)

    def delivery(self, label, at, status=200):
        return {
            "labels": [label], "started": at, "ended": at + 0.5, "status": status,
            "traceback": False,
        }  # fmt: skip

    def part(self, number):
        return {
            "id": number, "mail_message_id": number, "correlation": f"c{number}",
            "state": "received", "create_date": number, "failure_reason": None,
            "refused": 0,
        }  # fmt: skip

    def judge(self):
        books = load("chaos_check").Books(
            self.filestore,
            written=self.written,
            deliveries=self.deliveries,
            posts=self.posts,
            provider={"calls": self.calls, "told": self.told},
            stored=self.stored,
        )
        unknown, by_person = books.find_unknown()
        found = {
            "lost": books.find_lost(),
            "duplicated": list(books.find_duplicated()),
            "misordered": books.find_misordered(),
            "sent_twice": list(books.find_sent_twice()),
            "stuck": list(books.find_stuck()),
            "unknown": unknown,
            "by_person": by_person,
            "server_errors": list(books.find_server_errors()),
        }
        return {key: len(wrong) for key, wrong in found.items() if wrong}

    def test_all_is_well(self):
        self.assertEqual(self.judge(), {})

    def test_an_acknowledged_line_is_missing(self):
        del self.stored["messages"][1]
        self.assertEqual(self.judge(), {"lost": 1})

    def test_a_line_was_never_acknowledged(self):
        self.deliveries[1]["status"] = 503
        self.assertEqual(self.judge(), {"lost": 1})

    def test_a_line_is_stored_twice(self):
        self.stored["messages"].append({"id": 4, "body": "x [i000.001]", "res_id": 5})
        self.assertEqual(self.judge(), {"duplicated": 1})

    def test_a_file_is_not_there(self):
        file = {"id": 1, "state": "done", "error": "", "attempts": 1}
        self.stored["files"] = [{**file, "store_fname": "ab"}]
        self.assertEqual(self.judge(), {"lost": 1})
        (self.filestore / "ab").write_text("x")
        self.assertEqual(self.judge(), {})
        self.stored["files"][0]["state"] = "failed"
        self.assertEqual(self.judge(), {"lost": 1})

    def test_an_answer_without_part(self):
        self.stored["parts"].pop()
        self.calls.clear()
        self.told.clear()
        self.assertEqual(self.judge(), {"lost": 1})

    def test_an_answer_counts_as_sent_but_never_was(self):
        self.calls.clear()
        self.told.clear()
        self.assertEqual(self.judge(), {"lost": 1})

    def test_an_answer_that_still_waits(self):
        self.stored["parts"][2]["state"] = "queued"
        self.assertEqual(self.judge(), {"lost": 2, "stuck": 1})

    def test_an_acknowledged_status_does_not_show(self):
        self.stored["parts"][2]["state"] = "sent"
        self.assertEqual(self.judge(), {"lost": 1})

    def test_in_doubt_though_the_provider_told(self):
        self.stored["parts"][2]["state"] = "unknown"
        self.assertEqual(self.judge(), {"lost": 1, "unknown": 1})

    def test_in_doubt_for_a_person(self):
        self.stored["parts"][2]["state"] = "unknown"
        self.told.clear()
        self.assertEqual(self.judge(), {"by_person": 1})

    def test_sent_again_after_it_was_accepted(self):
        self.calls.append({**self.call, "correlation": "c4", "id": ""})
        self.assertEqual(self.judge(), {"sent_twice": 1})

    def test_sent_again_after_it_was_refused(self):
        self.calls.insert(0, {**self.call, "id": ""})
        self.assertEqual(self.judge(), {})

    def test_lines_in_the_wrong_order(self):
        first, second = self.stored["messages"][:2]
        first["body"], second["body"] = second["body"], first["body"]
        self.assertEqual(self.judge(), {"misordered": 1})

    def test_lines_that_were_under_way_together_have_no_order(self):
        first, second = self.stored["messages"][:2]
        first["body"], second["body"] = second["body"], first["body"]
        self.deliveries[1]["started"] = 1.2
        self.assertEqual(self.judge(), {})

    def test_in_one_batch_the_provider_time_decides(self):
        self.stored["parts"][1]["create_date"] = 1
        self.assertEqual(self.judge(), {})
        self.written["[i000.001]"] = ("in.1", 99)
        self.assertEqual(self.judge(), {"misordered": 1})

    def test_answers_arrive_in_the_wrong_order(self):
        self.stored["messages"].append({"id": 4, "body": "x [o000.001]", "res_id": 5})
        self.calls.insert(0, {**self.call, "mark": "[o000.001]", "correlation": "c4"})
        self.stored["parts"].append({**self.part(4), "state": "sent"})
        self.assertEqual(self.judge(), {"misordered": 1})

    def test_an_update_is_left(self):
        update = {"id": 1, "kind": "message", "reason": "", "error": ""}
        self.stored["updates"] = [{**update, "state": "parked"}]
        self.assertEqual(self.judge(), {"stuck": 1})

    def test_an_outsider_sees_an_error(self):
        self.deliveries.append(self.delivery("[i000.000]", 9.0, status=500))
        self.assertEqual(self.judge(), {"server_errors": 1})

    def test_states_go_back_only_after_a_refusal(self):
        books = load("chaos_check").Books(
            self.filestore,
            written={},
            deliveries=[],
            posts=[],
            provider={"calls": [], "told": []},
            stored=self.stored,
        )
        steps = [(3, "unknown", "queued", 1.0), (3, "sent", "accepted", 2.0)]
        self.assertEqual(len(list(books.find_backwards(steps))), 2)
        self.stored["parts"][2]["refused"] = 1
        self.assertEqual(len(list(books.find_backwards(steps))), 1)


class TestPlan(unittest.TestCase):
    def test_a_seed_is_a_plan(self):
        plan = load("chaos_plan")
        one, same, other = (plan.make_plan(seed, plan.FULL) for seed in (1, 1, 2))
        self.assertEqual(one, same)
        self.assertNotEqual(one.faults, other.faults)
        self.assertEqual((len(one.inbound), len(one.outbound)), (1400, 700))
        self.assertEqual(len({line.mark for line in one.inbound}), 1400)

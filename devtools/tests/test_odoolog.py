import unittest

from ..testing import odoolog

HEAD = "2026-01-02 03:04:05,678 42"
OURS = "odoo.addons.whatsapp_helpdesk.tests.test_x"


def read(*lines):
    text = "".join(f"{HEAD} {line}\n" for line in lines)
    return odoolog.read(text.splitlines(keepends=True))


class TestOdooLog(unittest.TestCase):
    def test_counts_started_tests(self):
        report = read(
            f"INFO db {OURS}: Starting TestA.test_one ...",
            f"INFO db {OURS}: Starting TestA.test_two ...",
            "INFO db odoo.tests.result: 0 failed, 0 error(s) of 2 tests when loading",
        )
        self.assertEqual((report.passed, report.failed), (2, 0))
        self.assertTrue(report.finished)

    def test_failure_keeps_its_traceback(self):
        report = read(
            f"INFO db {OURS}: Starting TestA.test_one ...",
            f"ERROR db {OURS}: FAIL: TestA.test_one\nTraceback\nAssertionError: 1 != 2",
        )
        self.assertEqual((report.passed, report.failed), (0, 1))
        self.assertIn("1 != 2", next(iter(report.failures.values())))

    def test_subtests_are_one_test(self):
        report = read(
            f"INFO db {OURS}: Starting TestA.test_one ...",
            f"ERROR db {OURS}: FAIL: Subtest TestA.test_one (i=0)",
            f"ERROR db {OURS}: FAIL: Subtest TestA.test_one (i=1)",
        )
        self.assertEqual(report.failed, 1)

    def test_two_broken_class_setups_are_two(self):
        report = read(
            "ERROR db odoo.tests.suite: ERROR: setUpClass (a.TestA)",
            "ERROR db odoo.tests.suite: ERROR: setUpClass (a.TestB)",
        )
        self.assertEqual(report.failed, 2)

    def test_skip_is_a_failure(self):
        report = read(
            f"INFO db {OURS}: Starting TestA.test_one ...",
            f"INFO db {OURS}: skipped TestA.test_one : websocket-client is missing",
        )
        self.assertEqual((report.passed, report.failed), (0, 1))

    def test_warning_is_a_failure_once(self):
        line = "WARNING db odoo.addons.whatsapp_helpdesk.models.x: watch out"
        self.assertEqual(read(line, line).failed, 1)

    def test_summary_of_odoo_is_not_counted_again(self):
        report = read(
            f"ERROR db {OURS}: FAIL: TestA.test_one",
            "ERROR db odoo.tests.result: 1 failed, 0 error(s) of 1 tests when loading",
        )
        self.assertEqual(report.failed, 1)

    def test_browser_error_of_a_failed_test_is_not_counted_again(self):
        report = read(
            f"ERROR db {OURS}.TestA.test_one.browser: boom",
            f"ERROR db {OURS}: FAIL: TestA.test_one",
        )
        self.assertEqual(report.failed, 1)

    def test_browser_error_of_a_passed_test_is_a_failure(self):
        self.assertEqual(
            read(f"ERROR db {OURS}.TestA.test_one.browser: boom").failed, 1
        )

    def test_same_browser_warning_of_two_tests_is_one(self):
        report = read(
            f"WARNING db {OURS}.TestA.test_one.browser: unknown model",
            f"WARNING db {OURS}.TestA.test_two.browser: unknown model",
        )
        self.assertEqual(report.failed, 1)

    def test_hoot_tests_are_told(self):
        self.assertEqual(read(f"INFO db {OURS}: [HOOT] Passed 4 tests (9 s)").hoot, 4)

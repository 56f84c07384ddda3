import tempfile
import textwrap
import unittest
from pathlib import Path

from ..testing.selection import TestClass, shares
from ..testing.selection import test_classes as find_classes
from ..testing.selection import test_tags as tags_of

SOURCE = """
from odoo.tests import HttpCase, TransactionCase, tagged


class TestModel(TransactionCase):
    def test_create(self):
        pass

    def test_write(self):
        pass


@tagged("post_install", "-at_install", "wh_http")
class TestRoute(HttpCase):
    def test_challenge(self):
        pass


class TestRouteAgain(TestRoute):
    allow_inherited_tests_method = True


class Helper:
    def test_not_alone(self):
        pass
"""


class TestSelection(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        (root / "addon" / "tests").mkdir(parents=True)
        (root / "addon" / "tests" / "test_it.py").write_text(textwrap.dedent(SOURCE))
        (root / "addon" / "tests" / "test_broken.py").write_text("def (")
        self.classes = {item.name: item for item in find_classes(root, ["addon"])}

    def test_kind_comes_from_tags_own_or_inherited(self):
        kinds = {name: item.kind for name, item in self.classes.items()}
        self.assertEqual(kinds["TestModel"], "orm")
        self.assertEqual(kinds["TestRoute"], "http")
        self.assertEqual(kinds["TestRouteAgain"], "http")

    def test_inherited_methods_only_where_odoo_runs_them(self):
        self.assertEqual(self.classes["TestRouteAgain"].methods, ["test_challenge"])

    def test_text_in_a_method_selects_the_method(self):
        self.assertEqual(
            self.classes["TestModel"].tags("write"), ["/addon:TestModel.test_write"]
        )

    def test_text_in_a_class_selects_the_class(self):
        self.assertEqual(self.classes["TestModel"].tags("Model"), ["/addon:TestModel"])

    def test_nothing_matches(self):
        self.assertEqual(self.classes["TestModel"].tags("missing"), [])

    def test_tags_are_joined(self):
        chosen = [self.classes["TestModel"], self.classes["TestRoute"]]
        self.assertEqual(tags_of(chosen), "/addon:TestModel,/addon:TestRoute")

    def test_many_tests_are_groups_of_about_the_same_size(self):
        sizes = (50, 20, 90, 40, 100, 60, 30, 80)
        classes = [
            TestClass("addon", f"Test{n}", "test_it", "orm", ["test"] * n, False)
            for n in sizes
        ]
        groups = shares(classes)
        self.assertEqual(
            sorted(item.name for group in groups for item in group),
            sorted(item.name for item in classes),
        )
        counts = [sum(len(item.methods) for item in group) for group in groups]
        self.assertLess(max(counts) - min(counts), max(sizes))

    def test_a_few_tests_stay_in_one_process(self):
        classes = list(self.classes.values())
        self.assertEqual(shares(classes), (classes,))

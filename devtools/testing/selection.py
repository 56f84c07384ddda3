"""Which test classes there are, of which kind, and the Odoo test tags that run them.

Found by reading the source: nothing is imported. The kind of a class is told by its
tags (`wh_http`, `wh_js`, `wh_tour`), its own or inherited; one without is an ORM test.
"""

import ast
from dataclasses import dataclass

KINDS = {"orm": None, "http": "wh_http", "js": "wh_js", "tour": "wh_tour"}
# A browser test that names this language needs right-to-left style sheets.
RIGHT_TO_LEFT = "ar_001"
BROWSER_KINDS = ("js", "tour")
# So many tests take longer than a second copy of the database.
WORTH_A_SPLIT = 200
SHARES = 4


@dataclass
class TestClass:
    """One class with tests of an addon."""

    addon: str
    name: str
    stem: str
    kind: str
    methods: list
    right_to_left: bool

    def tags(self, text):
        """Return the test tags of what has `text` in its file, class or method name."""
        if not text or text in self.name or text in self.stem:
            return [f"/{self.addon}:{self.name}"]
        return [
            f"/{self.addon}:{self.name}.{method}"
            for method in self.methods
            if text in f"{self.name}.{method}"
        ]


def test_classes(root, addons):
    """Return the Odoo test classes of the addons, those of tests/unit left out."""
    found = []
    for addon in addons:
        nodes = _class_nodes(root / addon / "tests")
        for name, (path, node) in nodes.items():
            if not path.name.startswith("test_"):
                continue
            inherits = _flag(node, "allow_inherited_tests_method")
            methods = _methods(node)
            if inherits:
                for base in _ancestors(node, nodes):
                    methods += [
                        method for method in _methods(base) if method not in methods
                    ]
            if methods:
                kind = _kind(node, nodes)
                right_to_left = (
                    kind in BROWSER_KINDS and RIGHT_TO_LEFT in path.read_text()
                )
                found.append(
                    TestClass(addon, name, path.stem, kind, methods, right_to_left)
                )
    return found


def _class_nodes(folder):
    nodes = {}
    for path in sorted(folder.glob("*.py")):
        try:
            tree = ast.parse(path.read_text())
        except SyntaxError:
            continue  # Odoo itself reports it when the tests are loaded
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                nodes[node.name] = (path, node)
    return nodes


def _methods(node):
    return [
        item.name
        for item in node.body
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))
        and item.name.startswith("test")
    ]


def _flag(node, name):
    return any(
        isinstance(item, ast.Assign)
        and any(
            isinstance(target, ast.Name) and target.id == name
            for target in item.targets
        )
        and isinstance(item.value, ast.Constant)
        and bool(item.value.value)
        for item in node.body
    )


def _ancestors(node, nodes, seen=None):
    seen = seen if seen is not None else {node.name}
    for base in node.bases:
        name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", None)
        if name in nodes and name not in seen:
            seen.add(name)
            yield nodes[name][1]
            yield from _ancestors(nodes[name][1], nodes, seen)


def _kind(node, nodes):
    for candidate in (node, *_ancestors(node, nodes)):
        tags = {
            arg.value
            for decorator in candidate.decorator_list
            if isinstance(decorator, ast.Call)
            for arg in decorator.args
            if isinstance(arg, ast.Constant)
        }
        for kind, tag in KINDS.items():
            if tag in tags:
                return kind
    return "orm"


def test_tags(classes, text=None):
    """Return the --test-tags that run the classes, or what matches `text` in them."""
    return ",".join(tag for item in classes for tag in item.tags(text))


def shares(classes):
    """Return the classes in groups of about as many tests; a few stay together.

    Taken one after the other beside the browser's group, they keep two processes busy
    until the end.
    """
    if sum(len(item.methods) for item in classes) < WORTH_A_SPLIT:
        return (classes,)
    groups = tuple([] for _ in range(SHARES))
    for item in classes:
        smallest = min(groups, key=lambda group: sum(len(one.methods) for one in group))
        smallest.append(item)
    return groups

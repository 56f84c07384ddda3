"""./dev lint: ruff, pylint-odoo, eslint, prettier at pinned versions; size caps."""

import ast
import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

from .. import node, venv
from ..console import Problem, say
from ..paths import APP, ROOT

FILE_LINES = 400
TEST_FILE_LINES = 600
FUNCTION_LINES = 50
# Tables of facts rather than code.
UNCAPPED = ("const.py", "errors_table.py")


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--fix", action="store_true", help="let the fixers change the files first"
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="only these")


def main(options):
    """Run every linter and return 1 if one complains."""
    files = _files(options.files)
    if options.fix:
        for name, command, environ in _fixers(files):
            _tool(name + " (fix)", command, environ)
    checks = [("size", _check_size), ("xml", _check_xml)]
    jobs = [(name, lambda check=check: check(files)) for name, check in checks]
    jobs += [
        (name, lambda command=command, environ=environ: _output(command, environ))
        for name, command, environ in _linters(files)
    ]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        results = [pool.submit(_timed, name, job) for name, job in jobs]
        bad = [future.result() for future in results]
    return 1 if any(bad) else 0


def _files(wanted):
    """Return the files that git knows or would add, as paths from the root."""
    command = [
        "git",
        "-C",
        str(ROOT),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"git does not list the files: {done.stderr.strip()}")
    listed = sorted(set(filter(None, done.stdout.split("\0"))))
    chosen = {os.path.relpath(os.path.abspath(name), ROOT) for name in wanted}
    return [
        name
        for name in listed
        if (ROOT / name).is_file()
        and (not chosen or name in chosen)
        and "/static/lib/" not in name
        and "/tests/samples/" not in name
    ]


def _ending(files, *endings):
    return [name for name in files if name.endswith(endings)]


def _linters(files):
    python = [*_ending(files, ".py"), *(name for name in files if name == "dev")]
    if python:
        ruff = str(venv.lint_tool("ruff"))
        yield (
            "ruff",
            [ruff, "check", "--no-fix", "--quiet", "--output-format=concise", *python],
            {},
        )
        yield (
            "ruff format",
            [ruff, "format", "--check", "--quiet", "--diff", *python],
            {},
        )
    addons = sorted({name.split("/")[0] for name in files if name.startswith(APP)})
    if addons:
        pylint = str(venv.lint_tool("pylint"))
        yield (
            "pylint-odoo",
            [pylint, "--rcfile=.pylintrc-mandatory", *addons],
            {},
        )
    yield from _node_linters(files)


def _node_linters(files):
    scripts, styled = _scripts(files)
    if not styled:
        return
    environ = {"NODE_PATH": str(node.modules() or "")}
    if scripts:
        yield (
            "eslint",
            [str(node.tool("eslint")), "--max-warnings=0", *scripts],
            environ,
        )
    yield (
        "prettier",
        [str(node.tool("prettier")), "--check", "--log-level=warn", *styled],
        environ,
    )


def _scripts(files):
    ours = [name for name in files if name.startswith(APP)]
    return _ending(ours, ".js"), _ending(ours, ".js", ".css", ".scss", ".xml")


def _fixers(files):
    python = [*_ending(files, ".py"), *(name for name in files if name == "dev")]
    if python:
        ruff = str(venv.lint_tool("ruff"))
        yield "ruff", [ruff, "check", "--fix", "--quiet", "--exit-zero", *python], {}
        yield "ruff format", [ruff, "format", "--quiet", *python], {}
    scripts, styled = _scripts(files)
    if styled:
        environ = {"NODE_PATH": str(node.modules() or "")}
        if scripts:
            yield (
                "eslint",
                [str(node.tool("eslint")), "--fix", "--quiet", *scripts],
                environ,
            )
        yield (
            "prettier",
            [str(node.tool("prettier")), "--write", "--log-level=warn", *styled],
            environ,
        )


def _tool(name, command, environ):
    _timed(name, lambda: _output(command, environ))


def _output(command, environ):
    """Run a linter and return what it complains about, empty if nothing."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    return (done.stdout or f"exit code {done.returncode}") if done.returncode else ""


def _timed(name, job):
    started = time.monotonic()
    complaint = job()
    seconds = time.monotonic() - started
    say(f"  {'✗' if complaint else '✓'} {name} ({seconds:.1f} s)")
    if complaint:
        print(complaint.rstrip(), flush=True)
    return bool(complaint)


def _check_size(files):
    found = []
    for name in _ending(files, ".py"):
        text = (ROOT / name).read_text()
        cap = TEST_FILE_LINES if "/tests/" in name else FILE_LINES
        count = text.count("\n")
        if count > cap and not name.endswith(UNCAPPED):
            found.append(f"{name}: {count} lines, at most {cap}")
        found += _long_functions(name, text)
    return "\n".join(found)


def _long_functions(name, text):
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return [f"{name}:{error.lineno}: {error.msg}"]
    return [
        f"{name}:{item.lineno}: {item.name} has "
        f"{item.end_lineno - item.lineno + 1} lines, at most {FUNCTION_LINES}"
        for item in ast.walk(tree)
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))
        and item.end_lineno - item.lineno + 1 > FUNCTION_LINES
    ]


def _check_xml(files):
    found = []
    for name in _ending(files, ".xml", ".svg"):
        try:
            ElementTree.parse(ROOT / name)
        except ElementTree.ParseError as error:
            found.append(f"{name}: {error}")
    return "\n".join(found)

"""Keeps Odoo's compiled asset bundles between databases: they take half a minute.

A bundle's address carries a hash of what it is made of, so that an old one is never
served for a new one.
"""

import json
import os
import shutil
import subprocess

from .console import Problem, step
from .paths import DEVTOOLS, ROOT, cached, digest, lock, project_addons

COLUMNS = {
    "name": "varchar",
    "url": "varchar",
    "mimetype": "varchar",
    "res_model": "varchar",
    "res_id": "int",
    "type": "varchar",
    "public": "bool",
    "store_fname": "varchar",
    "checksum": "varchar",
    "file_size": "int",
    "create_uid": "int",
    "write_uid": "int",
}
NAMES = ", ".join(COLUMNS)


def _bank(env):
    folder = cached("bundles", digest(env.key(), str(ROOT)))
    folder.mkdir(exist_ok=True)
    return folder


def deposit(databases, name):
    """Keep the bundles of the database `name`."""
    with lock("bundles"):
        _deposit(databases, name)


def _deposit(databases, name):
    query = (
        f"SELECT row_to_json(a) FROM (SELECT {NAMES} FROM ir_attachment "
        "WHERE url LIKE '/web/assets/%' AND store_fname IS NOT NULL ORDER BY id) a"
    )
    rows = [json.loads(row[0]) for row in databases.sql(query, name)]
    bank = _bank(databases.env)
    index = bank / "index.json"
    known = {_slot(row): row for row in _read(index)}
    for row in rows:
        kept = bank / row["store_fname"].replace("/", "-")
        source = databases.filestore(name) / row["store_fname"]
        if source.exists() and not kept.exists():
            _link(source, kept)
        known[_slot(row)] = row
    fresh = bank / f"index.{os.getpid()}"
    fresh.write_text(json.dumps(list(known.values())))
    fresh.rename(index)
    wanted = {row["store_fname"].replace("/", "-") for row in known.values()}
    for path in bank.iterdir():
        if path.name not in wanted and not path.name.startswith("index"):
            path.unlink(missing_ok=True)


def withdraw(databases, name):
    """Put the kept bundles into the database `name`."""
    bank = _bank(databases.env)
    rows = []
    for row in _read(bank / "index.json"):
        target = databases.filestore(name) / row["store_fname"]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not target.exists():
                _link(bank / row["store_fname"].replace("/", "-"), target)
        except FileNotFoundError:
            continue
        rows.append(row)
    if not rows:
        return
    types = ", ".join(f"{column} {kind}" for column, kind in COLUMNS.items())
    text = json.dumps(rows).replace("'", "''")
    connection = databases.env.connection
    done = subprocess.run(
        [connection.tool("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", name],
        input=(
            f"INSERT INTO ir_attachment ({NAMES}, create_date, write_date) "
            f"SELECT {NAMES}, now(), now() "
            f"FROM json_to_recordset('{text}') AS x({types}) "
            "WHERE NOT EXISTS (SELECT 1 FROM ir_attachment a WHERE a.url = x.url);"
        ),
        capture_output=True,
        text=True,
        env=connection.environ(),
        check=False,
    )
    if done.returncode:
        raise Problem(f"the kept asset bundles do not fit: {done.stderr}")


def warm_right_to_left(databases, name):
    """Compile right-to-left style sheets in the database, if sources changed since.

    A test's own transaction would throw them away, and every Arabic tour compile them.
    """
    marker = _bank(databases.env) / "index.rtl"
    wanted = _sources_key()
    if marker.exists() and marker.read_text() == wanted:
        return
    with step("right-to-left style sheets"):
        databases.run_script(name, DEVTOOLS / "bundles_setup.py", {})
    deposit(databases, name)
    marker.write_text(wanted)


def _sources_key():
    """Return a key of all that our addons add to style sheets."""
    files = [
        path
        for addon in project_addons()
        for path in sorted((ROOT / addon / "static").rglob("*.*css"))
        + [ROOT / addon / "__manifest__.py"]
    ]
    return digest(*(f"{path} {path.stat().st_mtime_ns}" for path in files))


def _slot(row):
    return f"{row['name']} {'/rtl/' in row['url'] or '.rtl.' in row['url']}"


def _read(index):
    return json.loads(index.read_text()) if index.exists() else []


def _link(source, target):
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        shutil.copy(source, target)

"""Brings i18n/*.pot and *.po up to a fresh export; ./dev pot runs it with polib.

Dates in headers change only together with the terms, so that a repeat changes no file.
"""

import re
import sys
from pathlib import Path

import polib

SHOWN = 30


def main(argv):
    """Update, or with --check compare, each addon's files."""
    exported, root = Path(argv[0]), Path(argv[1])
    check = "--check" in argv
    bad = 0
    for fresh in sorted(exported.glob("*.pot")):
        addon = fresh.stem
        folder = root / addon / "i18n"
        template = polib.pofile(str(fresh))
        bad += _template(template, folder / f"{addon}.pot", check)
        for path in sorted(folder.glob("*.po")):
            bad += _language(template, path, check)
    return 1 if check and bad else 0


def _terms(po):
    return [
        (entry.msgid, entry.msgctxt, entry.comment, sorted(entry.occurrences))
        for entry in po
        if not entry.obsolete
    ]


def _template(template, path, check):
    name = f"{path.parent.parent.name}/i18n/{path.name}"
    if path.exists() and sorted(_terms(polib.pofile(str(path)))) == sorted(
        _terms(template)
    ):
        print(f"{name}: {len(template)} terms, up to date")
        return 0
    if check:
        print(f"{name}: out of date, run ./dev pot")
        return 1
    path.parent.mkdir(exist_ok=True)
    template.save(str(path), newline="\n")
    print(f"{name}: {len(template)} terms, written")
    return 0


def _language(template, path, check):
    po = polib.pofile(str(path), wrapwidth=78)
    before = sorted(_terms(po))
    po.merge(template)
    for entry in po.obsolete_entries():
        po.remove(entry)
    _comments(po, template)
    name = f"{path.parent.parent.name}/i18n/{path.name}"
    changed = sorted(_terms(po)) != before
    gaps = [entry for entry in po if not entry.translated()]
    odd = [entry for entry in po if entry.translated() and not _same_holes(entry)]
    if changed and not check:
        po.save(str(path), newline="\n")
    state = ("out of date" if check else "updated") if changed else "up to date"
    print(f"{name}: {len(po)} terms, {len(gaps)} without translation, {state}")
    for entry in gaps[:SHOWN]:
        print(f"  - {entry.msgid!r}")
    if len(gaps) > SHOWN:
        print(f"  ... and {len(gaps) - SHOWN} more")
    for entry in odd:
        print(f"  ! other placeholders than the term: {entry.msgid!r}")
    return bool(gaps or odd or (check and changed))


def _comments(po, template):
    """Take over the module comments, which polib's merge leaves as they were."""
    known = {(entry.msgid, entry.msgctxt): entry for entry in template}
    for entry in po:
        entry.comment = known[entry.msgid, entry.msgctxt].comment


def _same_holes(entry):
    holes = re.compile(r"%\(\w+\)[sdf]|%[sd]|\$\{\w+\}")
    return sorted(holes.findall(entry.msgid)) == sorted(holes.findall(entry.msgstr))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

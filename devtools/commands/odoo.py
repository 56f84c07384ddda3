"""./dev odoo: Odoo's own command line with our Python, addons and database server."""

import subprocess

from ..environment import prepared

KNOWN = ("server", "shell", "i18n", "module", "db", "neutralize", "cloc", "populate")


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--with-oca", action="store_true", help="the further OCA addons as well"
    )
    parser.add_argument("args", nargs="...", help="what Odoo gets")


def main(options):
    """Run Odoo in the foreground."""
    args = [arg for arg in options.args if arg != "--"]
    sub = args.pop(0) if args and args[0] in KNOWN else "server"
    with prepared(options) as env:
        command = env.command(*args, sub=sub)
        if sub not in ("server", "shell"):
            command = env.plain_command(sub, *args)
        return subprocess.run(command, env=env.environ(), check=False).returncode

"""./dev psql: PostgreSQL's client on our server."""

import subprocess

from ..environment import server


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "args", nargs="...", help="what psql gets, for example a database name"
    )


def main(options):
    """Run psql in the foreground."""
    with server(options) as connection:
        args = [arg for arg in options.args if arg != "--"] or ["postgres"]
        command = [connection.tool("psql"), *args]
        return subprocess.run(command, env=connection.environ(), check=False).returncode

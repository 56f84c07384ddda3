"""./dev parse: raw webhook bodies to normalised updates, by devtools/parse.py."""

import subprocess

from .. import venv


def arguments(parser):
    """Declare the options."""
    parser.add_argument("channel", metavar="CHANNEL", help="for example whatsapp")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="raw webhook bodies; - is standard input",
    )


def main(options):
    """Run devtools.parse in the project's Python, which has the gateway's libraries."""
    code = "import sys; from devtools.parse import main; sys.exit(main(sys.argv[1:]))"
    command = [venv.main_python(), "-c", code, options.channel, *options.files]
    environ = venv.project_environ()
    return subprocess.run(command, env=environ, check=False).returncode

"""./dev run: a server with demo data, agents, Sandbox phone and local provider."""

import signal
import threading
from contextlib import ExitStack

from .. import bundles
from ..console import Problem, say, step
from ..database import (
    PREFIX,
    Databases,
    content_key,
    read_state,
    template_log,
    write_state,
)
from ..environment import prepared
from ..paths import DEVTOOLS, ROOT, digest, project_addons
from ..postgres import free_port, is_free
from ..proxy import Proxy
from ..server import FakeProvider, OdooServer

# Each checkout of this repository has a database of its own.
DATABASE = f"{PREFIX}_run_{digest(str(ROOT))[:6]}"
DEFAULT_PORT = 8069
#: Channel: what its customer does first, as (route, body) of the control interface.
#: All that can be done stands in devtools/fakes/<channel>/control.py.
ACTING = {
    "whatsapp": (
        (
            "message",
            '{"customer": {"phone": "9647701234567", "name": "Ali"}, '
            '"args": ["Hello"]}',
        ),
    ),
    "telegram": (
        ("text", '{"text": "Hello"}'),
        ("album", '{"caption": "Broken on arrival"}'),
        ("press", '{"button": 0}'),
        ("block", "{}"),
    ),
}
LOGINS = (("admin", "administrator"), ("sara", "agent"), ("omar", "agent"))


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--fresh", action="store_true", help="begin with a new database"
    )
    parser.add_argument(
        "--workers", type=int, default=0, metavar="N", help="multi-process server"
    )
    parser.add_argument(
        "--lang", metavar="CODE", help="language of the users, for example ar"
    )
    parser.add_argument(
        "--port", type=int, help=f"default {DEFAULT_PORT}, or a free one"
    )


def main(options):
    """Start everything, print where it is, and wait for Ctrl-C."""
    with prepared(options) as env, ExitStack() as stack:
        databases = Databases(env)
        _prepare_database(databases, options)
        port = _port(options)
        ports = {channel: free_port() for channel in FakeProvider.channels()}
        inner = free_port() if options.workers else port
        server = OdooServer(env, DATABASE, workers=options.workers, port=inner)
        stack.callback(server.stop)
        if options.workers:
            stack.enter_context(Proxy(port, inner, server.gevent_port))
        with step("server"):
            facts = _start(databases, server, port, ports, options)
        for channel, fake_port in ports.items():
            options_of_fake = facts.get("fakes", {}).get(channel, {})
            fake = FakeProvider(env, channel, fake_port, **options_of_fake)
            stack.enter_context(fake)
        _announce(server, port, facts, ports)
        _wait(server)
        bundles.deposit(databases, DATABASE)
    say("stopped")


def _port(options):
    if options.port:
        if not is_free(options.port):
            raise Problem(f"port {options.port} is taken")
        return options.port
    return DEFAULT_PORT if is_free(DEFAULT_PORT) else free_port()


def _prepare_database(databases, options):
    """Make the database, or update it if the addons changed since."""
    addons = project_addons()
    key = content_key(addons)
    state = read_state(DATABASE)
    if options.fresh or not (databases.exists(DATABASE) and state):
        databases.copy(databases.app_template(addons, demo=True), DATABASE)
        bundles.withdraw(databases, DATABASE)
    elif state.get("key") != key:
        flag = "-u" if set(addons) <= set(state.get("addons", ())) else "-i"
        with step(f"updating {', '.join(addons)}"):
            databases.install(
                DATABASE, addons, demo=True, log=template_log(DATABASE), flag=flag
            )
    write_state(DATABASE, key=key, addons=addons)


def _start(databases, server, port, ports, options):
    """Start the server and meanwhile set up what the demo needs."""
    facts = {}
    if options.lang:
        # A server that is already up would not know the new language at once.
        facts.update(_set_up(databases, port, ports, options))
        server.start()
        return facts
    thread = threading.Thread(
        target=lambda: facts.update(_set_up(databases, port, ports, options))
    )
    thread.start()
    try:
        server.start()
    finally:
        thread.join()
    return facts


def _set_up(databases, port, ports, options):
    settings = {
        "base_url": f"http://localhost:{port}",
        "fakes": {name: f"http://127.0.0.1:{fake}" for name, fake in ports.items()},
        "lang": options.lang or "en_US",
    }
    try:
        return databases.run_script(DATABASE, DEVTOOLS / "demo_setup.py", settings)
    except Problem as problem:
        return {"remarks": [str(problem)]}


def _announce(server, port, facts, ports):
    host = f"http://localhost:{port}"
    say()
    print(f"Odoo:           {host}/odoo", flush=True)
    known = facts.get("logins", ["admin"])
    users = ", ".join(
        f"{name}/{name} ({role})" for name, role in LOGINS if name in known
    )
    print(f"Logins:         {users}")
    if facts.get("phone_url"):
        print(f"Customer phone: {facts['phone_url']}")
    for channel, fake_port in ports.items():
        _announce_fake(channel, fake_port, facts.get("fakes", {}).get(channel, {}))
    print(f"Server log:     {server.log}", flush=True)
    for remark in facts.get("remarks", ()):
        say(f"  ! {remark}")
    say("\nCtrl-C stops everything.")


def _announce_fake(channel, port, options):
    """Print how to be the customer of a local provider."""
    url = f"http://127.0.0.1:{port}"
    print(f"Fake {channel}:  {url}")
    if options.get("webhook_url"):
        print(f"  webhook:      {options['webhook_url']}")
    if options.get("token"):
        print(f"  bot token:    {options['token']}")
    print("  the customer: ", end="")
    for number, (route, values) in enumerate(ACTING.get(channel, ())):
        print("                " * bool(number), end="")
        print(f"curl -d '{values}' {url}/_control/{route}")


def _wait(server):
    """Wait until Ctrl-C; a server that ends by itself is reported."""
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        code = server.process.wait()
    except KeyboardInterrupt:
        say("\nstopping ...")
        return
    raise Problem(
        f"the server ended by itself (exit code {code}), log in {server.log}:\n"
        + server.tail()
    )

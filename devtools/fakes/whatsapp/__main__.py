"""Run the local provider until it is told to stop."""

import argparse
import signal
import threading

from . import demo_templates
from .server import FakeWhatsApp
from .state import DISPLAY_NUMBER, NUMBER_ID, Number

#: A second number of the same account, for whoever needs two.
SECOND = Number("106540352242933", "+1 555-078-3882", "Lucky Shrub Repairs")


def arguments():
    """Declare the options."""
    parser = argparse.ArgumentParser(prog="devtools.fakes.whatsapp")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook-url", default="")
    parser.add_argument("--app-secret", default="")
    parser.add_argument("--token", default="", help="the only good one; default any")
    parser.add_argument("--number-id", default=NUMBER_ID)
    parser.add_argument("--display-number", default=DISPLAY_NUMBER)
    parser.add_argument(
        "--window",
        choices=("later", "refuse", "off"),
        default="later",
        help="what happens to free text outside of the 24-hour window",
    )
    parser.add_argument("--receipts", default="sent,delivered,read")
    return parser.parse_args()


def main():
    """Serve until SIGTERM or Ctrl-C."""
    options = arguments()
    first = Number(options.number_id, options.display_number)
    numbers = [first] if options.number_id == SECOND.id else [first, SECOND]
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stopped.set())
    with FakeWhatsApp(
        port=options.port,
        webhook_url=options.webhook_url,
        app_secret=options.app_secret,
        token=options.token,
        numbers=numbers,
        window=options.window,
        receipts=[name for name in options.receipts.split(",") if name],
    ) as fake:
        demo_templates.add_to(fake.state)
        print(f"fake WhatsApp on {fake.url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()

"""Run the local provider until it is told to stop."""

import argparse
import signal
import threading

from .bodies import Customer
from .server import FakeTelegram
from .state import BOT_ID, TOKEN, Bot


def arguments():
    """Declare the options."""
    parser = argparse.ArgumentParser(prog="devtools.fakes.telegram")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook-url", default="", help="as if setWebhook was called")
    parser.add_argument("--secret-token", default="")
    parser.add_argument("--token", default=TOKEN, help="the only good one")
    parser.add_argument("--bot-id", type=int, default=BOT_ID)
    parser.add_argument("--username", default=Bot.username)
    parser.add_argument(
        "--started", default="", help="ids of customers who wrote before, with commas"
    )
    return parser.parse_args()


def main():
    """Serve until SIGTERM or Ctrl-C."""
    options = arguments()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stopped.set())
    bot = Bot(options.bot_id, options.token, username=options.username.lstrip("@"))
    with FakeTelegram(
        port=options.port,
        webhook_url=options.webhook_url,
        secret_token=options.secret_token,
        bot=bot,
    ) as fake:
        for number in filter(None, options.started.split(",")):
            fake.state.chat_of(
                Customer(int(number), f"Customer {number}")
            ).started = True
        print(f"fake Telegram on {fake.url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()

"""A database with an account of every channel, its providers, and pairs to join."""

import contextlib
from pathlib import Path

from bench import Site
from grow import BASE, DAYS, Growth

from devtools.console import step
from devtools.fakes.telegram import FakeTelegram
from devtools.fakes.whatsapp import FakeWhatsApp
from devtools.postgres import free_port

SETUP = Path(__file__).with_name("setup_channels.py")
CHANNELS = ("whatsapp", "telegram", "sandbox")
#: Where load_bodies.customer begins to be a stored customer on WhatsApp.
FIRST_STORED = 20_000_000


@contextlib.contextmanager
def channel_site(bench, label, *, pairs=0, agents=2):
    """Yield a Site with all channels, and so many pairs of conversations."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(
            bench.databases.throwaway(
                source=bench.template(), label=label, keep=bench.options.keep
            )
        )
        whatsapp = stack.enter_context(FakeWhatsApp(token="bench-token"))
        telegram = stack.enter_context(FakeTelegram())
        port = free_port()
        settings = {
            "base_url": f"http://127.0.0.1:{port}",
            "whatsapp_url": whatsapp.url,
            "telegram_url": telegram.url,
            "agents": agents,
        }
        with step(f"set-up of {label}"):
            facts = bench.databases.run_script(database, SETUP, settings)
        if pairs:
            with step(f"{pairs} pairs of conversations"):
                PairGrowth(bench, database, facts["seeds"], pairs).run()
        site = ChannelSite(bench, database, whatsapp, facts, port)
        site.pairs = pairs
        stack.callback(site.close)
        yield site


class ChannelSite(Site):
    """:ivar pairs: of stored conversations of one customer on two channels."""

    pairs = 0

    def plan(self, channel="whatsapp", **values):
        """Return a plan of the load generator for one channel."""
        own = self.facts["channels"][channel]
        plan = {"kind": channel, "secret": own["secret"], "account": own["account"]}
        return super().plan(path=own["path"], **{**plan, **values})


class PairGrowth(Growth):
    """Multiplies two seeds: for each pair a customer on WhatsApp and on Telegram.

    Messages of all conversations take turns, so that those of a pair interleave.
    """

    #: Messages of each conversation, half of them answers.
    EACH = 2000

    def __init__(self, bench, database, seeds, pairs):
        super().__init__(bench, database, seeds, 0)
        self.pairs = pairs
        self.conversations = 2 * pairs

    def _conversations(self, kind, first, end):
        """Called twice by the base: once for each side."""
        if kind == "open":
            super()._conversations("first", 0, self.pairs)
        else:
            super()._conversations("second", self.pairs, 2 * self.pairs)

    def _messages(self, part, parity):
        total = self.conversations * self.EACH
        for side in (0, 1):
            numbers = (
                f"SELECT n, {BASE} + n AS i, {BASE} + n % {self.conversations} AS c, "
                f"(now() AT TIME ZONE 'UTC') - interval '{DAYS} days' "
                f"+ n * (interval '{DAYS} days' / {total}) AS at "
                f"FROM generate_series(0, {total - 1}) n "
                f"WHERE n / {self.conversations} % 2 = {parity} "
                f"AND n % {self.conversations} / {self.pairs} = {side}"
            )
            seed = self.seeds[("first", "second")[side]][part]
            self._rows_of_messages(part, seed, numbers)
            if part == "question":
                self._updates(seed, numbers)

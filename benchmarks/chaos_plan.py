"""What happens in a run: who writes what and when, and what breaks. Only chance and
numbers; the same seed gives the same plan (what then happens first is up to the
machine).
"""

import random
from dataclasses import dataclass, field, replace

from devtools.fakes.whatsapp import bodies
from devtools.fakes.whatsapp.state import DISPLAY_NUMBER, NUMBER_ID

NUMBERS = (
    bodies.To(NUMBER_ID, DISPLAY_NUMBER),
    bodies.To("106540352242933", "+1 555-078-3882"),
)
LEADER = "chaos_leader"
AGENTS = tuple(f"chaos_agent_{number}" for number in range(1, 5))

#: How much longer the same takes in a server of one process.
SLOWER = 1.5
#: Seconds before anything breaks, so that there are conversations.
CALM = 8.0
#: Parts of the inbound messages.
DELAYED, DOUBLED, WITH_FILE = 0.3, 0.2, 0.05
#: Faults of a whole run, by kind.
FAULTS = {
    "kill_http": 3,
    "kill_cron": 5,
    "kill_gevent": 1,
    "kill_master": 2,
    "stop_http": 1,
    "stop_cron": 3,
    "crash_postgres": 2,
    "terminate_backends": 4,
    "break_filestore": 1,
}
#: Where one process does everything.
FAULTS_THREADED = {
    "kill_master": 4,
    "stop_master": 2,
    "crash_postgres": 2,
    "terminate_backends": 4,
    "break_filestore": 1,
}
FAULTS_QUICK = ("kill_cron", "kill_http", "stop_cron", "crash_postgres", "kill_master")


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    customers: int = 60
    inbound: int = 1400
    outbound: int = 700
    seconds: float = 110.0


FULL = Size()
QUICK = Size(customers=20, inbound=250, outbound=120, seconds=20.0)


@dataclass(frozen=True)
class Line:
    """One message. ``at``: seconds after the start."""

    mark: str
    customer: int
    at: float
    delay: float = 0.0  # on its way
    doubled: tuple = ()  # delays of other bodies with the same update
    file: bool = False


@dataclass(frozen=True)
class Fault:
    kind: str
    at: float
    point: float  # 0 to 1: which of those that may be hit
    seconds: float  # for those that last


@dataclass
class Plan:
    seed: int
    size: Size
    customers: list = field(default_factory=list)
    inbound: list = field(default_factory=list)
    outbound: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    def number_of(self, customer):
        """The business number a customer writes to."""
        return NUMBERS[customer % len(NUMBERS)]


def make_plan(seed, size, *, workers=2, quick=False):
    """Return the plan of a seed."""
    if not workers and not quick:
        size = replace(size, seconds=size.seconds * SLOWER)
    chance = random.Random(f"chaos {seed}")
    plan = Plan(seed, size)
    plan.customers = [
        bodies.Customer(f"9647701{index:06d}", f"Customer {index}")
        for index in range(size.customers)
    ]
    begins = _make_inbound(plan, chance)
    _make_outbound(plan, chance, begins)
    _make_faults(plan, chance, workers, quick)
    return plan


def _make_inbound(plan, chance):
    """Half of the customers are there before the storm, the others come in it."""
    size = plan.size
    begins = [
        chance.uniform(0, 2)
        if index % 2 == 0
        else chance.uniform(CALM, size.seconds * 0.7)
        for index in range(size.customers)
    ]
    counts = [size.inbound // size.customers] * size.customers
    for index in range(size.inbound - sum(counts)):
        counts[index] += 1
    for customer, (begin, count) in enumerate(zip(begins, counts, strict=True)):
        times = [begin]
        times += sorted(chance.uniform(begin, size.seconds) for _ in range(count - 1))
        for number, at in enumerate(times):
            mark = f"[i{customer:03d}.{number:03d}]"
            plan.inbound.append(_make_line(chance, mark, customer, at))
    plan.inbound.sort(key=lambda line: line.at)
    return begins


def _make_line(chance, mark, customer, at):
    delayed = chance.random() < DELAYED
    doubled = ()
    while chance.random() < DOUBLED:
        doubled += (chance.uniform(0.0, 6.0),)
    return Line(
        mark,
        customer,
        at,
        chance.uniform(0.0, 3.0) if delayed else chance.uniform(0.0, 0.05),
        doubled,
        chance.random() < WITH_FILE,
    )


def _make_outbound(plan, chance, begins):
    numbers = [0] * plan.size.customers
    for at in sorted(
        chance.uniform(CALM, plan.size.seconds) for _ in range(plan.size.outbound)
    ):
        known = [index for index, begin in enumerate(begins) if begin < at - 3]
        customer = chance.choice(known)
        mark = f"[o{customer:03d}.{numbers[customer]:03d}]"
        numbers[customer] += 1
        plan.outbound.append(Line(mark, customer, at))


def _make_faults(plan, chance, workers, quick):
    counts = FAULTS if workers else FAULTS_THREADED
    if quick:
        counts = dict.fromkeys((k for k in FAULTS_QUICK if k in counts), 1)
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    chance.shuffle(kinds)
    space = (plan.size.seconds - CALM) / len(kinds)
    for index, kind in enumerate(kinds):
        at = CALM + index * space + chance.uniform(0, space * 0.8)
        plan.faults.append(Fault(kind, at, chance.random(), chance.uniform(2.0, 6.0)))

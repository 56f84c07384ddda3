"""What a delivered message costs: the rules of a tariff and a card of rates.

Pure and exact: amounts are whole millionths of a currency unit (:attr:`Rate.micro`) or
``Decimal``, never floats. Which words a provider uses and since when it charges what
is data: a :class:`Tariff`, one for each channel that has prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from .window import utc

MICRO = 1_000_000
#: Place of a rate that holds where no country or region has one of its own.
REST = "rest_of_world"
_DAY = timedelta(days=1)


class Basis(str, Enum):
    """Why a message costs what it costs."""

    FREE = "free"  # the provider says so
    FREE_TIER = "free_tier"  # one of the month's free ones, by our own count
    NOT_YET_CHARGED = "not_yet_charged"  # its category was free at that time
    BY_CONVERSATION = "by_conversation"  # before messages were charged one by one
    RATE = "rate"
    UNKNOWN_TYPE = "unknown_type"  # charged, though nobody knows that word
    NO_CATEGORY = "no_category"  # the provider does not say what it was
    NO_RATE = "no_rate"  # the card has nothing for it


#: Amounts that nobody should rely on before the invoice was looked at.
DOUBTFUL = frozenset((Basis.UNKNOWN_TYPE, Basis.NO_CATEGORY, Basis.NO_RATE))


@dataclass(frozen=True)
class Rate:
    """One line of a card. Exactly one of ``country`` (ISO) and ``region`` is set.

    :ivar micro: millionths of a unit of ``currency`` for each delivered message.
    :ivar account: only for this account; 0 for all.
    :ivar company: only for accounts of this company; 0 for all.
    """

    category: str
    micro: int
    currency: str
    valid_from: date
    country: str = ""
    region: str = ""
    account: int = 0
    company: int = 0
    is_estimate: bool = False
    id: int = 0

    @property
    def amount(self) -> Decimal:
        return from_micro(self.micro)


@dataclass(frozen=True)
class Tariff:
    """How a provider charges.

    :ivar per_message_from: first day on which every message has its own price.
    :ivar conversation_models: pricing models without a price for each message.
    :ivar charged_from: first day on which a category is charged at all.
    :ivar rate_of: categories whose rate holds for one that has none, best first.
    :ivar aliases: other spellings of a category.
    :ivar free_tier: category of which the first ones in a month are free.
    :ivar free_tier_types: the provider's words for such a free one.
    :ivar regions: region of a country without a rate of its own.
    :ivar territories: country whose prices a territory shares.
    """

    free_types: frozenset[str] = frozenset()
    charged_types: frozenset[str] = frozenset(("regular",))
    free_categories: frozenset[str] = frozenset()
    per_message_from: date = date.min
    conversation_models: frozenset[str] = frozenset()
    charged_from: Mapping[str, date] = field(default_factory=dict)
    rate_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    free_tier: str = ""
    free_tier_types: frozenset[str] = frozenset()
    regions: Mapping[str, str] = field(default_factory=dict)
    territories: Mapping[str, str] = field(default_factory=dict)

    def normalise(self, category: str) -> str:
        word = category.strip().lower().replace("-", "_")
        return self.aliases.get(word, word)

    def is_in_free_tier(self, category: str, day: date) -> bool:
        name = self.normalise(category)
        return name == self.free_tier and day >= self.charged_from.get(name, date.min)


@dataclass(frozen=True)
class Delivery:
    """A message that arrived, as far as its price needs to know.

    :ivar type: the provider's word for free or not.
    :ivar model: the provider's word for its way of charging.
    :ivar country: ISO code or calling code; "" when nobody knows.
    :ivar timezone: zone in which the account's days and months begin.
    :ivar free_used: messages of the free tier that were used up this month.
    """

    type: str
    category: str
    moment: datetime
    country: str = ""
    model: str = ""
    timezone: str = "UTC"
    account: int = 0
    company: int = 0
    free_used: int = 0
    free_tier: int = 0


@dataclass(frozen=True)
class Charge:
    basis: Basis
    category: str
    day: date
    amount: Decimal = Decimal(0)
    currency: str = ""
    rate: Rate | None = None
    #: The amount rests on a guess: of the rate, the country or the type.
    is_estimate: bool = False


class RateCard:
    """Rates found by what they are for; the narrowest place wins, then the newest.

    A rate of the account comes before one of its company, and that before one for
    all, but only at the same place: what an account pays for "the rest of the world"
    says nothing about a country that has its own price.
    """

    def __init__(self, rates: Iterable[Rate]):
        self._rates: dict[tuple[str, str, int, int], list[Rate]] = {}
        for rate in sorted(rates, key=lambda rate: rate.valid_from):
            place = rate.country or rate.region
            key = (rate.category, place, rate.account, rate.company)
            self._rates.setdefault(key, []).append(rate)

    def find(
        self,
        category: str,
        places: Iterable[str],
        day: date,
        account: int = 0,
        company: int = 0,
    ) -> Rate | None:
        """Return the rate on a day.

        :param places: country and regions, the narrowest first.
        """
        owners = dict.fromkeys(((account, company), (account, 0), (0, company), (0, 0)))
        for place in places:
            for owner in owners:
                for rate in reversed(self._rates.get((category, place, *owner), ())):
                    if rate.valid_from <= day:
                        return rate
        return None


def charge(tariff: Tariff, card: RateCard, delivery: Delivery) -> Charge:
    """Return what a delivered message costs."""
    category = tariff.normalise(delivery.category)
    day = local_day(delivery.moment, delivery.timezone)
    rate, guessed = _find_rate(tariff, card, delivery, category, day)
    currency = rate.currency if rate else ""
    free = _get_free_basis(tariff, delivery, category, day)
    if free is not None:
        doubt = free in (Basis.FREE_TIER, Basis.BY_CONVERSATION)
        return Charge(free, category, day, currency=currency, is_estimate=doubt)
    if not category:
        return Charge(Basis.NO_CATEGORY, category, day, is_estimate=True)
    if rate is None:
        return Charge(Basis.NO_RATE, category, day, is_estimate=True)
    known = delivery.type in tariff.charged_types
    basis = Basis.RATE if known or not delivery.type else Basis.UNKNOWN_TYPE
    doubt = guessed or rate.is_estimate or not known
    return Charge(basis, category, day, rate.amount, currency, rate, doubt)


def _get_free_basis(
    tariff: Tariff, delivery: Delivery, category: str, day: date
) -> Basis | None:
    if delivery.type in tariff.free_types or category in tariff.free_categories:
        return Basis.FREE
    if delivery.model in tariff.conversation_models or day < tariff.per_message_from:
        return Basis.BY_CONVERSATION
    if day < tariff.charged_from.get(category, date.min):
        return Basis.NOT_YET_CHARGED
    counts = not delivery.type and tariff.is_in_free_tier(category, day)
    if counts and delivery.free_used < delivery.free_tier:
        return Basis.FREE_TIER
    return None


def _find_rate(
    tariff: Tariff, card: RateCard, delivery: Delivery, category: str, day: date
) -> tuple[Rate | None, bool]:
    """The rate, and whether its place or category is only the next best guess."""
    country = iso(delivery.country)
    names = places(tariff, country)
    for name in (category, *tariff.rate_of.get(category, ())):
        rate = card.find(name, names, day, delivery.account, delivery.company)
        if rate is not None:
            return rate, not country
    return None, False


def places(tariff: Tariff, country: str) -> tuple[str, ...]:
    """Where the rate of a country may stand on a card, the narrowest first."""
    main = tariff.territories.get(country, country)
    region = tariff.regions.get(country) or tariff.regions.get(main, "")
    return tuple(dict.fromkeys(name for name in (country, main, region, REST) if name))


def iso(country: str) -> str:
    """ISO code of a country given by it or by its calling code; "" when unknown."""
    text = country.strip().lstrip("+")
    if not text.isdecimal():
        return text.upper()
    code = phonenumbers.region_code_for_country_code(int(text))
    return code if code and code.isalpha() and code != "ZZ" else ""


# -- money ---------------------------------------------------------------------------
def from_micro(micro: int) -> Decimal:
    return Decimal(micro) / MICRO


def to_micro(amount: float | Decimal) -> int:
    """Whole millionths of an amount; a float counts as the decimal that it shows."""
    return int((Decimal(str(amount)) * MICRO).to_integral_value())


# -- days and months where the account is billed --------------------------------------
def zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local_day(moment: datetime, timezone: str) -> date:
    return utc(moment).astimezone(zone(timezone)).date()


def month_of(day: date) -> tuple[date, date]:
    """First day of a day's month and of the next one."""
    first = day.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1)


def forecast(spent: Decimal, moment: datetime, timezone: str) -> Decimal:
    """What a month will cost in the end if it goes on like this.

    The first day counts as a whole one: an hour says nothing about a month.
    """
    local = utc(moment).astimezone(zone(timezone)).replace(tzinfo=None)
    first, following = month_of(local.date())
    start = datetime.combine(first, datetime.min.time())
    whole = (following - first) // _DAY * 86400
    elapsed = max(int((local - start).total_seconds()), 86400)
    return spent * whole / elapsed

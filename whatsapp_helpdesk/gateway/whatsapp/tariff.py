"""How WhatsApp charges, and which countries share a price.

Regions are those of the published rate cards. A country that has a price of its own
since some day still has a region: its price before that day.
"""

from __future__ import annotations

from datetime import date

from ..pricing import Tariff

#: Codes of regions on a rate card, with the countries they contain.
REGIONS: dict[str, str] = {
    "north_america": "US CA",
    "rest_of_africa": (
        "DZ AO BJ BW BF BI CM TD CG ER ET GA GM GH GW CI KE LS LR LY MG MW ML MR MA "
        "MZ NA NE RW SN SL SO SS SD SZ TZ TG TN UG ZM ZW"
    ),
    "rest_of_asia_pacific": (
        "AF AU BD KH CN HK JP LA MN NP NZ PG PH SG LK TW TJ TH TM UZ VN"
    ),
    "rest_of_central_eastern_europe": (
        "AL AM AZ BY BG HR CZ GE GR HU LV LT MD MK PL RO RS SK SI UA"
    ),
    "rest_of_latin_america": "BO CR DO EC SV GT HT HN JM NI PA PY PR UY VE",
    "rest_of_middle_east": "BH IQ JO KW LB OM QA YE",
    "rest_of_western_europe": "AT BE DK FI IE NO PT SE CH",
}
#: They share a calling code, and with it the price.
TERRITORIES = {
    "GG": "GB",
    "JE": "GB",
    "IM": "GB",
    "VA": "IT",
    "AX": "FI",
    "SJ": "NO",
    "EH": "MA",
    "KZ": "RU",
    "CX": "AU",
    "CC": "AU",
}

TARIFF = Tariff(
    free_types=frozenset(
        ("free_customer_service", "free_entry_point", "free_group_customer_service")
    ),
    charged_types=frozenset(("regular",)),
    # Part of a conversation that began with an advertisement.
    free_categories=frozenset(("referral_conversion",)),
    per_message_from=date(2025, 7, 1),
    conversation_models=frozenset(("CBP", "NBP")),
    charged_from={"service": date(2026, 10, 1)},
    rate_of={
        "service": ("utility", "authentication"),
        "marketing_lite": ("marketing",),
        "authentication_international": ("authentication",),
    },
    aliases={
        "group_marketing": "marketing",
        "group_service": "service",
        "group_utility": "utility",
    },
    free_tier="service",
    free_tier_types=frozenset(("free_customer_service",)),
    regions={
        country: region
        for region, countries in REGIONS.items()
        for country in countries.split()
    },
    territories=TERRITORIES,
)

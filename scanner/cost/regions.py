"""The regions and currencies that there are prices for, and the zones that traffic between regions is priced by.

Regions: `az account list-locations`, from memory of 2026. Currencies: "Supported currencies" of the Retail Prices API's
overview (learn.microsoft.com, 2024). Zones: azure.microsoft.com/pricing/details/bandwidth by way of facts §17.
"""

from __future__ import annotations

_ZONES = {
    "zone 1": (
        "eastus eastus2 centralus northcentralus southcentralus westcentralus westus westus2 westus3 canadacentral "
        "canadaeast mexicocentral northeurope westeurope uksouth ukwest francecentral francesouth germanywestcentral "
        "germanynorth switzerlandnorth switzerlandwest norwayeast norwaywest swedencentral swedensouth polandcentral "
        "italynorth spaincentral austriaeast belgiumcentral denmarkeast qatarcentral israelcentral"
    ),
    "zone 2": (
        "eastasia southeastasia australiaeast australiasoutheast australiacentral australiacentral2 japaneast "
        "japanwest koreacentral koreasouth centralindia southindia westindia jioindiawest jioindiacentral "
        "indonesiacentral malaysiawest newzealandnorth taiwannorth"
    ),
    "zone 3": "brazilsouth brazilsoutheast chilecentral southafricanorth southafricawest uaenorth uaecentral",
    "": "usgovvirginia usgovarizona usgovtexas usdodeast usdodcentral chinaeast chinaeast2 chinaeast3 chinanorth "
    "chinanorth2 chinanorth3",
}

_ZONE_OF = {region: zone for zone, regions in _ZONES.items() for region in regions.split()}

REGIONS = frozenset(_ZONE_OF)
"""Every region that is known by name."""

CURRENCIES = (
    *("USD", "AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "INR"),
    *("JPY", "KRW", "NOK", "NZD", "RUB", "SEK", "TWD"),
)


def normal_region(name: str) -> str:
    """Return a region as ids of the API spell it: "West Europe" is westeurope."""
    return name.replace(" ", "").lower()


def zone_of(region: str) -> str:
    """Return the zone that traffic of a region is priced by, "" where it is not known."""
    return _ZONE_OF.get(region, "")

"""How the names of service tags relate: which surely holds which, and which surely have nothing in common.

Everything else may overlap. Source: STAG, that is https://learn.microsoft.com/azure/virtual-network/service-tags-overview
(2023-01-26), with facts §4.2 and §4.4. The addresses behind a tag change weekly and are not looked at.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from scanner.model.network_security import ServiceTag

INTERNET = ServiceTag("Internet")
VIRTUAL_NETWORK = ServiceTag("VirtualNetwork")
LOAD_BALANCER = ServiceTag("AzureLoadBalancer")
AZURE_CLOUD = ServiceTag("AzureCloud")
PLATFORM_DNS = ServiceTag("AzurePlatformDNS")
PLATFORM_METADATA = ServiceTag("AzurePlatformIMDS")
PLATFORM_LICENSING = ServiceTag("AzurePlatformLKM")

PLATFORM_TAGS = frozenset({PLATFORM_DNS, PLATFORM_METADATA, PLATFORM_LICENSING})
"""The only tags whose rules touch Azure's platform addresses (facts §4.4)."""

# The classic deployment model's spellings, which old templates carry along (STAG).
_CLASSIC = {"virtual_network": VIRTUAL_NETWORK, "azure_loadbalancer": LOAD_BALANCER, "any": ServiceTag("*")}

# STAG's table: tags that can be narrowed to a region.
_REGIONAL = frozenset(
    """apimanagement appservice autonomousdevelopmentplatform azurecloud azureconnectors azurecontainerappsservice
    azurecontainerregistry azurecosmosdb azuredevops azurefrontdoor.backend azurefrontdoor.firstparty
    azurefrontdoor.frontend azureiothub azurekeyvault azurewebpubsub batchnodemanagement datafactory
    dynamics365formarketingemail eventhub hdinsight m365managementactivityapi m365managementactivityapiwebhook
    microsoftcontainerregistry powerplatforminfra powerplatformplex servicebus sql storage""".split()  # noqa: SIM905 - a table of names reads best as text
)

# STAG's table: tags of Azure's public services that cannot.
_GLOBAL = frozenset(
    """actiongroup appconfiguration applicationinsightsavailability appservicemanagement azureactivedirectory
    azureactivedirectorydomainservices azureadvancedthreatprotection azurearcinfrastructure azureattestation azurebackup
    azurebotservice azurecognitivesearch azuredatabricks azuredataexplorermanagement azuredatalake azuredevspaces
    azuredeviceupdate azuredigitaltwins azureeventgrid azurehealthcareapis azureinformationprotection
    azureloadtestinginstancemanagement azuremachinelearning azuremachinelearninginference azuremanagedgrafana
    azuremonitor azureopendatasets azureresourcemanager azuresentinel azuresignalr azuresiterecovery azuresphere
    azurespringcloud azurestack azuretrafficmanager azureupdatedelivery chaosstudio cognitiveservicesfrontend
    cognitiveservicesmanagement datafactorymanagement dynamics365businesscentral eopexternalpublishedips gatewaymanager
    guestandhybridmanagement kustoanalytics logicapps logicappsmanagement marketplace microsoftazurefluidrelay
    microsoftcloudappsecurity microsoftdefenderforendpoint microsoftpurviewpolicydistribution powerbi powerqueryonline
    servicefabric sqlmanagement storagesyncservice windowsadmincenter windowsvirtualdesktop""".split()  # noqa: SIM905 - likewise
)

_SERVICES = _REGIONAL | _GLOBAL

# AzureCloud's regions with a name of their own (STAG). Other tags may be written either way [M]: both mean the region.
_REGION_NAMES = {
    "centralfrance": "francecentral",
    "southfrance": "francesouth",
    "germanywc": "germanywestcentral",
    "germanyn": "germanynorth",
    "norwaye": "norwayeast",
    "norwayw": "norwaywest",
    "switzerlandn": "switzerlandnorth",
    "switzerlandw": "switzerlandwest",
}


class _Parts(NamedTuple):
    """A service and a region, both in lower case; the region is empty for the whole cloud."""

    service: str
    region: str


def standard(tag: ServiceTag) -> ServiceTag:
    """Return the tag that a classic spelling stands for, other tags as they are."""
    return _CLASSIC.get(tag.key, tag)


def is_public_service(tag: ServiceTag) -> bool:
    """Tell whether a tag is known to stand for public addresses of Azure alone."""
    return _parts(tag).service in _SERVICES


def lacks_ipv6(tag: ServiceTag) -> bool:
    """Tell whether a tag is known to hold IPv4 addresses only: of AzureCloud, STAG says so."""
    return _parts(tag).service == AZURE_CLOUD.key


def is_documented(tag: ServiceTag) -> bool:
    """Tell whether Azure documents a tag in just this form: AzureMachineLearning.westeurope, for one, it does not."""
    service, region = _parts(tag)
    return service in _REGIONAL or (service in _GLOBAL and not region)


@cache
def holds(outer: ServiceTag, inner: ServiceTag) -> bool:
    """Tell whether every IPv4 address of the inner tag is surely one of the outer's.

    Of all Azure's tags that holds for the same service without a region, and for AzureCloud of the same region.
    """
    whole, part = _parts(outer), _parts(inner)
    if whole.region not in {"", part.region}:
        return False
    return whole.service == part.service or (whole.service == AZURE_CLOUD.key and is_public_service(inner))


@cache
def apart(one: ServiceTag, other: ServiceTag) -> bool:
    """Tell whether two tags surely share no address.

    Of Azure's own, tags of two regions do not, nor do those of two services [D]: an address belongs to one. Names that
    begin alike (LogicApps and LogicAppsManagement) may share some, and AzureCloud is no service but holds them all.
    """
    if not (_is_azure(one) and _is_azure(other)):
        return False
    (service, region), (other_service, other_region) = _parts(one), _parts(other)
    if region and other_region and region != other_region:
        return True
    return AZURE_CLOUD.key not in {service, other_service} and not _begin_alike(service, other_service)


def precedence(tag: ServiceTag) -> tuple[bool, bool]:
    """Return a key for the order in which a route table's tags are looked at: regions first, AzureCloud last.

    Source: https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview (2023-05-27).
    """
    service, region = _parts(tag)
    return service == AZURE_CLOUD.key, not region


def _is_azure(tag: ServiceTag) -> bool:
    return tag in PLATFORM_TAGS or is_public_service(tag)


def _begin_alike(service: str, other: str) -> bool:
    return service.startswith(other) or other.startswith(service)


@cache
def _parts(tag: ServiceTag) -> _Parts:
    if tag.key in _REGIONAL:
        return _Parts(tag.key, "")
    service, _, region = tag.key.rpartition(".")
    if not service:
        return _Parts(tag.key, "")
    return _Parts(service, _REGION_NAMES.get(region, region))

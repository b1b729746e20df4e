"""Where an organisation's own mail starts: its hall's station, or the station of its city; with the address on the slip."""

from __future__ import annotations

from dataclasses import dataclass

from govpost.delivery.rules import Address, region_path
from govpost.parties.models import Organisation
from govpost.places import queries as places


@dataclass(frozen=True, slots=True)
class Start:
    """The sending end of an organisation's mail: address, county (GB/T 2260) and the station's outlet code."""

    address: Address
    division: str
    outlet: str


def start_of(organisation: Organisation) -> Start:
    """The hall in which the organisation sits, else the first station of its city. Raises NotFound where there is none."""
    hall = organisation.hall
    if hall is not None:
        return _start(organisation.name, hall.phone, hall.division_id, hall.address, hall.station.code)
    station = places.station_of(str(organisation.region))
    return _start(organisation.name, station.phone, station.division_id, station.address, station.code)


def _start(name: str, phone: str, division: str, street: str, outlet: str) -> Start:
    (county,) = places.county_names(region_path(division))
    rest = street.removeprefix(county.province).removeprefix(county.city).removeprefix(county.county)
    return Start(Address(name, phone, county.province, county.city, county.county, rest, county.postcode), division, outlet)

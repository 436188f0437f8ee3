"""How a unit is reached. Reads no rows."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from directorates.queries.pages.page_parts import Link, link
from directorates.rules.content import phone_numbers

#: The columns of a unit's contact.
COLUMNS = ("email", "phone", "website", "street_address", "address_locality", "address_region", "postal_code", "address_country")  # fmt: skip
#: A country alone, which tells what a telephone number means, is no contact.
_REACHES = tuple(column for column in COLUMNS if column != "address_country")
#: Whether an edition has a contact, as a condition of a query.
IS_KNOWN = ~Q(**dict.fromkeys(_REACHES, ""))


@dataclass(frozen=True)
class PostalAddress:
    street: str = ""
    locality: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def lines(self):
        town = ", ".join(filter(None, [self.locality, self.region]))
        town = " ".join(filter(None, [town, self.postal_code]))
        return tuple(filter(None, [self.street, town, self.country]))


@dataclass(frozen=True)
class UnitContact:
    """`phone` is as typed. `phone_url` calls it, or is '' if no call is possible."""

    email: str = ""
    phone: str = ""
    phone_url: str = ""
    website: Link | None = None
    address: PostalAddress | None = None

    @property
    def address_lines(self):
        return self.address.lines if self.address else ()


def of(content):
    """Return the contact of a unit's edition or working record. Only its country is not an address."""
    address = PostalAddress(
        street=content.street_address,
        locality=content.address_locality,
        region=content.address_region,
        postal_code=content.postal_code,
        country=content.address_country,
    )
    return UnitContact(
        email=content.email,
        phone=content.phone,
        phone_url=_phone_url(content),
        website=link(content.website, content.website) if content.website else None,
        address=address if address != PostalAddress(country=address.country) else None,
    )


def _phone_url(content):
    zone = timezone.get_current_timezone_name()
    country = phone_numbers.country_of(content.address_country, zone)
    return phone_numbers.link_to(content.phone, country)

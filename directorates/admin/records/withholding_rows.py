"""The rows of the list of requests to withhold versions from the public."""

from dataclasses import dataclass

from directorates.admin.wording import exact_moment, person
from directorates.models.records.edition import Edition
from directorates.queries.staff.withholding import may_agree


@dataclass(frozen=True)
class WaitingRow:
    edition: Edition
    url: str
    done: str
    by: str
    at: str
    reason: str
    is_own: bool


@dataclass(frozen=True)
class WithheldRow:
    edition: Edition
    url: str
    at: str


def waiting_row(site, waiting, user):
    """Return a request of `queries.staff.withholding` as a row with the address of its page."""
    edition, step = waiting.edition, waiting.step
    return WaitingRow(
        edition=edition,
        url=_page_of(site, edition),
        done=step.done.lower(),
        by=person(step.by),
        at=exact_moment(step.at),
        reason=step.reason,
        is_own=not may_agree(user, step),
    )


def withheld_row(site, edition):
    """Return a withheld edition as a row with the address of its page."""
    return WithheldRow(edition, _page_of(site, edition), exact_moment(edition.withheld_at))


def _page_of(site, edition):
    model_admin = site.get_model_admin(edition.record._meta.model)
    return model_admin.page_url("withholding", edition.record_pk, edition.number)

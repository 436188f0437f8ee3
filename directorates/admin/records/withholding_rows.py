"""The rows of the list of requests to withhold versions from the public."""

from dataclasses import dataclass

from directorates.admin.wording import exact_moment, person
from directorates.models.records.edition import Edition


@dataclass(frozen=True)
class WaitingRow:
    edition: Edition
    url: str
    done: str
    by: str
    at: str
    reason: str
    is_own: bool


def waiting_row(site, waiting, user):
    """Return a request of `queries.staff.withholding` as a row with the address of its page."""
    edition, step = waiting.edition, waiting.step
    model_admin = site.get_model_admin(edition.record._meta.model)
    return WaitingRow(
        edition=edition,
        url=model_admin.page_url("withholding", edition.record_pk, edition.number),
        done=step.done.lower(),
        by=person(step.by),
        at=exact_moment(step.at),
        reason=step.reason,
        is_own=step.by_id == user.pk,
    )

"""The page on what each role may do, and what administrators read on the first page about mail."""

from django.conf import settings
from django.template.response import TemplateResponse

from directorates.queries.staff import account_rights, mail_state, roles


def roles_page(request, site):
    context = {
        **site.each_context(request),
        "title": "What each role may do",
        "roles": roles.find(),
        "own": list(request.user.groups.order_by("name").values_list("name", flat=True)),
        "authors_may_approve": settings.AUTHORS_MAY_APPROVE,
    }
    return TemplateResponse(request, "admin/roles.html", context)


def mail_state_of(request, *, at):
    """Return what is wrong with the mail, for somebody who manages accounts; None for all others."""
    return mail_state.get(at=at) if account_rights.may(request.user, "change") else None

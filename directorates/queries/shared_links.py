"""Links to the preview of a change set: which one a token opens, and when it ends."""

from directorates.models import PreviewLink
from directorates.queries import permissions


def find_by_token(token, *, at):
    """Return the link that a token opens at `at`, without an account.

    Raises PreviewLink.DoesNotExist if the link is unknown or ended, or its maker has lost the right to it.
    """
    link = PreviewLink.objects.get_by_token(token)
    if end := link.find_end(at) or find_end_of_right(link.made_by, link.change_set, at=at):
        raise PreviewLink.DoesNotExist(end)
    return link


def find_end_of_right(maker, change_set, *, at):
    """Return a sentence that the maker has lost the right to make links, or ''."""
    answer = permissions.may_share(maker, change_set, at=at)
    return "" if answer else f"Ended, because its maker lost the right to it: {answer.refusal}"

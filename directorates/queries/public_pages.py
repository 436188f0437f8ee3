"""What the table of public pages says of each page. The rows are in `views/public_pages.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class PublicPage:
    """A public page: its address, the view that answers it, and where the page appears.

    `parameters` name all that the page depends on beside its address, so that it may be kept; None means
    that the page is made for each reader.
    """

    name: str
    route: str
    view: Callable
    parameters: tuple[str, ...] | None = ()
    in_previews: bool = True

    @property
    def address(self):
        """The address of a page whose route has no slug."""
        return reverse(f"directorates:{self.name}")

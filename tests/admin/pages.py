"""What the tests of the staff pages share: addresses, forms filled in as a browser would, texts."""

import re
from html import unescape

from django.urls import reverse
from django.utils.html import strip_tags


def url(name, *args):
    return reverse(f"admin:directorates_{name}", args=args)


def words_of(response):
    """Return the page's words on one line, without the markup."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def form_data(response, **changes):
    """Return what a browser would post from the change form of a page, with some fields changed."""
    form = response.context["adminform"].form
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.html_name] = "on"
        elif isinstance(value, list | tuple):
            data[bound.html_name] = [str(getattr(item, "pk", item)) for item in value]
        elif value is not None and value is not False:
            data[bound.html_name] = str(getattr(value, "pk", value))
    return data | changes


def shown_on(response):
    """Return what the hidden fields of the form for transitions."""
    form = re.search(
        r'<form[^>]*action="[^"]*/transition/".*?</form>', response.content.decode(), re.DOTALL
    )
    return {
        name: unescape(value)
        for name, value in re.findall(
            r'<input type="hidden" name="(version|reviewed)" value="(.*?)"', form[0]
        )
    }


def save(client, address, **changes):
    """Open a form, change some fields and post it; return what the server answers."""
    return client.post(address, form_data(client.get(address), **changes))


def table_of(response):
    """Return the table of differences, white space between tags left out."""
    page = response.content.decode()
    [table] = re.findall(r'<table class="differences">.*?</table>', page, re.DOTALL)
    return unescape(re.sub(r">\s+<", "><", table))

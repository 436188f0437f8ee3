"""Helpers for tests of staff pages: addresses, forms as a browser fills them in, texts."""

import re
from html import unescape

from django.urls import reverse
from django.utils.html import strip_tags


def url(name, *args):
    return reverse(f"admin:directorates_{name}", args=args)


def words_of(response):
    """Return the page's text on one line, without markup."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def form_data(response, **changes):
    """Return the data that a browser posts from a page's change form, with some fields changed."""
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
    """Return the hidden fields of a set's form: the version and the content that the page showed."""
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
    """Open a form, change some fields and post it; return the answer."""
    return client.post(address, form_data(client.get(address), **changes))


def table_of(response):
    """Return the table of differences, without white space between tags."""
    page = response.content.decode()
    [table] = re.findall(r'<table class="differences">.*?</table>', page, re.DOTALL)
    return unescape(re.sub(r">\s+<", "><", table))

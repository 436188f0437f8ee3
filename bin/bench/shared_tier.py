"""The site with a page cache without memory, so each answer comes from the shared tier."""

from agency_site.wsgi import application, django_application  # noqa: F401

application.memory.put = lambda key, entry: None

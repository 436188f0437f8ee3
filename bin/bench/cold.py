"""The site with a page cache that keeps nothing, so each answer is a page that was never asked for."""

from agency_site.wsgi import application

application.memory.most_bytes = 0

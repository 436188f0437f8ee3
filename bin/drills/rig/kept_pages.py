"""Lists public pages, and makes every worker keep them."""

SEEN = ["/", "/about/", "/directorates/", "/offices/", "/offices/?by=part-of", "/sitemap.xml"]


def show_to_every_worker(site, paths=SEEN):
    """Request every page so often that every worker keeps it, because the system chooses the worker."""
    for _ in range(60):
        for path in paths:
            site.ask(path)

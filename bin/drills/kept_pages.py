"""Public pages, and a way to have every worker keep them."""

SEEN = ["/", "/about/", "/directorates/", "/offices/", "/offices/?by=part-of", "/sitemap.xml"]


def show_to_every_worker(site, paths=SEEN):
    """Ask so often that every worker has every page: which of them answers is left to the system."""
    for _ in range(60):
        for path in paths:
            site.ask(path)

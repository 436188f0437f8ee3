"""Programs that are no part of the site: they start, install, measure and break it. Tests may import them."""

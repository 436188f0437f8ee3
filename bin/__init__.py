"""Programs that install, start, measure and break the site. Tests may import them."""

"""Counts clicks."""


class Clicks:
    """Clicks elements and counts it. Typing is no click: Tab leads from field to field."""

    def __init__(self):
        self.count = 0

    def __call__(self, element):
        element.click()
        # A click may lead to another page, which gets its scripts first.
        element.page.wait_for_load_state()
        self.count += 1

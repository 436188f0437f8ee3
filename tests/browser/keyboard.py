"""A person who works by keyboard alone, without pointer, scripted clicks or values set by scripts."""

import re

MOST_TABS = 500


class Keyboard:
    def __init__(self, page):
        self.page = page

    def reach(self, locator):
        """Press Tab until the element has the focus."""
        target = locator.element_handle()
        for _ in range(MOST_TABS):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{locator} is not reached by Tab")

    def press(self, locator, key="Enter"):
        """Press a key on the element, and wait for a new page."""
        self.reach(locator)
        self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def follow(self, name, within=None):
        """Follow a link, given its text."""
        self.open(
            (within or self.page.locator("body")).get_by_role("link", name=name, exact=True).first
        )

    def open(self, link):
        before = self.page.url
        self.press(link)
        self.page.wait_for_url(lambda url: url != before)

    def pick(self, name):
        """Choose a radio button, given its text. Tab reaches the group, arrows move within it."""
        wanted = self.page.get_by_role("radio", name=name)
        group = self.page.locator(f"input[name='{wanted.get_attribute('name')}']")
        checked = group.and_(self.page.locator(":checked"))
        self.reach(checked if checked.count() else group.first)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} is not reached by arrows")

    def push(self, name, *, exact=True):
        """Press a button, given its text, or without `exact` a part of it."""
        with self.page.expect_navigation():
            self.reach(self.page.get_by_role("button", name=name, exact=exact).last)
            self.page.keyboard.press("Enter")

    def unfold(self, name):
        """Open a folded section of a form, given its heading."""
        heading = self.page.get_by_role("heading", name=name, exact=True)
        self.press(self.page.locator(".section > details > summary").filter(has=heading))

    def write(self, label, words):
        """Replace a field's content."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, field, option):
        """Choose an option in the list with this label by typing its beginning."""
        if isinstance(field, str):
            field = self.page.get_by_label(field, exact=True)
        self.reach(field)
        self.page.keyboard.type(option)
        chosen = field.evaluate("e => e.options[e.selectedIndex].text")
        assert chosen.startswith(option), chosen

    def look_up(self, field_id, words):
        """Choose a record in a field that looks records up while typing."""
        look_up = self.page.locator(f"#{field_id} + .select2")
        # A field for several records takes typing at once. A field for one record must be opened first.
        look_up.wait_for()
        typed_into = look_up.locator(".select2-search__field")
        if typed_into.count():
            self.reach(typed_into)
        else:
            self.reach(look_up.get_by_role("combobox"))
            self.page.keyboard.press("Enter")
        self.page.keyboard.type(words)
        self.page.locator(".select2-results__option--highlighted", has_text=words).wait_for()
        self.page.keyboard.press("Enter")

    def check(self, label):
        # A unit among choices shows its parent.
        box = self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(, part of .*)?\s*$"))
        self.reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked()

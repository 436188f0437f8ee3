"""Exports the public site at an instant as files.

The files are served while the application is down, and they record what was published.

`exporting` makes a release: `addresses` lists the pages, `processes` spreads them over the cores, `page_fetcher`
asks for them, and `release` writes them. `verifying` and `difference` read releases and need no database. `layout`,
`links`, `manifest`, `server_files` and `visible_words` are pure.
"""


class ExportError(Exception):
    """The export changed nothing. The message is for the operator."""

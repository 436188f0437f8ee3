"""Exports the public site at an instant as files.

The files are served while the application is down, and they record what was published.

`exporting` makes a release. `addresses` lists the pages, and `exported_state` finds those that can have changed
since the previous release. `page_fetcher` asks for these pages, and `release` writes them. `verifying` and
`difference` read releases and need no database. `layout`, `links`, `manifest`, `server_files` and
`visible_words` are pure.
"""


class ExportError(Exception):
    """The export changed nothing. The message is for the operator."""

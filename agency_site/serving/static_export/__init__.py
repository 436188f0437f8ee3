"""The public site as files, in force at an instant: served when the application is down, and the record
of what was published.

`exporting` makes a release: it asks `addresses` which pages there are, `state` which of them can have
changed since the release before, and a `visitor` for these; `release` writes them. `verifying` and
`difference` read releases and need no database. `layout`, `links`, `manifest`, `server_files` and
`words` are pure.
"""


class ExportError(Exception):
    """Nothing was put in place. The message is for whoever runs the site."""

"""Finished public pages, kept in front of Django: one dictionary lookup instead of a rendering.

`wrapper` is the WSGI application around Django's. It asks `freshness` in which state the public record
is, `memory` for a page made in that state, `shared` for one that another worker made, and Django last.
"""

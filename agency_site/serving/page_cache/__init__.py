"""Keeps finished public pages in front of Django: one dictionary lookup instead of a rendering.

`wrapper` is the WSGI application around Django's. It asks `freshness` for the state of the public record. Then
it asks `memory` for a page of that state, and Django last.
"""

"""Checks headers and bodies of requests between the server and Django."""

"""Puts a site into one file: its database, its uploads, and the facts that a restore checks.

`whole` makes and restores a backup. `archive` reads and writes the file, `sqlite` and `postgresql` copy their
database, and `facts` describes the content.
"""

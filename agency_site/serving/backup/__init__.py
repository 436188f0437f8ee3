"""A site in one file: its database, its uploads, and what must be found again after a restore.

`whole` makes and restores; `archive` is the file, `sqlite` and `postgresql` know their database, and
`facts` says what is in it.
"""

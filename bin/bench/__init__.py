"""Measures the site beside alternatives in one run: `make bench`.

`server` asks the production server. `pages`, `staff` and `static_copy` measure the process that does the work.
Each has `measure(folder)`, which prints a table and returns it as plain data. `folder` is empty.
"""

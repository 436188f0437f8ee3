"""What the site costs, side by side in one run with what else could answer: `make bench`.

`server` asks the production server; `pages`, `staff` and `static_copy` measure in the process that does the work.
Each has `measure(folder)`, which prints a table and returns it as plain data. `folder` is empty.
"""

"""What can go wrong, done on purpose to a site that runs as in production: `make drill`.

Each module that is not one of their parts (`load`, `postgresql`, `report`) is one drill: `drill(folder, *, seconds)` returns a Report. `folder` is
empty; `seconds` is how long what breaks stays broken, where a drill holds something down. A test
runs those that take seconds.
"""

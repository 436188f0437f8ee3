"""What can go wrong, done on purpose to a site that runs as in production: `make drill`.

A module that defines `drill(folder, *, seconds)` is one drill; it returns a Report. `folder` is empty;
`seconds` is how long what breaks stays broken, where a drill holds something down. The other modules are what
drills are made of. Tests run those drills that take seconds.
"""

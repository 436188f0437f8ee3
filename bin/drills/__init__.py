"""Breaks a site that runs as in production, to see what is lost: `make drill`.

A module with `drill(folder, *, seconds)` is one drill, which returns a Report. `folder` is empty. `seconds` is
the length of an outage, in drills that stop something. `rig` has what the drills work with. Tests run the drills
that take seconds.
"""

"""Which combinations a test tries whose kinds multiply to thousands: roles, states, addresses, buttons, edits.

`make test` tries a share, in which each value of each kind is there. `make test-all` tries every combination.
The choice is the same in each run.
"""

import os

IS_WHOLE = os.environ.get("EVERY_COMBINATION") == "true"


def share(values, *others, of):
    """Yield the values of the share: one of `of`.

    `others` are the numbers, within their kinds, of what the values are combined with. Any two values of different
    kinds are in the share together, if every kind has at least `of` values.
    """
    for number, value in enumerate(values):
        if IS_WHOLE or (number + sum(others)) % of == 0:
            yield value

"""A second try for work that the database gave up because two people saved at the same moment.

PostgreSQL gives work up to end a deadlock, or where a transaction must be serializable. The second try
nearly always succeeds. A second failure is no outage and no bug: the person sends the form again.
"""

import logging
from functools import wraps

from django.db import DatabaseError, connection, models, transaction

logger = logging.getLogger(__name__)

#: SQLSTATE of a serialization failure and of a deadlock.
_GIVEN_UP = {"40001", "40P01"}


def is_collision(error):
    """Whether the database gave up a transaction in favor of another one."""
    if not isinstance(error, DatabaseError):
        return False
    return getattr(error.__cause__ or error, "sqlstate", None) in _GIVEN_UP


def atomic(function):
    """Make a function one transaction, and try it once more after a collision, with the same input.

    Inside an outer transaction there is no second try: the outer one has lost its earlier work.
    """

    @wraps(function)
    def tried(*args, **kwargs):
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        inputs = [(record, _state_of(record)) for record in _records_in((args, kwargs))]

        def put_back():
            for record, state in inputs:
                _put_back(record, state)

        return try_twice(transaction.atomic(function), args, kwargs, put_back)

    return tried


def try_twice(function, args, kwargs, put_back):
    """Call a function, and after a collision `put_back` and the function once more."""
    try:
        return function(*args, **kwargs)
    except DatabaseError as error:
        if not is_collision(error) or getattr(error, "was_tried_again", False):
            raise
        logger.warning("Tried again after a collision: %s", function.__qualname__)
    put_back()
    try:
        return function(*args, **kwargs)
    except DatabaseError as error:
        error.was_tried_again = True
        raise


def _records_in(value):
    """Yield every record among arguments."""
    if isinstance(value, models.Model):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _records_in(pair)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _records_in(item)


def _state_of(record):
    """Return a record's attributes and a copy of its Django state, dictionaries included."""
    of_state = vars(record._state)
    return dict(vars(record)), {
        k: dict(v) if isinstance(v, dict) else v for k, v in of_state.items()
    }


def _put_back(record, state):
    """Give a record the attributes that it had when it was passed in."""
    attributes, of_state = state
    for now, then in ((vars(record._state), of_state), (vars(record), attributes)):
        now.clear()
        now.update(then)

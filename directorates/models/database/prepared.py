"""Queries whose SQL Django makes once. For the others it makes the same SQL again for each page, which takes longer
than the database needs to answer."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, wraps
from itertools import count

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

#: The most forms of one query that are kept. Two lists of ids of different lengths are two forms.
_MOST_FORMS = 64
#: No record has such an id, and no text such words. Their signs change wherever a query changes its argument.
_NUMBER, _WORDS = 2**53, "A%_\\'é {}"
_INSTANT = datetime(1900, 1, 1, 0, 0, 0, 1, tzinfo=UTC)


def prepared(make: Callable[..., QuerySet]) -> Callable[..., list]:
    """Make a function that returns a queryset into one that returns its rows, and makes its SQL once.

    Its arguments are named: instants, numbers, texts or bytes, or lists of them. They become parameters of the
    SQL, so `make` may pass them on but not look at them. Other arguments, such as tuples of constants, have SQL of
    their own. Raises TypeError if an argument is not in the SQL as it is.
    """

    @lru_cache(maxsize=_MOST_FORMS)
    def plan(vendor, form):
        return _plan(make, form)

    @wraps(make)
    def rows(**arguments):
        connection = connections[DEFAULT_DB_ALIAS]
        values, form = [], []
        for name, argument in arguments.items():
            form.append((name, *_form_of(argument, values, connection)))
        return plan(connection.vendor, tuple(form)).rows(values, connection)

    return rows


@dataclass(frozen=True)
class _Plan:
    """A query with its SQL. `places` are pairs: the place of a parameter, and of its value among the arguments."""

    queryset: QuerySet
    compiler: object
    sql: str
    params: tuple
    places: tuple[tuple[int, int], ...]

    def rows(self, values, connection):
        params = list(self.params)
        for place, value in self.places:
            params[place] = values[value]
        # Django asks the query for its compiler, and the compiler for the SQL, when it reads the rows.
        compiler = copy.copy(self.compiler)
        compiler.connection, compiler.as_sql = connection, lambda: (self.sql, params)
        query = copy.copy(self.queryset.query)
        query.get_compiler = lambda using: compiler
        queryset = self.queryset.all()
        queryset._query = query
        return list(queryset)


def _form_of(argument, values, connection):
    """Return how an argument is passed on, and add what becomes a parameter to `values`."""
    if isinstance(argument, datetime):
        values.append(connection.ops.adapt_datetimefield_value(argument))
        return (datetime,)
    if isinstance(argument, bytes):
        values.append(connection.Database.Binary(argument))
        return (bytes,)
    if isinstance(argument, list):
        return list, *(_form_of(one, values, connection)[0] for one in argument)
    if isinstance(argument, bool) or not isinstance(argument, int | str):
        return None, argument
    values.append(argument)
    return (type(argument),)


def _plan(make, form):
    """Make the SQL twice, with other arguments, to see where they are in it."""
    connection = connections[DEFAULT_DB_ALIAS]
    values, queryset, compiler, sql, params = _compile(make, form, count(), connection)
    others, _, _, sql_of_others, params_of_others = _compile(make, form, count(1_000), connection)
    values, others = [*map(_compared, values)], [*map(_compared, others)]
    found = [_compared(one) for one in params]
    places = tuple((i, values.index(one)) for i, one in enumerate(found) if one in values)
    for place, value in places:
        found[place] = others[value]
    is_same = sql == sql_of_others and found == [_compared(one) for one in params_of_others]
    # Nothing can be found, as with an empty list: then there is no SQL.
    is_whole = not sql or {value for _, value in places} == {*range(len(values))}
    if not (is_same and is_whole):
        raise TypeError(f"{make.__qualname__} may only pass its arguments on to the database.")
    return _Plan(queryset, compiler, sql, tuple(params), places)


def _compile(make, form, numbers, connection):
    """Return (parameters, queryset, compiler, SQL, its parameters) for arguments that are unlike all others."""
    values, arguments = [], {}
    for name, kind, *parts in form:
        if kind is None:
            arguments[name] = parts[0]
        elif kind is list:
            arguments[name] = [_unlike(part, next(numbers)) for part in parts]
        else:
            arguments[name] = _unlike(kind, next(numbers))
        _form_of(arguments[name], values, connection)
    queryset = make(**arguments)
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        return values, queryset, compiler, *compiler.as_sql()
    except EmptyResultSet:
        return values, queryset, compiler, "", ()


def _unlike(kind, number):
    if kind is datetime:
        return _INSTANT + timedelta(seconds=number)
    words = f"{_WORDS} {number}"
    return {str: words, bytes: words.encode()}.get(kind, _NUMBER + number)


def _compared(param):
    """Return a parameter so that equal ones are equal: drivers wrap bytes."""
    param = getattr(param, "obj", param)
    return bytes(param) if isinstance(param, memoryview) else param

"""A second try for a staff page, for when two people save at the same moment."""

from functools import wraps

from django.contrib.messages import get_messages
from django.db import DatabaseError, connection

from directorates.actions import collisions
from directorates.views import errors


def retried(view):
    """Try a view once more after a collision; answer with a page if the second try fails."""

    @wraps(view)
    def tried(request, *args, **kwargs):
        if request.method != "POST" or connection.in_atomic_block:
            return view(request, *args, **kwargs)
        queued = len(_queue_of_messages(request))

        def put_back():
            for file in request.FILES.values():
                file.seek(0)
            del _queue_of_messages(request)[queued:]

        try:
            return collisions.try_twice(view, (request, *args), kwargs, put_back)
        except DatabaseError as error:
            if not collisions.is_collision(error):
                raise
            return errors.collision(request)

    return tried


def _queue_of_messages(request):
    return getattr(get_messages(request), "_queued_messages", [])

from django.conf import settings
from django.db import models
from django.db.models import Q

from directorates.models.change_set import ChangeSet
from directorates.models.fields import LongTextField

#: The most characters of a remark.
LONGEST = 2000


class Remark(models.Model):
    """What somebody says about a record of an unfinished change set, or about one of its fields; or an answer to it.

    A working note: it is ticked off when it is dealt with, and deleted when the set is approved or discarded.
    """

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="remarks")
    #: The name of the kind in `models/records/governed.py`.
    record_kind = models.CharField(max_length=20)
    record_pk = models.BigIntegerField()
    #: The name of a field of the content, or '' for the record as a whole.
    field = models.CharField(max_length=60, blank=True)
    answers_to = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="answers"
    )
    words = LongTextField(max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="remark_only_questions_are_done",
                condition=Q(answers_to__isnull=True) | Q(done_at__isnull=True),
                violation_error_message="An answer is not ticked off: the remark that it answers is.",
            )
        ]

    def __str__(self):
        return self.words

    @property
    def is_open(self):
        return self.answers_to_id is None and self.done_at is None

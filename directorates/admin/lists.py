"""Lists that accept any value in their addresses."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import EmptyResultSet, FullResultSet

from directorates.admin.keys import read_keys
from directorates.models.fields import find_sort_key
from directorates.queries.staff import staff_search
from directorates.rules.content import lines


class CheckedChangeList(ChangeList):
    """A list that redirects to the whole list if its address names a date that no query can hold."""

    def get_ordering_field(self, field_name):
        """Order a column of names by the alphabet of all lists."""
        found = super().get_ordering_field(field_name)
        key = find_sort_key(self.model)
        return key.name if key is not None and found == key.of else found

    def get_queryset(self, request, exclude_parameters=None):
        queryset = super().get_queryset(request, exclude_parameters)
        if request.GET:
            _require_compilable(queryset)
        return queryset


def _require_compilable(queryset):
    """Compile a query early, because a date at an end of the calendar overflows only when compiled."""
    try:
        queryset.query.get_compiler(queryset.db).as_sql()
    except (EmptyResultSet, FullResultSet):
        return
    except (OverflowError, ValueError) as error:
        raise IncorrectLookupParameters(error) from error


class CheckedList:
    """A part of every record's admin."""

    def get_changelist(self, request, **kwargs):
        return CheckedChangeList

    def response_action(self, request, queryset, **kwargs):
        """Act on the selected values that are keys; without any, Django asks to select some."""
        data = request.POST.copy()
        data.setlist(ACTION_CHECKBOX_NAME, read_keys(data.getlist(ACTION_CHECKBOX_NAME)))
        request.POST = data
        return super().response_action(request, queryset, **kwargs)

    def get_search_results(self, request, queryset, search_term):
        """Find accented words in either case: SQLite ignores the case of ASCII letters only."""
        fields = self.get_search_fields(request)
        if search_term.isascii() or not fields:
            return super().get_search_results(request, queryset, search_term)
        words = lines.clean_line(search_term).split()
        return queryset.filter(staff_search.all_in(words, fields)), False

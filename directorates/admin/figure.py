from django.contrib import admin
from django.db import models

from directorates.admin.form_parts.instant_field import DayInput
from directorates.admin.records.governed import GovernedAdmin
from directorates.admin.records.governed_form import GovernedForm
from directorates.models import Figure, figure_url


class FigureForm(GovernedForm):
    class Meta:
        help_texts = {
            "identifier": "The end of the address of the figure's page, and its name in data files. It never changes."
        }

    def clean_unit(self):
        return self.checked_place("unit")


@admin.register(Figure)
class FigureAdmin(GovernedAdmin):
    form = FigureForm
    select_related = ("unit", "saved_by", "change_set")
    list_display = ["identifier", "value_text", "state", "unit", "as_of", "updated", "last_saved"]
    list_filter = ["qualifier"]
    search_fields = ["identifier", "counts", "source", "unit__name", "unit__acronym"]
    ordering = ["unit__position", "unit__sort_key", "position", "sort_key"]
    autocomplete_fields = ["unit"]
    formfield_overrides = {models.DateField: {"widget": DayInput}}
    instead_of_deleting = "Correct it and publish the correction instead."
    fieldsets = [
        (
            "The figure",
            {
                "fields": [
                    "identifier",
                    "qualifier",
                    "value",
                    "currency",
                    "counts",
                    "counts_one",
                    "counts_employees",
                ]
            },
        ),
        ("Where it appears", {"fields": ["unit", "position"]}),
        ("Where it comes from", {"fields": ["source", "source_url", "as_of"]}),
    ]

    @admin.display(description="value")
    def value_text(self, figure):
        value = (
            figure.value.quantize(1)
            if figure.value == figure.value.to_integral_value()
            else figure.value
        )
        words = [figure.get_qualifier_display(), f"{value:,}", figure.currency, figure.counts]
        if figure.qualifier == Figure.Qualifier.EXACTLY:
            words = words[1:]
        return " ".join(word for word in words if word)

    def public_url(self, record, edition):
        return figure_url(record.identifier)

    def get_readonly_fields(self, request, obj=None):
        # Data files and texts name the figure by its identifier.
        return ["identifier"] if obj else []

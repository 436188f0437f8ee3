from django.db import models

from directorates.models.database.related_ids import related_ids


def with_content(rows):
    """Return a queryset with the foreign keys and relations of the content, in a fixed number of queries."""
    related = [field.name for field in rows.model.content_fields() if field.is_relation]
    relations = [relation.name for relation in rows.model.content_relations()]
    return rows.select_related(*related).prefetch_related(*relations)


class Content(models.Model):
    """The fields of a record that may change with time. The working record and its editions share them.

    Subclasses that declare the fields set `content_class` to themselves.
    """

    content_class: type[models.Model]
    #: The fields that give a record its place in the organization and its address. A correction of what is
    #: public leaves them alone: they change in a publication of their own.
    structure_fields: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def content_fields(cls):
        return cls.content_class._meta.local_fields

    @classmethod
    def content_relations(cls):
        return cls.content_class._meta.local_many_to_many

    @classmethod
    def correctable_names(cls):
        """Return the names of the fields and relations that a correction of what is public may change."""
        fields = (*cls.content_fields(), *cls.content_relations())
        return [field.name for field in fields if field.name not in cls.structure_fields]

    @classmethod
    def fields_besides_content(cls, *kept):
        """Return the names of the fields that are no columns of the content and not in `kept`.

        `clean_fields` without them cleans what a person has written. Relations are checked elsewhere.
        """
        content = {field.name for field in cls.content_fields() if not field.is_relation}
        return {field.name for field in cls._meta.fields} - content - {*kept}

    def content_values(self):
        """Return {attribute name: value} of the content's columns, foreign keys as ids."""
        return {field.attname: getattr(self, field.attname) for field in self.content_fields()}

    def content_relation_ids(self):
        """Return {relation name: sorted list of ids}. One query per relation, unless prefetched."""
        return {
            relation.name: related_ids(self, relation.name) for relation in self.content_relations()
        }

    def cleaned_values(self):
        """Return the content's columns as a save would write them now. A value written past the forms may be uncleaned."""
        return {
            field.attname: field.clean_text(value)
            if hasattr(field, "clean_text") and value
            else value
            for field in self.content_fields()
            for value in [getattr(self, field.attname)]
        }

    def has_values(self, values):
        """Whether the content's columns have these values, or would have them after a save."""
        return values == self.content_values() or values == self.cleaned_values()

    def has_same_content(self, other):
        return (
            self.has_values(other.content_values()) or self.has_values(other.cleaned_values())
        ) and self.content_relation_ids() == other.content_relation_ids()

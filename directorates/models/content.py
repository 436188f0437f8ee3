from django.db import models


class Content(models.Model):
    """What may change with time, in one shape for the working record and for its editions.

    Subclasses that declare the fields set `content_class` to themselves.
    """

    content_class: type[models.Model]

    class Meta:
        abstract = True

    @classmethod
    def content_fields(cls):
        return cls.content_class._meta.local_fields

    @classmethod
    def content_relations(cls):
        return cls.content_class._meta.local_many_to_many

    def content_values(self):
        """Return {attribute name: value} of the content's columns, foreign keys as ids."""
        return {field.attname: getattr(self, field.attname) for field in self.content_fields()}

    def content_relation_ids(self):
        """Return {relation name: sorted list of ids}. One query a relation, unless prefetched."""
        return {
            relation.name: sorted(row.pk for row in getattr(self, relation.name).all())
            for relation in self.content_relations()
        }

    def has_same_content(self, other):
        return (
            self.content_values() == other.content_values()
            and self.content_relation_ids() == other.content_relation_ids()
        )

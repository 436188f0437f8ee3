from directorates.models.database.prepared import prepared


def related_ids(row, name):
    """Return the sorted ids of the rows in a many-to-many relation of a saved row: one query, unless prefetched."""
    if name in getattr(row, "_prefetched_objects_cache", ()):
        return sorted(related.pk for related in getattr(row, name).all())
    return sorted(_ids(field=row._meta.get_field(name), pk=row.pk))


@prepared
def _ids(field, pk):
    # The table between them has the ids already.
    rows = field.remote_field.through._base_manager.filter(**{field.m2m_field_name(): pk})
    return rows.values_list(f"{field.m2m_reverse_field_name()}_id", flat=True)

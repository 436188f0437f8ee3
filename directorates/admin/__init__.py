from directorates.admin import (  # noqa: F401
    account,
    audit_entry,
    change_set,
    figure,
    responsibility,
    site_settings,
    survey,
    unit,
)

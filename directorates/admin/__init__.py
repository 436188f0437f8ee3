from directorates.admin import (  # noqa: F401
    account,
    change_set,
    figure,
    responsibility,
    site_settings,
    survey,
    unit,
)

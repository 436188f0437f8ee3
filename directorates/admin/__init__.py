from directorates.admin import (  # noqa: F401
    figure,
    responsibility,
    site_settings,
    survey,
    unit,
)

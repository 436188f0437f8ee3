from directorates.admin import (  # noqa: F401
    account,
    figure,
    responsibility,
    site_settings,
    survey,
    unit,
)

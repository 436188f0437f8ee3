"""The staff's pages. Django imports this package, which registers each kind of record."""

from directorates.admin import figure, responsibility, site_settings, survey  # noqa: F401
from directorates.admin.accounts import account  # noqa: F401
from directorates.admin.auditing import audit_entry  # noqa: F401
from directorates.admin.change_sets import change_set  # noqa: F401
from directorates.admin.units import unit  # noqa: F401

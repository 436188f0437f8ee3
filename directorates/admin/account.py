"""Staff accounts and groups, as Django keeps them.

The stock filter boxes for groups and permissions carry labels where none are allowed (axe:
aria-prohibited-attr), so plain lists take their place.
"""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

admin.site.unregister([User, Group])


@admin.register(User)
class StaffUserAdmin(UserAdmin):
    filter_horizontal = ()


@admin.register(Group)
class StaffGroupAdmin(GroupAdmin):
    filter_horizontal = ()

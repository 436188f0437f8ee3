from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("directorates.accounts.urls")),
    path("", include("agency_site.serving.urls")),
    path("", include("directorates.urls")),
]

handler400 = "directorates.views.errors.bad_request"
handler403 = "directorates.views.errors.permission_denied"
handler404 = "directorates.views.errors.page_not_found"
handler429 = "directorates.views.errors.too_many_requests"
handler500 = "directorates.views.errors.server_error"

from django.urls import path, register_converter

from directorates.previews import (
    affected_pages,
    change_set_previews,
    instant_previews,
    shared_previews,
    unit_previews,
)
from directorates.sitemaps import sitemap_xml
from directorates.views import files, public_pages, style_guide
from directorates.views.pages import cached_page

register_converter(instant_previews.InstantConverter, "instant")

app_name = "directorates"

urlpatterns = [
    *public_pages.url_patterns(),
    path("robots.txt", files.robots_txt, name="robots"),
    path("favicon.ico", files.favicon, name="favicon"),
    path("sitemap.xml", cached_page("p")(sitemap_xml), name="sitemap"),
    path("media/logo/<str:name>", files.logo, name="logo"),
    path("preview/units/<int:pk>/", unit_previews.unit_preview, name="preview-unit"),
    path("preview/overview/<int:pk>/", unit_previews.overview_preview, name="preview-overview"),
    path("preview/sets/<int:pk>/", change_set_previews.set_preview, name="preview-set"),
    path(
        "preview/sets/<int:pk>/<path:path>",
        change_set_previews.set_preview,
        name="preview-set-page",
    ),
    path("preview/affected/<int:pk>/", affected_pages.affected_pages, name="affected-pages"),
    path("preview/at/", instant_previews.choose_instant, name="preview-choose-instant"),
    path("preview/at/<instant:instant>/", instant_previews.instant_preview, name="preview-instant"),
    path(
        "preview/at/<instant:instant>/<path:path>",
        instant_previews.instant_preview,
        name="preview-instant-page",
    ),
    path("shared/", shared_previews.shared_preview, name="shared-previews"),
    path("shared/<str:token>/", shared_previews.shared_preview, name="shared-preview"),
    path(
        "shared/<str:token>/<path:path>",
        shared_previews.shared_preview,
        name="shared-preview-page",
    ),
    path("style-guide/", style_guide.style_guide, name="style-guide"),
]

from django.urls import path, register_converter

from directorates.previews import (
    affected_pages,
    change_set_previews,
    instant_previews,
    shared_previews,
    unit_previews,
)
from directorates.sitemaps import sitemap_xml
from directorates.views import media, overview, robots, style_guide, survey, units
from directorates.views.pages import stored_page

register_converter(instant_previews.InstantConverter, "instant")

app_name = "directorates"

urlpatterns = [
    path("", overview.overview_page, name="overview"),
    path("about/", units.agency_page, name="about"),
    path("directorates/", units.directorate_list, name="directorates"),
    path("directorates/<slug:slug>/", units.directorate_page, name="directorate"),
    path("offices/", units.office_list, name="offices"),
    path("offices/<slug:slug>/", units.office_page, name="office"),
    path("survey/", survey.survey_form, name="survey"),
    path("survey/thanks/", survey.survey_thanks, name="survey-thanks"),
    path("robots.txt", robots.robots_txt, name="robots"),
    path("sitemap.xml", stored_page("p")(sitemap_xml), name="sitemap"),
    path("media/logo/<str:name>", media.logo, name="logo"),
    path("preview/units/<int:pk>/", unit_previews.unit_preview, name="preview-unit"),
    path("preview/overview/<int:pk>/", unit_previews.overview_preview, name="preview-overview"),
    path("preview/sets/<int:pk>/", change_set_previews.set_preview, name="preview-set"),
    path(
        "preview/sets/<int:pk>/<path:path>",
        change_set_previews.set_preview,
        name="preview-set-page",
    ),
    path("preview/touched/<int:pk>/", affected_pages.touched_pages, name="touched-pages"),
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
    path("gallery/", style_guide.component_gallery, name="gallery"),
]

from django.urls import path

from directorates.sitemaps import sitemap
from directorates.views import (
    gallery,
    health,
    media,
    overview,
    preview,
    preview_set,
    robots,
    survey,
    units,
)
from directorates.views.pages import stored_page

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
    path("sitemap.xml", stored_page("p")(sitemap), name="sitemap"),
    path("healthz", health.healthz, name="healthz"),
    path("media/logo/<str:name>", media.logo, name="logo"),
    path("preview/units/<int:pk>/", preview.unit_preview, name="preview-unit"),
    path("preview/overview/<int:pk>/", preview.overview_preview, name="preview-overview"),
    path("preview/sets/<int:pk>/", preview_set.set_preview, name="preview-set"),
    path("preview/sets/<int:pk>/<path:path>", preview_set.set_preview, name="preview-set-page"),
    path("preview/touched/<int:pk>/", preview_set.touched_pages, name="touched-pages"),
    path("gallery/", gallery.component_gallery, name="gallery"),
]

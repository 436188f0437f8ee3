"""The addresses for monitoring."""

from django.urls import path

from agency_site.serving import health
from agency_site.serving.metrics import metrics_text

app_name = "serving"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics_text, name="metrics"),
]

from django.apps import AppConfig


class ServingConfig(AppConfig):
    name = "agency_site.serving"

    def ready(self):
        from agency_site.serving import metrics
        from directorates.signals import sign_in_failed, site_unavailable

        sign_in_failed.connect(metrics.count_failed_sign_in)
        site_unavailable.connect(metrics.count_unavailable)

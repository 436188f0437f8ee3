from django.utils import timezone

from directorates import visibility

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def permissions_policy(get_response):
    """Say that no page uses the device's sensors, camera, payments and the like."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def staff_time_zone(get_response):
    """Let staff read and enter instants in the agency's time zone. Public pages do it on their own."""

    def middleware(request):
        if not request.path_info.startswith("/admin/"):
            return get_response(request)
        with timezone.override(visibility.site_settings().time_zone):
            return get_response(request)

    return middleware

"""Addresses of the site: the customer's dashboard, signing in and up, and the health of the desk."""

from django.urls import include, path

from sevenpanel.web import health

urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("accounts/", include("allauth.account.urls")),
]

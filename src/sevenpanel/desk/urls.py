"""Addresses of the operator's desk."""

from django.urls import path

from sevenpanel.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("invariants/", views.invariants, name="invariants"),
]

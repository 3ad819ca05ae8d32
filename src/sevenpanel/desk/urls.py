"""Addresses of the operator's desk."""

from django.urls import path

from sevenpanel.desk import notices, views

urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<id:notice_id>/", notices.notice, name="notice"),
    path("notices/<id:notice_id>/correct/", notices.correct, name="notice-correct"),
    path("notices/<id:notice_id>/withdraw/", notices.withdraw, name="notice-withdraw"),
    path("notices/<id:notice_id>/post/", notices.decide_post, name="notice-post"),
    path("invariants/", views.invariants, name="invariants"),
]

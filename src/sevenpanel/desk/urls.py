"""Addresses of the operator's desk."""

from django.urls import path

from sevenpanel.desk import decisions, insight, notices, short_links, tickets, views

urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<id:notice_id>/", notices.notice, name="notice"),
    path("notices/<id:notice_id>/correct/", notices.correct, name="notice-correct"),
    path("notices/<id:notice_id>/withdraw/", notices.withdraw, name="notice-withdraw"),
    path("notices/<id:notice_id>/post/", notices.decide_post, name="notice-post"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/replies/", tickets.replies, name="ticket-replies"),
    path("tickets/<id:ticket_id>/", tickets.ticket, name="ticket"),
    path("tickets/<id:ticket_id>/answer/", tickets.answer, name="ticket-answer"),
    path("tickets/<id:ticket_id>/keep/", tickets.keep, name="ticket-keep"),
    path("tickets/<id:ticket_id>/requests/<id:request_id>/judge/", tickets.judge, name="ticket-judge"),
    path("tickets/<id:ticket_id>/requests/<id:request_id>/find/", tickets.find, name="ticket-find"),
    path("tickets/<id:ticket_id>/files/<id:file_id>/", tickets.file, name="ticket-file"),
    path("short-links/", short_links.short_links, name="short-links"),
    path("short-links/<token:token>/switch/", short_links.switch, name="short-link-switch"),
    path("insight/", insight.insight, name="insight"),
    path("insight/go/", insight.go, name="insight-go"),
    path("insight/<id:service_id>/", insight.service, name="insight-service"),
    path("insight/<id:service_id>/meter/", insight.set_meter, name="insight-meter"),
    path("insight/<id:service_id>/strike/", insight.strike, name="insight-strike"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<id:decision_id>/", decisions.decision, name="decision"),
    path("invariants/", views.invariants, name="invariants"),
]

"""Addresses of the site: the customer's dashboard, signing in and up, the operator's desk, the health of it all."""

from django.urls import URLPattern, include, path, register_converter

from sevenpanel.terms.documents import DocumentName
from sevenpanel.web import (
    acceptance,
    account,
    account_pages,
    api_guide,
    api_keys,
    app,
    balance,
    channel_door,
    chosen_orders,
    data_export,
    design,
    documents,
    exports,
    favourites,
    finder,
    funds,
    health,
    home,
    hook_door,
    leaving,
    look,
    mass_order,
    notifications,
    order_form,
    order_list,
    order_page,
    papers,
    play_money,
    reader,
    robots,
    second_factor,
    service_list,
    service_page,
    sessions,
    short_link_door,
    short_links,
    status_page,
    tickets,
    updates,
    webhooks,
)
from sevenpanel.web.converters import IdConverter, MonthConverter, TokenConverter, VersionConverter

register_converter(IdConverter, "id")
register_converter(VersionConverter, "version")
register_converter(TokenConverter, "token")
register_converter(MonthConverter, "month")


def _document(name: DocumentName) -> list[URLPattern]:
    """The addresses of one document: what is in force, each version, what changed between two."""
    which = {"document": name}
    return [
        path(f"{name}/", documents.current, which, name=f"{name}"),
        path(f"{name}/<version:version>/", documents.version, which, name=f"{name}-version"),
        path(f"{name}/<version:version>/text/", documents.plain_text, which, name=f"{name}-text"),
        path(f"{name}/<version:old>/changes/<version:new>/", documents.changes, which, name=f"{name}-changes"),
    ]


_pages = [
    path("", home.home, name="home"),
    path("orders/new/", order_form.new_order, name="new-order"),
    path("orders/new/quote/", order_form.quote, name="quote"),
    path("orders/mass/", mass_order.mass_order, name="mass-order"),
    path("orders/mass/rejected/", mass_order.rejected_file, name="rejected-lines"),
    path("orders/", order_list.orders, name="orders"),
    path("orders/rows/", order_list.rows, name="order-rows"),
    path("orders/csv/", order_list.table, name="orders-table"),
    path("orders/chosen/", chosen_orders.chosen, name="orders-chosen"),
    path("exports/", exports.exports, name="exports"),
    path("exports/rows/", exports.rows, name="export-rows"),
    path("exports/<id:export_id>/file/", exports.take, name="export-take"),
    path("orders/<id:order_id>/", order_page.order, name="order"),
    path("orders/<id:order_id>/progress/", order_page.progress, name="order-progress"),
    path("orders/<id:order_id>/cancel/", order_page.cancel, name="order-cancel"),
    path("orders/<id:order_id>/receipt/", papers.order_receipt, name="order-receipt"),
    path("services/", service_list.services, name="services"),
    path("services/csv/", service_list.table, name="services-table"),
    path("services/star/", favourites.star, name="star"),
    path("services/<id:service_id>/", service_page.service, name="service"),
    path("updates/", updates.updates, name="updates"),
    path("updates/rss/", updates.feed, name="updates-feed"),
    path("updates/<id:notice_id>/", updates.update, name="update"),
    path("search/", finder.search, name="search"),
    path("search/found/", finder.found, name="search-found"),
    path("shortcuts/", finder.shortcuts, name="shortcuts"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/new/", tickets.new_ticket, name="new-ticket"),
    path("tickets/<id:ticket_id>/", tickets.ticket, name="ticket"),
    path("tickets/<id:ticket_id>/reply/", tickets.reply, name="ticket-reply"),
    path("tickets/<id:ticket_id>/close/", tickets.withdraw, name="ticket-close"),
    path("tickets/<id:ticket_id>/claim/", tickets.claim, name="ticket-claim"),
    path("tickets/<id:ticket_id>/requests/<id:request_id>/appeal/", tickets.appeal, name="ticket-appeal"),
    path("tickets/<id:ticket_id>/files/<id:file_id>/", tickets.file, name="ticket-file"),
    path("balance/", balance.balance, name="balance"),
    path("balance/<month:month>/", papers.statement, name="statement"),
    path("settings/", look.look, name="settings"),
    path("language/", reader.language, name="language"),
    path("short-links/", short_links.short_links, name="short-links"),
    path("funds/", funds.funds, name="funds"),
    path("funds/history/", funds.history, name="funds-history"),
    path("funds/history/csv/", funds.table, name="funds-table"),
    path("funds/ways/<id:method_id>/", funds.way, name="funds-way"),
    path("funds/ways/<id:method_id>/play-money/", play_money.to_new_payment, name="funds-play"),
    path("funds/payments/<id:intent_id>/", funds.payment, name="payment"),
    path("funds/payments/<id:intent_id>/play-money/", play_money.to_payment, name="payment-play"),
    path("funds/payments/<id:intent_id>/progress/", funds.progress, name="payment-progress"),
    path("funds/payments/<id:intent_id>/code/", funds.code, name="payment-code"),
    path("funds/payments/<id:intent_id>/close/", funds.close, name="payment-close"),
    path("funds/payments/<id:intent_id>/announce/", funds.announce, name="payment-announce"),
    path("funds/receipts/<id:receipt_id>/", funds.arrival, name="receipt"),
    path("account/", account.account, name="account"),
    path("account/profile/", account.profile, name="profile"),
    path("account/notifications/", notifications.notifications, name="notifications"),
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("account/sessions/others/end/", sessions.end_others, name="sessions-end"),
    path("account/sessions/<id:session_id>/end/", sessions.end, name="session-end"),
    path("keys/", api_keys.keys, name="keys"),
    path("keys/<id:key_id>/", api_keys.key, name="key"),
    path("keys/<id:key_id>/replace/", api_keys.replace, name="key-replace"),
    path("keys/<id:key_id>/revoke/", api_keys.revoke, name="key-revoke"),
    path("keys/webhooks/", webhooks.webhooks, name="webhooks"),
    path("keys/webhooks/<id:webhook_id>/", webhooks.webhook, name="webhook"),
    path("keys/guide/", api_guide.guide, name="api-guide"),
    path("terms/versions/", documents.versions, name="versions"),
    path("terms/accept/", acceptance.accept, name="accept"),
    path("design/", design.design, name="design"),
    path("data/", data_export.data, name="data"),
    path("account/delete/", leaving.leave, name="leave"),
    path("account/delete/keep/", leaving.stay, name="stay"),
    path("data/export/", data_export.export, name="data-export"),
    *_document(DocumentName.TERMS),
    *_document(DocumentName.PRIVACY),
]

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("channel/telegram/", channel_door.telegram, name="telegram"),
    path("hooks/<slug:kind>/<slug:alias>/", hook_door.deliver, name="hook"),
    path("l/<token:token>", short_link_door.follow, name="short-link"),
    path("l/<token:token>/complaint/", short_link_door.complaint, name="short-link-complaint"),
    path("letters/stop/<str:stop_token>/", notifications.stop, name="letters-stop"),
    path("robots.txt", robots.robots, name="robots"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("worker.js", app.worker, name="worker"),
    path("offline/", app.offline, name="offline"),
    path("status/", status_page.status, name="status"),
    path("status/feed/", status_page.feed, name="status-feed"),
    path("accounts/", include(account_pages.urlpatterns)),
    path("accounts/two-factor/", include(second_factor.urlpatterns)),
    path("accounts/", include("allauth.account.urls")),
    path("desk/", include(("sevenpanel.desk.urls", "desk"))),
    path("api/v3/", include("sevenpanel.api.v3.urls")),
    path("", include((_pages, "web"))),
]

handler400 = "sevenpanel.web.errors.bad_request"
handler403 = "sevenpanel.web.errors.forbidden"
handler404 = "sevenpanel.web.errors.not_found"
handler429 = "sevenpanel.web.errors.too_many"
handler500 = "sevenpanel.web.errors.fault"

"""Where processors bring their webhooks: no session and no form, only signed bytes.

The answer comes at once. 4xx says that the same bytes will never do, 503 that the trouble is ours and they may come
again: BTCPay Server repeats the latter only (design: deposits, section 3).
"""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sevenpanel.deposits import commands
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web.request import DeskRequest

BODY_BYTES_MAX = commands.DELIVERY_BYTES_MAX


@csrf_exempt
@require_POST
def deliver(request: HttpRequest, kind: str, alias: str) -> HttpResponse:
    """Take one webhook."""
    try:
        body = _body(request)
    except UnreadablePostError:
        return _no(400, "The body broke off.")
    if body is None:
        return _no(413, "The body is too large.")
    try:
        commands.take_delivery(
            source=f"{kind}:{alias}", body=body, headers=request.headers, now=cast(DeskRequest, request).received_at
        )
    except Refusal as refusal:
        return _no(refusal.status, refusal.sentence)
    return JsonResponse({"ok": True})


def _body(request: HttpRequest) -> bytes | None:
    """The bytes as they came; None when there are too many."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        return None
    body = request.body
    return body if len(body) <= BODY_BYTES_MAX else None


def _no(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"ok": False, "error": sentence}, status=status)

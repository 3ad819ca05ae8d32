"""Where Telegram brings what was written in the operator's channel. Closed unless the environment names a secret."""

import json
import secrets
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sevenpanel.notices.channel import intake
from sevenpanel.web.request import DeskRequest

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


@csrf_exempt
@require_POST
def telegram(request: HttpRequest) -> HttpResponse:
    """Take one update. Whoever calls shows the secret that was agreed with `setWebhook`.

    :raises Http404: while the channel or its webhook is off.
    """
    if not (settings.TELEGRAM_SECRET and settings.TELEGRAM_TOKEN):
        raise Http404
    shown = request.headers.get(SECRET_HEADER, "")
    if not secrets.compare_digest(shown.encode(), settings.TELEGRAM_SECRET.encode()):
        return JsonResponse({"ok": False}, status=403)
    try:
        update = json.loads(request.body)
    except ValueError:
        return JsonResponse({"ok": False}, status=400)
    intake.take_update(update=update, now=cast(DeskRequest, request).received_at)
    return JsonResponse({"ok": True})

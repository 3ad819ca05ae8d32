"""Posts that people write in the channel become notices: of the services they tag, or general ones.

An update may come twice, late, or in the wrong order; each version of a post is taken once. Telegram does not tell a
bot of posts that were deleted, so those are withdrawn at the desk. What staff have corrected or withdrawn stays so,
whatever is edited in the channel afterwards.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from sevenpanel.catalog import queries as catalog
from sevenpanel.kernel import db
from sevenpanel.notices import models, queries
from sevenpanel.notices.channel.bot import Done, configured
from sevenpanel.notices.channel.delivery import lock_channel
from sevenpanel.notices.channel.reading import read_post
from sevenpanel.notices.commands.publishing import correct_step, publish_step, withdraw_step
from sevenpanel.notices.domain import TEXT_LENGTH_MAX, Draft, Origin
from sevenpanel.terms import NoticeKind, Scope

UPDATES_AT_ONCE = 100
AUTHOR = "channel"
GENERAL = 0


def poll(*, clock: Callable[[], datetime]) -> bool:
    """Ask for new posts, unless the channel is off or a webhook brings them.

    :returns: whether there were any, so that there may be more.
    """
    bot = configured()
    if bot is None or settings.TELEGRAM_SECRET:
        return False
    asked = {"offset": _next_update(), "limit": UPDATES_AT_ONCE, "timeout": 0}
    answer = bot.call("getUpdates", allowed_updates=["channel_post", "edited_channel_post"], **asked)
    updates = answer.result if isinstance(answer, Done) and isinstance(answer.result, list) else []
    for update in updates:
        take_update(update=update, now=clock())
    return bool(updates)


def _next_update() -> int:
    return models.ChannelPace.objects.filter(id=1).values_list("next_update", flat=True).first() or 0


@db.command
def take_update(*, update: object, now: datetime) -> None:
    """Take one update of the Bot API, once. What it is not about, or what makes no sense, is passed over."""
    if not isinstance(update, Mapping):
        return
    pace = lock_channel()
    number = update.get("update_id")
    if isinstance(number, int) and pace.next_update <= number < 2**62:
        pace.next_update = number + 1
        pace.save(update_fields=["next_update"])
    post = update.get("channel_post") or update.get("edited_channel_post")
    if isinstance(post, Mapping) and _is_of_our_channel(post):
        _take_post(post, now)


def _is_of_our_channel(post: Mapping[str, Any]) -> bool:
    chat = post.get("chat")
    if not isinstance(chat, Mapping) or not settings.TELEGRAM_CHANNEL:
        return False
    names = {str(chat.get("id")), f"@{chat.get('username')}".lower()}
    return settings.TELEGRAM_CHANNEL.lower() in names


def _take_post(post: Mapping[str, Any], now: datetime) -> None:
    message_id, text = post.get("message_id"), _text_of(post)
    edited = post.get("edit_date", post.get("date"))
    if not isinstance(message_id, int) or not isinstance(edited, int) or not text:
        return
    if models.ChannelPost.objects.filter(message_id=message_id).exists():
        return  # our own: the desk is the source of those
    known = {row.service_id: row for row in models.ChannelMessage.objects.filter(message_id=message_id)}
    if any(edited < row.edited for row in known.values()):
        return
    drafts = _drafts(text)
    for service_id in known.keys() - drafts.keys():
        _end(known[service_id], edited, now)
    for service_id, draft in drafts.items():
        if service_id in known:
            _follow(known[service_id], draft, edited, now)
        else:
            root_id = publish_step(draft=draft, origin=Origin.CHANNEL, written_by=AUTHOR, now=now)
            models.ChannelMessage.objects.create(
                message_id=message_id, service_id=service_id, root_id=root_id, edited=edited
            )


def _text_of(post: Mapping[str, Any]) -> str:
    said = post.get("text") or post.get("caption") or ""
    plain = (sign for sign in str(said) if sign.isprintable() or sign in "\n\t")
    return "".join(plain).strip()[:TEXT_LENGTH_MAX]


def _drafts(text: str) -> dict[int, Draft]:
    """A draft for each known service that is tagged; a general one when none is."""
    reading = read_post(text)
    known = catalog.accepted_links(service_ids=reading.service_ids)
    drafts = {
        service_id: Draft(kind=reading.kind, scope=Scope.SERVICE, subject=service_id, text=text)
        for service_id in reading.service_ids
        if service_id in known
    }
    return drafts or {GENERAL: Draft(kind=NoticeKind.GENERAL, scope=Scope.ALL, text=text)}


def _follow(row: models.ChannelMessage, draft: Draft, edited: int, now: datetime) -> None:
    last = queries.history(root_id=row.root_id)[-1]
    if last.written_by == AUTHOR and last.notice.withdrawn_at is None:
        if (last.notice.text, last.notice.kind) != (draft.text, draft.kind):
            correct_step(notice_id=last.id, draft=draft, written_by=AUTHOR, why="Edited in the channel", now=now)
    elif last.withdrawn_by == AUTHOR and last.written_by == AUTHOR:
        # Tagged, untagged and tagged again: a notice of its own.
        row.root_id = publish_step(draft=draft, origin=Origin.CHANNEL, written_by=AUTHOR, now=now)
    row.edited = edited
    row.save(update_fields=["root_id", "edited"])


def _end(row: models.ChannelMessage, edited: int, now: datetime) -> None:
    last = queries.history(root_id=row.root_id)[-1]
    if last.notice.withdrawn_at is None and last.written_by == AUTHOR:
        withdraw_step(notice_id=last.id, withdrawn_by=AUTHOR, why="No longer named in the post", now=now)
    row.edited = edited
    row.save(update_fields=["edited"])

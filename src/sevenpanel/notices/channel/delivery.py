"""Notices on their way to the channel: one call at a time, at the pace that Telegram allows, no message twice.

Claim and commit, call, record. A message whose answer was lost is unknown: a second one would stay in the channel for
good, so a person decides. Edits and deletions can be repeated without harm, so they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import F, Q

from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.notices import models, queries
from sevenpanel.notices.channel.bot import Answer, Bot, Done, Later, Lost, Refused, configured
from sevenpanel.notices.channel.wording import post_of
from sevenpanel.notices.domain import KIND_WORDS, PostAction, PostState

# Telegram: about one message a second in one chat, and twenty a minute in a channel.
GAP = timedelta(seconds=1)
MINUTE, PER_MINUTE = timedelta(minutes=1), 20
LEASE = timedelta(minutes=1)
PAUSE_AFTER_LOSS = timedelta(seconds=5)

_SAME = "message is not modified"
_GONE = ("message to edit not found", "message to delete not found", "message_id_invalid")


class UnableToDecidePost(Refusal):
    """A post that is in no doubt."""


class PostVerdict(StrEnum):
    """What a person says of a post that the desk cannot go on with."""

    FOUND = "found"
    ABSENT = "absent"
    AGAIN = "again"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One call that is to be made, written down before it is made."""

    post_id: int
    action: PostAction
    version_id: int | None
    message_id: int | None
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post that a person has to look at."""

    root_id: int
    state: PostState
    words: str


def deliver_next(*, clock: Callable[[], datetime]) -> bool:
    """Make one call that is due, if the channel is on and its pace allows.

    :returns: whether one was made, so that there may be more.
    """
    bot = configured()
    if bot is None:
        return False
    claim = _claim(now=clock())
    if claim is None:
        return False
    _record(claim=claim, answer=_carry_out(bot, claim), now=clock())
    return True


@db.command
def _claim(*, now: datetime) -> Claim | None:
    pace = lock_channel()
    _expire(now)
    recent = [at for at in pace.called_at if at > now - MINUTE]
    is_blocked = pace.blocked_until is not None and pace.blocked_until > now
    if is_blocked or len(recent) >= PER_MINUTE or (recent and max(recent) > now - GAP):
        return None
    models.ChannelPost.objects.filter(state=PostState.WAITING, wanted_id=None).update(state=PostState.DROPPED)
    post = models.ChannelPost.objects.select_for_update().filter(_due()).order_by("id").first()
    if post is None:
        return None
    pace.called_at = [*recent, now]
    pace.save(update_fields=["called_at"])
    post.action, post.aim_id = _next_act(post), post.wanted_id
    post.state, post.claimed_at = PostState.SENDING, now
    post.save(update_fields=["action", "aim_id", "state", "claimed_at"])
    return Claim(
        post_id=post.id,
        action=PostAction(post.action),
        version_id=post.aim_id,
        message_id=post.message_id,
        claimed_at=now,
    )


def lock_channel() -> models.ChannelPace:
    """The one row of the channel, locked until the caller's transaction ends."""
    models.ChannelPace.objects.bulk_create([models.ChannelPace(id=1)], ignore_conflicts=True)
    return models.ChannelPace.objects.select_for_update().get(id=1)


def _due() -> Q:
    differs = Q(wanted_id__isnull=True) | Q(shown_id__isnull=True) | ~Q(shown_id=F("wanted_id"))
    return Q(state=PostState.WAITING, wanted_id__isnull=False) | (Q(state=PostState.SENT) & differs)


def _next_act(post: models.ChannelPost) -> PostAction:
    if post.message_id is None:
        return PostAction.SEND
    return PostAction.DELETE if post.wanted_id is None else PostAction.EDIT


def _expire(now: datetime) -> None:
    """Whoever claimed these is gone. A message may have been sent; an edit or a deletion is simply asked again."""
    stale = models.ChannelPost.objects.filter(state=PostState.SENDING, claimed_at__lte=now - LEASE)
    stale.filter(action=PostAction.SEND).update(
        state=PostState.UNKNOWN, words="The desk stopped while it was sending; the message may stand in the channel."
    )
    stale.exclude(action=PostAction.SEND).update(state=PostState.SENT)


def _carry_out(bot: Bot, claim: Claim) -> Answer:
    if claim.action is PostAction.DELETE:
        return bot.call("deleteMessage", chat_id=bot.channel, message_id=claim.message_id)
    asked: dict[str, Any] = {
        "chat_id": bot.channel,
        "text": _text(claim),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if claim.action is PostAction.EDIT:
        return bot.call("editMessageText", message_id=claim.message_id, **asked)
    return bot.call("sendMessage", **asked)


def _text(claim: Claim) -> str:
    assert claim.version_id is not None
    found = queries.version(notice_id=claim.version_id)
    return post_of(
        kind=KIND_WORDS[found.row.notice.kind], about=found.about or "All services", text=found.row.notice.text
    )


@db.command
def _record(*, claim: Claim, answer: Answer, now: datetime) -> None:
    pace = lock_channel()
    post = models.ChannelPost.objects.select_for_update().get(id=claim.post_id)
    is_ours = post.claimed_at == claim.claimed_at
    if not is_ours or post.state not in (PostState.SENDING, PostState.UNKNOWN):
        return
    _apply(post, claim, _understood(claim, answer))
    if isinstance(answer, Later | Lost):
        wait = timedelta(seconds=answer.seconds) if isinstance(answer, Later) else PAUSE_AFTER_LOSS
        pace.blocked_until = now + wait
        pace.save(update_fields=["blocked_until"])
    post.save(update_fields=["state", "message_id", "shown_id", "words"])


def _understood(claim: Claim, answer: Answer) -> Answer:
    """An edit that changes nothing, or the deletion of what is gone, has got what it wanted."""
    if isinstance(answer, Refused) and claim.action is not PostAction.SEND:
        words = answer.words.lower()
        is_same = claim.action is PostAction.EDIT and _SAME in words
        if is_same or (claim.action is PostAction.DELETE and any(gone in words for gone in _GONE)):
            return Done(result=True)
    if isinstance(answer, Done) and claim.action is PostAction.SEND and _message_id(answer) is None:
        return Lost(words="The answer names no message.")
    return answer


def _message_id(answer: Done) -> int | None:
    found = answer.result.get("message_id") if isinstance(answer.result, dict) else None
    return found if isinstance(found, int) else None


def _apply(post: models.ChannelPost, claim: Claim, answer: Answer) -> None:
    before = PostState.WAITING if claim.action is PostAction.SEND else PostState.SENT
    if isinstance(answer, Done):
        is_gone = claim.action is PostAction.DELETE
        post.state, post.words = (PostState.DELETED if is_gone else PostState.SENT), ""
        post.shown_id = claim.version_id
        if claim.action is PostAction.SEND:
            post.message_id = _message_id(answer)
        return
    post.words = answer.words
    if isinstance(answer, Refused):
        post.state = PostState.PARKED
    elif isinstance(answer, Lost) and claim.action is PostAction.SEND:
        post.state = PostState.UNKNOWN
    else:
        post.state = before


@db.command
def decide_post(*, root_id: int, verdict: PostVerdict, message_id: int | None = None) -> None:
    """Say what became of a post of unknown fate, or what shall become of a parked one.

    :param message_id: the number of the message in the channel, when it was found there.
    :raises UnableToDecidePost: when the post is in no doubt, or the verdict does not fit.
    """
    post = models.ChannelPost.objects.select_for_update().filter(root_id=root_id).first()
    if post is None or post.state not in (PostState.UNKNOWN, PostState.PARKED):
        raise UnableToDecidePost("This post is in no doubt.")
    is_unknown = post.state == PostState.UNKNOWN
    fits = {
        PostVerdict.FOUND: is_unknown and message_id is not None and message_id > 0,
        PostVerdict.ABSENT: is_unknown,
        PostVerdict.AGAIN: not is_unknown,
        PostVerdict.DROP: True,
    }
    if not fits[verdict]:
        raise UnableToDecidePost(
            "Say of an unknown post whether it was found, and under which number; of a parked one, again or drop."
        )
    if verdict is PostVerdict.FOUND:
        post.message_id, post.shown_id = message_id, post.aim_id
    has_message = post.message_id is not None
    post.state = PostState.SENT if has_message else PostState.WAITING
    if verdict is PostVerdict.DROP:
        post.state = PostState.DROPPED
    post.words = ""
    post.save(update_fields=["message_id", "shown_id", "state", "words"])


def posts_in_doubt() -> Sequence[PostRow]:
    """Posts that a person has to look at, oldest first."""
    found = models.ChannelPost.objects.filter(state__in=[PostState.UNKNOWN, PostState.PARKED]).order_by("id")
    return [PostRow(root_id=post.root_id, state=PostState(post.state), words=post.words) for post in found]

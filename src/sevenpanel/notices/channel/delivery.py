"""Notices on their way to the channel: one call at a time, at the pace that Telegram allows, no message twice.

Claim and commit, call, record. A message whose answer was lost is unknown: a second one would stay in the channel for
good, so a person decides. Edits and deletions can be repeated without harm, so they are. Changes of the catalogue that
wait for the channel go out together, as far as one message holds them: they share a message from then on, and what is
known of it is known of all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.notices import models
from sevenpanel.notices.channel.bot import Answer, Bot, Done, Later, Lost, Refused, configured
from sevenpanel.notices.channel.gathering import text_of, together
from sevenpanel.notices.domain import PostAction, PostState

# Telegram: about one message a second in one chat, and twenty a minute in a channel.
GAP = timedelta(seconds=1)
MINUTE, PER_MINUTE = timedelta(minutes=1), 20
LEASE = timedelta(minutes=1)
PAUSE_AFTER_LOSS = timedelta(seconds=5)

_KNOWN = ("message_id", "shown_id", "state", "words", "bundle_id")
_DOUBTFUL = (PostState.UNKNOWN, PostState.PARKED)
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
    """One call that is to be made, written down before it is made.

    :param aims: by post, the version that the message shall show of it; None when it shall show none.
    """

    aims: Mapping[int, int | None]
    action: PostAction
    message_id: int | None
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A message that a person has to look at.

    :param root_ids: the notices that it shows, first to last.
    """

    root_ids: tuple[int, ...]
    state: PostState
    words: str

    @property
    def root_id(self) -> int:
        """The first of its notices, by which a verdict names it."""
        return self.root_ids[0]


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
    first = models.ChannelPost.objects.filter(models.DUE).order_by("id").first()
    if first is None:
        return None
    pace.called_at = [*recent, now]
    pace.save(update_fields=["called_at"])
    return _claimed(together(first), now)


def _claimed(posts: Sequence[models.ChannelPost], now: datetime) -> Claim:
    action = _next_act(posts)
    for post in posts:
        post.action, post.aim_id = action, post.wanted_id
        post.state, post.claimed_at = PostState.SENDING, now
    models.ChannelPost.objects.bulk_update(posts, ["bundle_id", "action", "aim_id", "state", "claimed_at"])
    return Claim(
        aims={post.id: post.aim_id for post in posts},
        action=action,
        message_id=posts[0].message_id,
        claimed_at=now,
    )


def lock_channel() -> models.ChannelPace:
    """The one row of the channel, locked until the caller's transaction ends."""
    models.ChannelPace.objects.bulk_create([models.ChannelPace(id=1)], ignore_conflicts=True)
    return models.ChannelPace.objects.select_for_update().get(id=1)


def _next_act(posts: Sequence[models.ChannelPost]) -> PostAction:
    if posts[0].message_id is None:
        return PostAction.SEND
    return PostAction.EDIT if any(post.wanted_id for post in posts) else PostAction.DELETE


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
        "text": text_of([aim for aim in claim.aims.values() if aim is not None]),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if claim.action is PostAction.EDIT:
        return bot.call("editMessageText", message_id=claim.message_id, **asked)
    return bot.call("sendMessage", **asked)


@db.command
def _record(*, claim: Claim, answer: Answer, now: datetime) -> None:
    pace = lock_channel()
    posts = models.ChannelPost.objects.select_for_update().filter(id__in=claim.aims).order_by("id")
    ours = [post for post in posts if post.claimed_at == claim.claimed_at]
    if not all(post.state in (PostState.SENDING, PostState.UNKNOWN) for post in ours):
        return
    if isinstance(answer, Later | Lost) and ours:
        wait = timedelta(seconds=answer.seconds) if isinstance(answer, Later) else PAUSE_AFTER_LOSS
        pace.blocked_until = now + wait
        pace.save(update_fields=["blocked_until"])
    for post in ours:
        _apply(post, claim, _understood(claim, answer))
    models.ChannelPost.objects.bulk_update(ours, _KNOWN)


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
        post.shown_id = claim.aims[post.id]
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
    _let_go(post)


def _let_go(post: models.ChannelPost) -> None:
    """What waits to be sent shares no message yet: which one it goes into is found anew."""
    if post.state == PostState.WAITING:
        post.bundle_id = None


@db.command
def decide_post(*, root_id: int, verdict: PostVerdict, message_id: int | None = None) -> None:
    """Say what became of a message of unknown fate, or what shall become of a parked one, and of all that it shows.

    :param root_id: any notice that it shows.
    :param message_id: the number of the message in the channel, when it was found there.
    :raises UnableToDecidePost: when the message is in no doubt, or the verdict does not fit.
    """
    posts = _in_doubt_with(root_id)
    if not posts:
        raise UnableToDecidePost("This post is in no doubt.")
    is_unknown = posts[0].state == PostState.UNKNOWN
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
    for post in posts:
        _decide(post, verdict, message_id)
    models.ChannelPost.objects.bulk_update(posts, _KNOWN)


def _in_doubt_with(root_id: int) -> list[models.ChannelPost]:
    """Everything that shares a message in doubt with this notice, first to last."""
    doubtful = models.ChannelPost.objects.filter(state__in=_DOUBTFUL)
    named = doubtful.filter(root_id=root_id).first()
    if named is None:
        return []
    one = Q(id=named.id) if named.bundle_id is None else Q(bundle_id=named.bundle_id)
    return list(doubtful.select_for_update().filter(one).order_by("id"))


def _decide(post: models.ChannelPost, verdict: PostVerdict, message_id: int | None) -> None:
    if verdict is PostVerdict.FOUND:
        post.message_id, post.shown_id = message_id, post.aim_id
    has_message = post.message_id is not None
    post.state = PostState.SENT if has_message else PostState.WAITING
    if verdict is PostVerdict.DROP:
        post.state = PostState.DROPPED
    post.words = ""
    _let_go(post)


def posts_in_doubt() -> Sequence[PostRow]:
    """Messages that a person has to look at, oldest first."""
    found = models.ChannelPost.objects.filter(state__in=_DOUBTFUL).order_by(Coalesce("bundle_id", "id"), "id")
    messages = groupby(found, key=lambda post: post.bundle_id or post.id)
    return [_row(list(posts)) for _bundle, posts in messages]


def _row(posts: Sequence[models.ChannelPost]) -> PostRow:
    first = posts[0]
    return PostRow(root_ids=tuple(post.root_id for post in posts), state=PostState(first.state), words=first.words)

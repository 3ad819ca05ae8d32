"""Which notices share one message of the channel: a change of many prices is a few posts, not hundreds."""

from collections.abc import Iterator, Sequence

from django.db.models import Q

from sevenpanel.notices import models, queries
from sevenpanel.notices.channel.wording import Told, fits, list_of, post_of
from sevenpanel.notices.domain import KIND_WORDS, Origin, PostState
from sevenpanel.notices.queries import UpdateRow

# More could hardly be read, and no message holds many more.
TOGETHER_MAX = 60


def together(first: models.ChannelPost) -> list[models.ChannelPost]:
    """The posts, locked, that share a message with this one: those that did already, or that can be sent with it."""
    if first.message_id is None:
        return _gathered(first)
    if first.bundle_id is None:
        return [models.ChannelPost.objects.select_for_update().get(id=first.id)]
    return list(models.ChannelPost.objects.select_for_update().filter(bundle_id=first.bundle_id).order_by("id"))


def _gathered(first: models.ChannelPost) -> list[models.ChannelPost]:
    """What waits from here on, up to the first that somebody wrote, as far as one message holds it."""
    waiting = Q(state=PostState.WAITING, wanted_id__isnull=False, id__gte=first.id)
    found = list(models.ChannelPost.objects.select_for_update().filter(waiting).order_by("id")[:TOGETHER_MAX])
    kept = list(_that_fit(found))
    bundle_id = kept[0].id if len(kept) > 1 else None
    for post in kept:
        post.bundle_id = bundle_id
    return kept


def _that_fit(posts: Sequence[models.ChannelPost]) -> Iterator[models.ChannelPost]:
    versions = queries.versions(notice_ids=[post.wanted_id for post in posts if post.wanted_id is not None])
    told: list[Told] = []
    for post in posts:
        assert post.wanted_id is not None
        version = versions[post.wanted_id]
        told.append(_told(version))
        if len(told) > 1 and (version.row.origin is not Origin.CATALOGUE or not fits(told)):
            return
        yield post
        if version.row.origin is not Origin.CATALOGUE:
            return


def text_of(version_ids: Sequence[int]) -> str:
    """The message that shows these versions, in the order of their notices."""
    versions = queries.versions(notice_ids=version_ids)
    told = [_told(versions[version_id]) for version_id in version_ids]
    return post_of(told[0]) if len(told) == 1 else list_of(told)


def _told(version: UpdateRow) -> Told:
    notice = version.row.notice
    return Told(kind=KIND_WORDS[notice.kind], about=version.about or "All services", text=notice.text)

"""Comments under the business's posts, and mentions in others': answered once, by a private message."""

from collections.abc import Iterator
from typing import Any

from sambung.channels import AccountNotice, Deleted, Edited, Ignored, Inbound, Item
from sambung.channels._meta.dialect import COMMENT, PRIVATE_REPLY
from sambung.channels._meta.parties import Incomplete, Parties, when
from sambung.kit.untrusted import Record, only, record, text


def page_comment(value: Record, parties: Parties) -> Iterator[Item]:
    """Of a Page's feed only the comments: posts, likes and shares are no conversation."""
    if text(value, "item") != "comment":
        yield Ignored(what=f"feed: {text(value, 'item')}", raw=value, to=parties.to)
        return
    id, verb, at = text(value, "comment_id"), text(value, "verb"), when(value.get("created_time"))
    if not id:
        raise Incomplete("no comment")
    if verb == "edited":
        words = text(value, "message")
        yield Edited(
            id=f"{id}:edit:{text(value, 'created_time')}",
            target=id,
            text=words,
            at=at,
            to=parties.to,
        )
    elif verb in ("remove", "hide"):
        yield Deleted(id=f"{id}:deleted", target=id, at=at, to=parties.to)
    elif verb in ("add", ""):
        yield _inbound(id, value, parties, words=text(value, "message"), at=at)
    else:
        yield Ignored(what=f"comment: {verb}", raw=value, to=parties.to)


def comment(value: Record, parties: Parties) -> Iterator[Item]:
    """Under a post, reel, ad or live film on Instagram."""
    id = text(value, "id") or text(value, "comment_id")
    if not id:
        raise Incomplete("no comment")
    at = when(value.get("timestamp")) or when(value.get("entry_time"))
    yield _inbound(id, value, parties, words=text(value, "text"), at=at)


def mention(value: Record, parties: Parties) -> Iterator[Item]:
    """Somebody named the business. Often told without who: then people are told where to look."""
    if text(record(value.get("from")), "id"):
        yield from comment(value, parties)
        return
    named = only(value, "media_id", "comment_id", "id", "text")
    if not named:
        raise Incomplete("no mention")
    key = ":".join(str(part) for part in named.values())
    at = when(value.get("entry_time"))
    yield AccountNotice(id=f"mention:{key}", what="mention", detail=named, at=at, to=parties.to)


def _inbound(id: str, value: Record, parties: Parties, *, words: str, at: Any) -> Item:
    author = record(value.get("from"))
    person = text(author, "id")
    if person and (person == parties.to or author.get("self_ig_scoped_id") == person):
        return Ignored(what="own comment", raw=value, to=parties.to)
    media = record(value.get("media"))
    about = {
        "id": id,
        "post": text(value, "post_id") or text(media, "id"),
        "parent": text(value, "parent_id"),
        "media_type": text(media, "media_product_type"),
        "ad": text(media, "ad_id"),
        "link": text(record(value.get("post")), "permalink_url"),
    }
    return Inbound(
        id=id,
        sender=parties.person(person, name=text(author, "name"), username=text(author, "username")),
        address=COMMENT + id,
        to=parties.to,
        text=words,
        at=at,
        reply_to=about["parent"] if about["parent"] != about["post"] else "",
        window=PRIVATE_REPLY,
        extra={"comment": only(about, *about), **only(value, "photo", "video")},
    )

"""What Telegram posts: one update a request, with one fact in it. https://core.telegram.org/bots/api#update"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sambung.channels import (
    AccountNotice,
    ConsentStated,
    Deleted,
    Edited,
    Handle,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Reacted,
    Sender,
)
from sambung.channels.telegram import addresses, content, people
from sambung.channels.telegram.addresses import message_id
from sambung.kit.untrusted import Record, Unreadable, decode, each, moment, record, records, text

WANTED = (
    "message",
    "edited_message",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "callback_query",
    "my_chat_member",
)
"""`allowed_updates`: reactions come only where they are listed."""
CALLBACK = "callback:"

_SERVICE = (
    *("new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed"),
    *("new_chat_title", "new_chat_photo", "delete_chat_photo", "group_chat_created"),
    *("supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed"),
    *("migrate_from_chat_id", "pinned_message", "users_shared", "chat_shared"),
    *("connected_website", "write_access_allowed", "passport_data", "proximity_alert_triggered"),
    *("boost_added", "chat_background_set", "checklist_tasks_done", "checklist_tasks_added"),
    *("direct_message_price_changed", "forum_topic_created", "forum_topic_edited"),
    *("forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden"),
    *("general_forum_topic_unhidden", "giveaway_created", "giveaway_completed"),
    *("paid_message_price_changed", "suggested_post_approved", "suggested_post_approval_failed"),
    *("suggested_post_declined", "suggested_post_paid", "suggested_post_refunded"),
    *("video_chat_scheduled", "video_chat_started", "video_chat_ended"),
    *("video_chat_participants_invited", "managed_bot_created"),
)
"""Members that tell of the chat itself; they open no conversation."""


def receive(body: bytes) -> Iterator[Item]:
    """Every fact of an update. Raises Malformed."""
    try:
        update = decode(body)
    except Unreadable as error:
        raise Malformed(str(error)) from error
    if not isinstance(update, dict):
        raise Malformed("the update is not an object")
    id = text(update, "update_id")
    for member, reader in _READERS.items():
        if isinstance(update.get(member), dict):
            yield from reader(update[member], f"update:{id}")
            return
    named = next((member for member in update if member != "update_id"), "nothing")
    yield Ignored(what=named, raw=update)


def _message(message: Record, update: str) -> Iterator[Item]:
    chat = text(record(message.get("chat")), "id")
    id = message_id(chat, text(message, "message_id"))
    sender = people.of_message(message)
    if not id or sender is None:
        yield Ignored(what="message without chat or sender", raw=message)
        return
    if new := text(message, "migrate_to_chat_id"):
        yield IdentityChanged(
            id=f"migrate:{chat}:{new}",
            old=(Handle(people.CHAT, chat),),
            new=(Handle(people.CHAT, new),),
            at=moment(message.get("date")),
        )
        return
    said = content.read(message)
    if said is None:
        service = next((member for member in _SERVICE if member in message), "")
        if service:
            yield Ignored(what=f"service message {service}", raw=message)
            return
        said = content.unsupported(message)
    if said.own_phone:
        sender = replace(sender, handles=(*sender.handles, Handle("phone", said.own_phone)))
    yield Inbound(
        id=id,
        sender=sender,
        address=str(addresses.of_message(message)),
        kind=said.kind,
        text=said.text,
        at=moment(message.get("date")),
        attachments=said.attachments,
        reply_to=_answered(message, chat),
        automatic=record(message.get("from")).get("is_bot") is True and not _as_chat(sender),
        extra={**said.extra, **content.about(message)},
    )


def _as_chat(sender: Sender) -> bool:
    return sender.handles[0].kind == people.CHAT


def _answered(message: Record, chat: str) -> str:
    """The message it quotes. In a topic every message "answers" the one that began the topic."""
    quoted = record(message.get("reply_to_message"))
    if "forum_topic_created" in quoted:
        return ""
    return message_id(chat, text(quoted, "message_id"))


def _business_message(message: Record, update: str) -> Iterator[Item]:
    """In the owner's private chats: written by the customer, whose id the chat has, or by the owner."""
    chat = record(message.get("chat"))
    customer = people.of_chat(chat)
    outgoing = text(record(message.get("from")), "id") != text(chat, "id")
    for item in _message(message, update):
        if isinstance(item, Inbound) and outgoing and customer is not None:
            yield replace(item, sender=customer, outgoing=True, automatic=False)
        else:
            yield item


def _edited(message: Record, update: str) -> Iterator[Item]:
    """A live location that moved comes this way too, and has no words to change."""
    target = message_id(text(record(message.get("chat")), "id"), text(message, "message_id"))
    if not target:
        yield Ignored(what="edit of nothing", raw=message)
        return
    yield Edited(
        id=update,
        target=target,
        text=text(message, "text") or text(message, "caption"),
        at=moment(message.get("edit_date")) or moment(message.get("date")),
    )


def _deleted(told: Record, update: str) -> Iterator[Item]:
    chat = text(record(told.get("chat")), "id")
    numbers = [number for number in each(told.get("message_ids")) if isinstance(number, int)]
    if not chat or not numbers:
        yield Ignored(what="deletion of nothing", raw=told)
    for number in numbers if chat else ():
        yield Deleted(id=f"{update}:{number}", target=message_id(chat, str(number)))


def _reacted(told: Record, update: str) -> Iterator[Item]:
    """`new_reaction` is all there are now; the record keeps one of a person's."""
    target = message_id(text(record(told.get("chat")), "id"), text(told, "message_id"))
    sender = people.of_user(record(told.get("user"))) or people.of_chat(
        record(told.get("actor_chat"))
    )
    if not target or sender is None:
        yield Ignored(what="reaction of nobody", raw=told)
        return
    yield Reacted(
        id=update,
        target=target,
        sender=sender,
        emoji=next((_emoji(one) for one in records(told.get("new_reaction"))), ""),
        at=moment(told.get("date")),
    )


def _emoji(reaction: Record) -> str:
    """Paid reactions are a star; of a custom one Telegram gives only a number."""
    return text(reaction, "emoji") or ("⭐" if text(reaction, "type") == "paid" else "❔")


def _tapped(query: Record, update: str) -> Iterator[Item]:
    """The tap has no time of its own; the message's is when we wrote it."""
    sender = people.of_user(record(query.get("from")))
    id = text(query, "id")
    if sender is None or not id:
        yield Ignored(what="tap of nobody", raw=query)
        return
    message = record(query.get("message"))
    chat = text(record(message.get("chat")), "id")
    said = content.tapped(query)
    yield Inbound(
        id=f"{CALLBACK}{id}",
        sender=sender,
        address=str(addresses.of_message(message)) if chat else sender.handles[0].value,
        kind=said.kind,
        text=said.text,
        reply_to=message_id(chat, text(message, "message_id")),
        extra=said.extra,
    )


def _membership(told: Record, update: str) -> Iterator[Item]:
    """The bot's own standing. In a private chat: the customer blocked it, or lets it write again."""
    sender = people.of_user(record(told.get("from")))
    status = text(record(told.get("new_chat_member")), "status")
    private = text(record(told.get("chat")), "type") == "private"
    if not private or sender is None or status not in ("kicked", "member"):
        yield Ignored(what="my_chat_member", raw=told)
        return
    yield ConsentStated(
        id=f"{update}:{text(told, 'date')}",  # update ids may begin anew after a quiet week
        sender=sender,
        purpose="service",
        granted=status == "member",
        at=moment(told.get("date")),
    )


def _business_connection(told: Record, update: str) -> Iterator[Item]:
    """A business account gave the bot its chats, or took them back."""
    owner = people.of_user(record(told.get("user")))
    enabled = told.get("is_enabled") is True
    detail: Mapping[str, Any] = {
        "state": "enabled" if enabled else "disabled",
        "business_connection": text(told, "id"),
        "owner": owner.name if owner else "",
        "can_reply": record(told.get("rights")).get("can_reply") is True
        or told.get("can_reply") is True,
    }
    yield AccountNotice(
        id=f"{update}:{text(told, 'date')}",
        what="business_connection",
        detail=detail,
        alert=not enabled or not detail["can_reply"],
        at=moment(told.get("date")),
    )


_READERS: Mapping[str, Callable[[Record, str], Iterator[Item]]] = {
    "message": _message,
    "edited_message": _edited,
    "business_connection": _business_connection,
    "business_message": _business_message,
    "edited_business_message": _edited,
    "deleted_business_messages": _deleted,
    "message_reaction": _reacted,
    "callback_query": _tapped,
    "my_chat_member": _membership,
}

"""What customers do on their phones with WhatsApp; each act reaches the business by its hook."""

from collections.abc import Mapping
from typing import Any

from sambung.kit import clock, ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.graph import hooks
from sambung.simulator.graph.cloud import APP, Cloud, wamid_for
from sambung.simulator.graph.numbers import Number


def write(
    cloud: Cloud,
    person: Person,
    number: Number,
    kind: str,
    content: Mapping[str, Any],
    *,
    quotes: str = "",
    **more: Any,
) -> Bubble:
    """A customer sends something. `more`: further keys of the message (referral …)."""
    bubble = cloud.bubble(person, number, kind, content, mine=True, state="sent", quotes=quotes)
    quoted = cloud.chats.get(quotes)
    _post_message(
        cloud,
        person,
        number,
        bubble,
        hooks.message(person, bubble, quoted=quoted, number=number, **more),
    )
    return bubble


def send_file(
    cloud: Cloud, person: Person, number: Number, file: str, *, kind: str, caption: str = ""
) -> Bubble:
    """A customer sends a file of theirs. Raises KeyError when there is no such file."""
    found = cloud.files.get(file)
    if found is None:
        raise KeyError(file)
    content: dict[str, Any] = {"mime_type": found.mime, "sha256": found.sha256, "id": found.id}
    if caption:
        content["caption"] = caption
    if kind == "document":
        content["filename"] = found.name
    if kind == "voice":
        kind, content["voice"] = "audio", True
    return write(cloud, person, number, kind, content)


def edit(cloud: Cloud, bubble: Bubble, text: str) -> None:
    """The customer changes the text of their message."""
    bubble.content = {**bubble.content, "body": text}
    bubble.edited = True
    new = {"type": "text", "text": {"body": text}}
    _event(cloud, bubble, "edit", {"original_message_id": bubble.id, "message": new})


def revoke(cloud: Cloud, bubble: Bubble) -> None:
    """The customer deletes their message for everyone."""
    bubble.revoked = True
    _event(cloud, bubble, "revoke", {"original_message_id": bubble.id})


def react(cloud: Cloud, bubble: Bubble, emoji: str) -> None:
    """The customer puts an emoji on a message, or takes it off ("")."""
    bubble.reactions["customer"] = emoji
    content = {"message_id": bubble.id} | ({"emoji": emoji} if emoji else {})
    _event(cloud, bubble, "reaction", content)


def open_chat(cloud: Cloud, person: Person, number: Number) -> None:
    """The customer looks at the chat: everything in it is read."""
    for bubble in cloud.chats.thread(number.phone_number_id, person.id):
        if not bubble.mine and bubble.state == "delivered" and not person.hides_reading:
            cloud.rise(person, number, bubble, "read")


def change_user_id(cloud: Cloud, person: Person, phone: str) -> None:
    """The customer takes another number: WhatsApp gives them another id and tells so twice."""
    before, person.phone = person.phone, phone
    old, person.bsuid = person.bsuid, f"ID.{ids.new_id().int % 10**16:016d}"
    for number in cloud.numbers.values():
        now = hooks.seconds(clock.now())
        system = {
            "body": f"User {person.name} changed from {old} to {person.bsuid}",
            "wa_id": phone,
            "user_id": person.bsuid,
            "type": "user_changed_user_id",
        }
        told = {
            "from": before,
            "id": wamid_for(before),
            "timestamp": now,
            "type": "system",
            "system": system,
        }
        cloud.post(number, hooks.envelope(number, "messages", {"messages": [told]}))
        update = {
            "wa_id": phone,
            "detail": f"User id for {person.name} has been updated.",
            "user_id": {"previous": old, "current": person.bsuid},
            "timestamp": now,
        }
        value = {"contacts": [hooks.contact(person)], "user_id_update": [update]}
        cloud.post(number, hooks.envelope(number, "user_id_update", value))


def prefer(cloud: Cloud, person: Person, number: Number, *, marketing: bool) -> None:
    """The customer stops or resumes the business's marketing messages."""
    wish = {
        "wa_id": person.phone,
        "user_id": person.bsuid,
        "detail": "User requested to stop marketing messages"
        if not marketing
        else "User requested to resume",
        "category": "marketing_messages",
        "value": "resume" if marketing else "stop",
        "timestamp": int(clock.now().timestamp()),
    }
    value = {"contacts": [hooks.contact(person)], "user_preferences": [wish]}
    cloud.post(number, hooks.envelope(number, "user_preferences", value))


def owner_writes(cloud: Cloud, person: Person, number: Number, text: str) -> Bubble:
    """The shop's owner answers from the WhatsApp Business app on their phone: an echo."""
    bubble = cloud.bubble(person, number, "text", {"body": text}, mine=False, state="delivered")
    echo = {
        "from": number.phone,
        "to": person.phone,
        "to_user_id": person.bsuid,
        "id": bubble.id,
        "timestamp": hooks.seconds(bubble.at),
        "type": "text",
        "text": {"body": text},
    }
    value = {"contacts": [hooks.contact(person)], "message_echoes": [echo]}
    cloud.post(number, hooks.envelope(number, "smb_message_echoes", value))
    return bubble


def _event(cloud: Cloud, bubble: Bubble, kind: str, content: Mapping[str, Any]) -> None:
    """Something done to an earlier message is a message of its own, though no bubble."""
    person, number = cloud.people.get(bubble.person), cloud.numbers[bubble.number]
    if person is None:
        return
    event = Bubble(
        id=wamid_for(person.phone),
        app=APP,
        person=person.id,
        number=bubble.number,
        mine=True,
        kind=kind,
        content=dict(content),
        at=clock.now(),
    )
    cloud.changed(bubble)
    _post_message(cloud, person, number, event, hooks.message(person, event, number=number))


def _post_message(
    cloud: Cloud, person: Person, number: Number, bubble: Bubble, message: Mapping[str, Any]
) -> None:
    value = {"contacts": [hooks.contact(person)], "messages": [message]}
    cloud.post(number, hooks.envelope(number, "messages", value), bubble)

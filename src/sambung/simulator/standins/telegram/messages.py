"""Bubbles as the Bot API's Message objects, and people as its User and Chat."""

from dataclasses import replace
from typing import Any

from sambung.kit import clock
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.said import Said
from sambung.simulator.standins.telegram.bot import Bot

MEMBERS = {
    "image": "photo",
    "video": "video",
    "audio": "audio",
    "voice": "voice",
    "document": "document",
    "sticker": "sticker",
}
KEYBOARD = "keyboard "
"""What the id of a button begins with that stands below the writing line, not below a message."""


def user(app: Bot, person: Person) -> dict[str, Any]:
    """The person as `from`."""
    known = {"id": int(app.address_of(person)), "is_bot": False} | _named(person)
    return known | {"language_code": person.language}


def chat(app: Bot, person: Person) -> dict[str, Any]:
    """Their private chat with the bot: it has their id."""
    return {"id": int(app.address_of(person))} | _named(person) | {"type": "private"}


def bot(app: Bot) -> dict[str, Any]:
    """The business as `from`."""
    name = app.town.business
    username = f"{''.join(c for c in name if c.isalnum())}Bot"
    id = int(app.token.partition(":")[0])
    return {"id": id, "is_bot": True, "first_name": name, "username": username}


def number_of(bubble: Bubble) -> int:
    """Its message_id."""
    return int(bubble.id.rpartition(":")[2])


def message(app: Bot, person: Person, bubble: Bubble) -> dict[str, Any]:
    """A message either way, with the one it answers."""
    told: dict[str, Any] = {
        "message_id": number_of(bubble),
        "from": user(app, person) if bubble.mine else bot(app),
        "chat": chat(app, person),
        "date": int(bubble.at.timestamp()),
    }
    quoted = app.chats.get(bubble.quotes)
    if quoted is not None:
        # Telegram does not show what a quoted message itself answered.
        told["reply_to_message"] = message(app, person, replace(quoted, quotes=""))
    return told | _content(app, bubble)


def membership(app: Bot, person: Person, *, left: bool) -> dict[str, Any]:
    """The person blocked the bot, or lets it write again (ChatMemberUpdated)."""
    before, now = ("member", "kicked") if left else ("kicked", "member")
    return {
        "chat": chat(app, person),
        "from": user(app, person),
        "date": int(clock.now().timestamp()),
        "old_chat_member": {"user": bot(app), "status": before},
        "new_chat_member": {"user": bot(app), "status": now} | ({"until_date": 0} if left else {}),
    }


def typed(person: Person, said: Said) -> Said:
    """What pressing a button of a keyboard writes; everything else as it is."""
    if said.button is None or not said.button["id"].startswith(KEYBOARD):
        return said
    match said.button["id"].removeprefix(KEYBOARD):
        case "request_contact":
            return own_contact(person)
        case "request_location":
            return Said(kind="location", content={"latitude": -7.7926, "longitude": 110.3658})
    return Said(text=said.button["text"])


def own_contact(person: Person) -> Said:
    """The person's own number, which Telegram vouches for."""
    card = {"name": {"formatted_name": person.name}, "phones": [{"phone": f"+{person.phone}"}]}
    return Said(kind="contacts", content={"contacts": [card]})


def _named(person: Person) -> dict[str, str]:
    first, _, last = person.name.partition(" ")
    named = {"first_name": first} | ({"last_name": last} if last else {})
    return named | ({"username": person.username} if person.username else {})


def _content(app: Bot, bubble: Bubble) -> dict[str, Any]:
    content = bubble.content
    match bubble.kind:
        case "text":
            return {"text": content["body"]}
        case "button":
            return {"text": content["text"]}
        case "location":
            return _place(content)
        case "contacts":
            return {"contact": _contact(app, bubble)}
    member = MEMBERS[bubble.kind]
    file = app.town.files.get(str(content.get("id", "")))
    told: dict[str, Any] = {
        "file_id": content.get("id", ""),
        "file_unique_id": f"u{content.get('id', '')}",
        "file_size": len(file.content) if file else 0,
    }
    if member == "photo":
        shown: Any = [told | {"width": 720, "height": 540}]
    else:
        shown = told | {"mime_type": content.get("mime_type", "application/octet-stream")}
        shown |= {"duration": 3} if member in ("voice", "audio", "video") else {}
        shown |= {"file_name": content.get("filename", "")} if member == "document" else {}
    caption = {"caption": content["caption"]} if content.get("caption") else {}
    return {member: shown} | caption


def _place(content: dict[str, Any]) -> dict[str, Any]:
    location = {"latitude": content["latitude"], "longitude": content["longitude"]}
    if not content.get("name"):
        return {"location": location}
    venue = {"location": location, "title": content["name"], "address": content.get("address", "")}
    return {"venue": venue, "location": location}


def _contact(app: Bot, bubble: Bubble) -> dict[str, Any]:
    """`user_id` says whose card it is: here their own, where it has their number."""
    card = bubble.content["contacts"][0]
    phone = "".join(c for c in card["phones"][0]["phone"] if c.isdigit())
    told: dict[str, Any] = {"phone_number": phone, "first_name": card["name"]["formatted_name"]}
    person = app.town.people.get(bubble.person)
    if bubble.mine and person is not None and person.phone == phone:
        told["user_id"] = int(app.address_of(person))
    return told

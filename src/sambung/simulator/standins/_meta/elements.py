"""Bubbles as webhooks have them, and as the Conversations API does."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sambung.simulator.chats import Bubble

TYPES = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "voice": "audio",
    "document": "file",
    "sticker": "sticker",
}
"""A bubble's kind → the attachment's type."""
REACTIONS = {
    "❤": "love",
    "👍": "like",
    "👎": "dislike",
    "😆": "smile",
    "😮": "wow",
    "😢": "sad",
    "😠": "angry",
}
UNDER_A_POST = {"comment": True}
"""In the content of what is no chat but a comment under one of the shop's posts."""
Place = Callable[[str, str], str]
"""File id and name → its address."""


def milliseconds(at: datetime) -> int:
    """A time as these webhooks write it."""
    return int(at.timestamp() * 1000)


def is_comment(bubble: Bubble) -> bool:
    """Whether it was written under a post."""
    return "comment" in bubble.content


def message(bubble: Bubble, place: Place) -> dict[str, Any]:
    """The `message` object. What the bubble's content names beside the kind's own goes along as it is."""
    content = bubble.content
    told: dict[str, Any] = {"mid": bubble.id}
    if bubble.quotes:
        told["reply_to"] = {"mid": bubble.quotes}
    for name in ("referral", "quick_reply", "reply_to"):
        if name in content:
            told[name] = content[name]
    if attached := attachments(bubble, place):
        told["attachments"] = attached
    elif words := content.get("body") or content.get("text"):
        told["text"] = words
    return told


def attachments(bubble: Bubble, place: Place) -> list[dict[str, Any]]:
    """Of a file, a place, a template, a shared post."""
    content = bubble.content
    if "attachment" in content:
        return [content["attachment"]]
    if bubble.kind == "location":
        where = {"lat": content["latitude"], "long": content["longitude"]}
        title = content.get("name") or "Pinned Location"
        return [{"type": "location", "title": title, "payload": {"coordinates": where}}]
    if bubble.kind not in TYPES:
        return []
    payload: dict[str, Any] = {"url": address(content, place)}
    if "sticker_id" in content:
        payload["sticker_id"] = content["sticker_id"]
    if bubble.kind == "document":
        payload["title"] = content["filename"]
    return [{"type": content.get("type") or TYPES[bubble.kind], "payload": payload}]


def address(content: Mapping[str, Any], place: Place) -> str:
    """Of a bubble's file."""
    return str(content.get("link") or place(content["id"], content.get("filename") or "file"))


def reaction(bubble: Bubble, emoji: str) -> dict[str, Any]:
    """A customer's emoji on a message, or "" when they took theirs off."""
    if not emoji:
        return {"reaction": {"mid": bubble.id, "action": "unreact"}}
    name = REACTIONS.get(emoji.removesuffix("\ufe0f"), "other")
    return {"reaction": {"mid": bubble.id, "action": "react", "reaction": name, "emoji": emoji}}


def recalled(bubble: Bubble, ends: list[dict[str, Any]], place: Place) -> dict[str, Any]:
    """As the Conversations API tells of it. `ends`: who wrote it, and to whom."""
    told: dict[str, Any] = {
        "id": bubble.id,
        "created_time": bubble.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "from": ends[0],
        "to": {"data": ends[1:]},
        "message": bubble.content.get("body") or bubble.content.get("text", ""),
    }
    if bubble.kind not in TYPES:
        return told
    url = address(bubble.content, place)
    if bubble.kind == "sticker":
        return told | {"sticker": url}
    file = {"id": bubble.content.get("id", ""), "mime_type": bubble.content.get("mime_type", "")}
    data = f"{bubble.kind}_data" if bubble.kind in ("image", "video") else ""
    file |= {data: {"url": url}} if data else {"file_url": url}
    return told | {"attachments": {"data": [file]}}

"""The methods of the Bot API that a bot for customers needs."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.files import File
from sambung.simulator.standins.telegram import messages
from sambung.simulator.standins.telegram.bot import Bot

TEXT, CAPTION = 4096, 1024
LONGEST_POLL = 50.0
"""Seconds."""
Asked = Mapping[str, Any]


async def asked(app: Bot, request: Request) -> dict[str, Any]:
    """A call's parameters, from wherever the Bot API takes them; uploads as `File`."""
    found: dict[str, Any] = dict(request.query_params)
    if "json" in request.headers.get("content-type", ""):
        return found | (await request.json() if await request.body() else {})
    for name, value in (await request.form()).multi_items():
        found[name] = await app.upload(value) if isinstance(value, UploadFile) else _read(value)
    return found


def _read(value: str) -> Any:
    return json.loads(value) if value[:1] in ("{", "[") else value


def _person(app: Bot, call: Asked) -> Person:
    """Whom to write to. Bots cannot write first, nor to who has blocked them."""
    person = app.person_at(str(call.get("chat_id", "")))
    if person is None:
        raise app.refusal("400")
    if person.id in app.blocked:
        raise app.refusal("403")
    if not any(bubble.mine for bubble in app.chats.of(person.id)):
        raise app.failure(403, "Forbidden: bot can't initiate conversation with a user")
    return person


def _bubble(app: Bot, call: Asked) -> Bubble:
    bubble = app.chats.get(f"{app.name}:{call.get('chat_id')}:{call.get('message_id')}")
    if bubble is None:
        raise app.failure(400, "Bad Request: message not found")
    return bubble


def _words(app: Bot, words: object, most: int) -> str:
    if len(str(words or "")) > most:
        what = "message" if most == TEXT else "message caption"
        raise app.failure(400, f"Bad Request: {what} is too long")
    return str(words or "")


def _show(app: Bot, call: Asked, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    person = _person(app, call)
    answered = call.get("reply_parameters", {}).get("message_id", "")
    quotes = f"{app.name}:{call['chat_id']}:{answered}" if answered else ""
    shown = app.show(person, kind, content, quotes=quotes, buttons=_buttons(call))
    return messages.message(app, person, shown)


def _buttons(call: Asked) -> list[dict[str, str]]:
    markup = call.get("reply_markup") or {}
    found = []
    for button in (one for row in markup.get("inline_keyboard", []) for one in row):
        link = {"url": button["url"]} if "url" in button else {"id": button["callback_data"]}
        found.append({"text": button["text"]} | link)
    for button in (one for row in markup.get("keyboard", []) for one in row):
        button = {"text": button} if isinstance(button, str) else button
        asks = next((key for key in ("request_contact", "request_location") if key in button), "")
        id = messages.KEYBOARD + (asks or button["text"])
        found.append({"text": button["text"], "id": id})
    return found


async def _send_message(app: Bot, call: Asked) -> Any:
    words = _words(app, call.get("text"), TEXT)
    if not words.strip():
        raise app.failure(400, "Bad Request: message text is empty")
    return _show(app, call, "text", {"body": words})


def _sends(member: str, kind: str) -> Callable[[Bot, Asked], Awaitable[Any]]:
    async def send(app: Bot, call: Asked) -> Any:
        return _show_file(app, call, kind, call.get(member))

    return send


def _show_file(app: Bot, call: Asked, kind: str, given: object) -> dict[str, Any]:
    """`given`: an upload, or the id of a file sent before."""
    file = given if isinstance(given, File) else app.town.files.get(str(given or ""))
    if file is None:
        raise app.failure(400, "Bad Request: wrong file identifier/HTTP URL specified")
    content = {"id": file.id, "mime_type": file.mime, "filename": file.name}
    caption = _words(app, call.get("caption"), CAPTION)
    return _show(app, call, kind, content | ({"caption": caption} if caption else {}))


async def _send_media_group(app: Bot, call: Asked) -> Any:
    kinds = {member: kind for kind, member in messages.MEMBERS.items()}
    if not 2 <= len(call.get("media", [])) <= 10:
        raise app.failure(400, "Bad Request: group must contain 2 to 10 items")
    return [
        _show_file(
            app,
            {**call, "caption": item.get("caption")},
            kinds[item["type"]],
            call.get(item["media"].removeprefix("attach://"), item["media"]),
        )
        for item in call["media"]
    ]


async def _send_place(app: Bot, call: Asked) -> Any:
    where = {"latitude": float(call["latitude"]), "longitude": float(call["longitude"])}
    named = {"name": call["title"], "address": call["address"]} if "title" in call else {}
    return _show(app, call, "location", where | named)


async def _send_contact(app: Bot, call: Asked) -> Any:
    card = {"name": {"formatted_name": call["first_name"]}}
    cards = [card | {"phones": [{"phone": call["phone_number"]}]}]
    return _show(app, call, "contacts", {"contacts": cards})


async def _send_chat_action(app: Bot, call: Asked) -> Any:
    app.typing(_person(app, call))
    return True


async def _edit(app: Bot, call: Asked) -> Any:
    bubble, person = _bubble(app, call), _person(app, call)
    bubble.content = {**bubble.content, "body": _words(app, call.get("text"), TEXT)}
    bubble.edited = True
    app.changed(bubble)
    return messages.message(app, person, bubble)


async def _delete(app: Bot, call: Asked) -> Any:
    bubble = _bubble(app, call)
    bubble.revoked = True
    app.changed(bubble)
    return True


async def _react(app: Bot, call: Asked) -> Any:
    bubble, reactions = _bubble(app, call), call.get("reaction", [])
    bubble.reactions["business"] = reactions[0]["emoji"] if reactions else ""
    app.changed(bubble)
    return True


async def _get_file(app: Bot, call: Asked) -> Any:
    file = app.town.files.get(str(call.get("file_id", "")))
    if file is None:
        raise app.failure(400, "Bad Request: invalid file_id")
    if len(file.content) > 20 * 1024 * 1024:
        raise app.failure(400, "Bad Request: file is too big")
    about = {"file_id": file.id, "file_unique_id": f"u{file.id}"}
    return about | {"file_size": len(file.content), "file_path": f"files/{file.id}"}


async def _get_me(app: Bot, call: Asked) -> Any:
    return messages.bot(app) | {"can_join_groups": True}


async def _succeed(app: Bot, call: Asked) -> Any:
    return True


async def _set_webhook(app: Bot, call: Asked) -> Any:
    """As a Bot API server of one's own takes it: http too. An empty `url` takes it away."""
    secret = str(call.get("secret_token", ""))
    app.webhook = {"url": str(call.get("url", "")), "secret_token": secret}
    return True


async def _get_webhook_info(app: Bot, call: Asked) -> Any:
    waiting = len(app.waiting)
    about = {"has_custom_certificate": False, "pending_update_count": waiting}
    return {"url": app.webhook["url"]} | about


async def _get_updates(app: Bot, call: Asked) -> Any:
    """What waits; the question stays open for `timeout` seconds when nothing does."""
    if app.webhook["url"]:
        told = "Conflict: can't use getUpdates method while webhook is active"
        raise app.failure(409, told)
    offset = int(call.get("offset", 0))
    app.waiting = [update for update in app.waiting if update["update_id"] >= offset]
    if not app.waiting:
        app.arrived.clear()
        patience = min(float(call.get("timeout", 0)), LONGEST_POLL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.arrived.wait(), patience)
    return app.waiting[:100]


METHODS: Mapping[str, Callable[[Bot, Asked], Awaitable[Any]]] = {
    "sendmessage": _send_message,
    **{f"send{member}": _sends(member, kind) for kind, member in messages.MEMBERS.items()},
    "sendanimation": _sends("animation", "video"),
    "sendmediagroup": _send_media_group,
    "sendlocation": _send_place,
    "sendvenue": _send_place,
    "sendcontact": _send_contact,
    "sendchataction": _send_chat_action,
    "editmessagetext": _edit,
    "deletemessage": _delete,
    "setmessagereaction": _react,
    "answercallbackquery": _succeed,
    "getfile": _get_file,
    "getme": _get_me,
    "setwebhook": _set_webhook,
    "deletewebhook": _set_webhook,
    "getwebhookinfo": _get_webhook_info,
    "getupdates": _get_updates,
}
"""By the name in lower case: the Bot API does not mind the case."""

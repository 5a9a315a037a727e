"""One message to a customer: checked, put in Meta's words, handed over in as many parts as it takes.

Neither channel has captions, so words and files go one after the other; the files are uploaded first, so that
little can go wrong between them. When 24 hours have passed, what a person wrote goes with the HUMAN_AGENT tag:
Meta itself says when, for it knows of windows (advertisements) that we do not.
"""

from collections.abc import Mapping
from typing import Any

from sambung.channels import (
    MediaRule,
    OutAttachment,
    Outbound,
    Receipt,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels._meta import choices, errors, graph, media
from sambung.channels._meta.config import MetaConfig
from sambung.channels._meta.dialect import COMMENT, Dialect
from sambung.channels._meta.messages import OURS, REACTIONS
from sambung.kit.net import Net
from sambung.kit.untrusted import record, text

_LONGEST_METADATA = 1000
_NAMES = {emoji.removesuffix("\ufe0f"): name for name, emoji in REACTIONS.items()}


class Sending:
    """The parts of one message on their way."""

    def __init__(
        self,
        message: Outbound,
        config: MetaConfig,
        dialect: Dialect,
        rules: tuple[MediaRule, ...],
        net: Net,
    ) -> None:
        self._message = message
        self._config = config
        self._dialect = dialect
        self._rules = rules
        self._net = net
        self._recipient = _recipient(message)
        self._tagged = False

    async def go(self) -> Receipt:
        """Hand it over. Raises Refused, TryLater, Stopped, Unknown."""
        if self._message.reaction is not None:
            return await self._react(self._message.reaction)
        sent: list[str] = []
        for part in await self._parts():
            try:
                sent.append(await self._deliver(part, first=not sent))
            except (Refused, TryLater, Stopped) as failure:
                if not sent:
                    raise
                detail = f"only {len(sent)} of its parts went out: {failure.detail}"
                raise Unknown(detail, reason=failure.reason, code=failure.code) from failure
        return Receipt(sent[0], "sent", other_ids=tuple(sent[1:]))

    async def _parts(self) -> list[dict[str, Any]]:
        """The `message` objects. All files are checked before the first is uploaded."""
        message, dialect = self._message, self._dialect
        if message.template is not None:
            raise Refused(f"{dialect.title} has no such templates", reason="template_invalid")
        if message.interactive is not None:
            words = [choices.build(message.interactive, body=message.text)]
        else:
            words = [{"text": part} for part in _split(message.text, dialect)]
        for part in words:
            _fits(text(part, "text"), dialect)
        types = [media.type_of(file, self._rules, dialect.title) for file in message.attachments]
        files = [
            await self._file(file, type)
            for file, type in zip(message.attachments, types, strict=True)
        ]
        if link := text(message.extra, "link"):
            type = {"document": "file", "voice": "audio"}.get(message.kind, message.kind)
            files.append({"attachment": {"type": type, "payload": {"url": link}}})
        if not words and not files:
            raise Refused("the message is empty", reason="invalid")
        if self._by_comment and len(words) + len(files) > 1:
            raise Refused("a comment can be answered by one text only", reason="invalid")
        # Quick replies stand under the last message only: what has them goes last.
        return files + words if message.interactive is not None else words + files

    async def _file(self, file: OutAttachment, type: str) -> dict[str, Any]:
        """A message of one file: where Instagram can fetch it, by its address, for not every login may upload."""
        instagram = self._dialect.platform == "instagram"
        if instagram and file.url:
            return {"attachment": {"type": type, "payload": {"url": file.url}}}
        id = await media.upload(file, type, self._config, self._dialect, self._net)
        if instagram:  # every kind of it
            return {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": id}}}
        return {"attachment": {"type": type, "payload": {"attachment_id": id}}}

    @property
    def _by_comment(self) -> bool:
        return "comment_id" in self._recipient

    async def _deliver(self, part: dict[str, Any], *, first: bool) -> str:
        """Meta's id of one part."""
        if self._dialect.metadata and self._message.id:
            part = part | {"metadata": (OURS + self._message.id)[:_LONGEST_METADATA]}
        try:
            return await self._post(part, first=first)
        except Refused as refused:
            if errors.answered(refused) and self._by_comment and self._message.handle.value:
                self._recipient = {"id": self._message.handle.value}
                return await self._deliver(part, first=first)
            late = refused.reason == "window_closed" and not self._tagged
            if not late or self._message.automatic or not self._config.human_agent:
                raise
        self._tagged = True
        try:
            return await self._post(part, first=first)
        except Stopped as stopped:
            if not stopped.code.startswith(("10", "200")):
                raise
            detail = f"Meta has not granted the app the Human Agent permission: {stopped.detail}"
            raise Refused(detail, reason="window_closed", code=stopped.code) from stopped

    async def _post(self, part: dict[str, Any], *, first: bool) -> str:
        body: dict[str, Any] = {"recipient": self._recipient, "message": part}
        if self._tagged:
            body |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        elif not self._by_comment:
            body["messaging_type"] = "RESPONSE"
        if first and self._message.reply_to and not self._by_comment:
            body["reply_to"] = {"mid": self._message.reply_to}
        answer = await self._call(body, repeatable=False)
        if id := text(answer, "message_id"):
            return id
        raise Unknown("Meta's answer names no message", reason="timed_out")

    async def _react(self, reaction: Mapping[str, str]) -> Receipt:
        target, emoji = reaction.get("target", ""), reaction.get("emoji", "")
        name = _NAMES.get(emoji.removesuffix("\ufe0f"), "")
        if not target or self._by_comment:
            raise Refused("a reaction to nothing", reason="invalid")
        if emoji and not name:
            known = " ".join(REACTIONS.values())
            raise Refused(f"{self._dialect.title} knows these reactions: {known}", reason="invalid")
        payload = {"message_id": target} | ({"reaction": name} if emoji else {})
        action = "react" if emoji else "unreact"
        body = {"recipient": self._recipient, "sender_action": action, "payload": payload}
        await self._call(body, repeatable=True)
        return Receipt("", "sent")

    async def _call(self, body: dict[str, Any], *, repeatable: bool) -> dict[str, Any]:
        return await graph.call(
            self._config,
            self._net,
            "POST",
            f"{self._config.node}/messages",
            failure=errors.failure,
            repeatable=repeatable,
            json=body,
        )


async def seen(target: str, config: MetaConfig, net: Net, *, typing: bool) -> None:
    """Show the author of `target` that we have read, and that we are writing. Meta wants to be told who that is."""
    path = f"{config.node}/messages"
    found = await graph.call(
        config, net, "GET", target, failure=errors.failure, params={"fields": "from"}
    )
    author = text(record(found.get("from")), "id")
    if not author:
        raise Refused("Meta does not say whose message that is", reason="invalid")
    for action in ("mark_seen", *(("typing_on",) if typing else ())):
        body = {"recipient": {"id": author}, "sender_action": action}
        await graph.call(config, net, "POST", path, failure=errors.failure, json=body)


def _recipient(message: Outbound) -> dict[str, str]:
    address = (message.to or message.handle.value).strip()
    if address.startswith(COMMENT):
        return {"comment_id": address.removeprefix(COMMENT)}
    if not address:
        raise Refused("nobody to write to", reason="invalid")
    return {"id": address}


def _fits(words: str, dialect: Dialect) -> None:
    size = len(words.encode()) if dialect.in_bytes else len(words)
    if size > dialect.longest_text:
        unit = "bytes" if dialect.in_bytes else "characters"
        raise Refused(
            f"the text has {size:,} {unit}; at most {dialect.longest_text:,} here", reason="invalid"
        )


def _split(words: str, dialect: Dialect) -> list[str]:
    """The text, in parts where characters fit but their bytes do not: broken at a space if there is one."""
    if not words.strip():
        return []
    if not dialect.in_bytes or len(words) > dialect.longest_text:
        return [words]
    parts = []
    while len(words.encode()) > dialect.longest_text:
        head = words.encode()[: dialect.longest_text].decode("utf-8", "ignore")
        at = max(head.rfind(" "), head.rfind("\n"))
        head = head[:at] if at > len(head) // 2 else head
        parts.append(head)
        words = words[len(head) :].lstrip()
    return [*parts, words] if words else parts

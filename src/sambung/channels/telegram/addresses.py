"""Where an answer goes: a chat, perhaps one of its topics, perhaps on behalf of a business account.

Written `CHAT`, `CHAT;thread=ID`, `CHAT;business=ID`. A message's own id is unique in its chat only, so the
record knows it as `CHAT:ID`.
"""

from dataclasses import dataclass
from typing import Any

from sambung.channels import Refused
from sambung.kit.untrusted import Record, record, text


@dataclass(frozen=True, slots=True)
class Address:
    chat: str
    thread: str = ""
    business: str = ""

    def __str__(self) -> str:
        thread = f";thread={self.thread}" if self.thread else ""
        business = f";business={self.business}" if self.business else ""
        return f"{self.chat}{thread}{business}"

    @property
    def fields(self) -> dict[str, Any]:
        """As every sending method takes it."""
        found: dict[str, Any] = {"chat_id": self.chat}
        if self.thread:
            found["message_thread_id"] = int(self.thread)
        if self.business:
            found["business_connection_id"] = self.business
        return found


def of_message(message: Record) -> Address:
    """Where a message was written."""
    topic = text(message, "message_thread_id") if message.get("is_topic_message") is True else ""
    return Address(
        text(record(message.get("chat")), "id"),
        topic if topic.isascii() and topic.isdigit() else "",
        text(message, "business_connection_id").replace(";", ""),
    )


def read(written: str) -> Address:
    """The address a message is to go to. Raises Refused."""
    chat, *parts = written.strip().split(";")
    named = dict(part.partition("=")[::2] for part in parts)
    thread = named.get("thread", "")
    if not chat.removeprefix("-").isdigit() or not chat.isascii() or not (thread or "0").isdigit():
        raise Refused("this is no Telegram chat", reason="invalid")
    return Address(chat, thread, named.get("business", ""))


def message_id(chat: str, id: str) -> str:
    """A message as the record knows it; "" when it has no id."""
    return f"{chat}:{id}" if chat and id else ""


def message_number(target: str) -> tuple[str, int]:
    """Chat and id of a message of the record. Raises Refused."""
    chat, _, number = target.rpartition(":")
    if not chat.removeprefix("-").isdigit() or not (number.isascii() and number.isdigit()):
        raise Refused(f"{target} is no message of Telegram's", reason="invalid")
    return chat, int(number)

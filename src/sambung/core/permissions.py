"""What each role may do. Routes name a permission, never a role."""

from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


AGENT = frozenset(
    {
        "conversation.read",
        "conversation.reply",
        "conversation.assign",
        "conversation.manage",
        "customer.read",
        "customer.manage",
        "customer.merge",
        "connection.read",
        "user.read",
        "event.read",
        "label.use",
    }
)
SUPERVISOR = AGENT | {
    "conversation.bulk",
    "customer.erase",
    "label.manage",
    "report.read",
    "audit.read",
    "connection.watch",
}
ADMIN = SUPERVISOR | {
    "connection.manage",
    "user.manage",
    "api_key.manage",
    "webhook.manage",
    "job.manage",
}

_OF: dict[Role, frozenset[str]] = {
    Role.AGENT: AGENT,
    Role.SUPERVISOR: SUPERVISOR,
    Role.ADMIN: ADMIN,
}


def of(role: str) -> frozenset[str]:
    """The permissions of a role. Raises ValueError for a role that does not exist."""
    return _OF[Role(role)]

"""What Meta tells of a customer beside their messages: a name, on Instagram a username, a picture for some days."""

from sambung.channels import Profile, Refused, Stopped
from sambung.channels._meta import errors, graph
from sambung.channels._meta.config import MetaConfig
from sambung.channels._meta.dialect import Dialect
from sambung.kit.net import Net
from sambung.kit.untrusted import record, records, text

_FIELDS = {
    "messenger": "first_name,last_name,profile_pic,locale",
    "instagram": "name,username,profile_pic",
}


async def of(id: str, config: MetaConfig, dialect: Dialect, net: Net) -> Profile | None:
    """By their id; where the app may not ask, the name that stands over the conversation. Raises as `send`."""
    asked = {"fields": _FIELDS[dialect.platform]}
    try:
        found = await graph.call(config, net, "GET", id, failure=errors.failure, params=asked)
    except (Refused, Stopped) as failure:
        errors.unless_dead(failure)
        return await _over_the_conversation(id, config, dialect, net)
    names = (text(found, "first_name"), text(found, "last_name"))
    profile = Profile(
        name=text(found, "name") or " ".join(filter(None, names)),
        username=text(found, "username"),
        locale=text(found, "locale"),
        avatar=text(found, "profile_pic"),
    )
    return profile if profile != Profile() else None


async def _over_the_conversation(
    id: str, config: MetaConfig, dialect: Dialect, net: Net
) -> Profile | None:
    asked = {"platform": dialect.platform, "user_id": id, "fields": "participants"}
    path = f"{config.node}/conversations"
    try:
        found = await graph.call(config, net, "GET", path, failure=errors.failure, params=asked)
    except (Refused, Stopped) as failure:
        errors.unless_dead(failure)
        return None
    for conversation in records(found.get("data")):
        for one in records(record(conversation.get("participants")).get("data")):
            if text(one, "id") == id:
                return Profile(name=text(one, "name"), username=text(one, "username"))
    return None

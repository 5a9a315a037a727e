"""LINE: one official account, its Messaging API, and its friends. https://developers.line.biz/en/docs/messaging-api

LINE tells the business neither of delivery nor of reading, has no edits, and reactions are the customers' own.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.said import Said
from sambung.simulator.standins import _captions
from sambung.simulator.standins.line import api, messages
from sambung.simulator.standins.line.account import Account


class Line(Account):
    """Everybody's chat with the account."""

    def routes(self) -> Sequence[BaseRoute]:
        return api.routes(self)

    def write(self, person: Person, said: Said) -> Bubble:
        """A button may write for the person; words beside a file are a message of their own."""
        written = [super(Line, self).write(person, one) for one in _captions.apart(_typed(said))]
        return written[0]

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        if said.button is not None:
            postback = {"type": "postback", "postback": {"data": said.button["id"]}}
            self.tell(person, postback, bubble=bubble)
        else:
            message = messages.told(self, bubble)
            self.tell(person, {"type": "message", "message": message}, bubble=bubble)

    def unsent(self, person: Person, bubble: Bubble) -> None:
        unsend = {"messageId": bubble.id}
        self.tell(person, {"type": "unsend", "unsend": unsend}, replies=False)

    def acted(self, person: Person, act: str) -> None:
        match act:
            case "sticker":
                named = {"packageId": "11537", "stickerId": "52002734"}
                self.write(person, Said(kind="sticker", content=messages.sticker(self, named)))
            case "block":
                self.blocked.add(person.id)
                self.tell(person, {"type": "unfollow"}, replies=False)
            case _:
                self.blocked.discard(person.id)
                self.friends.add(person.id)
                follow = {"isUnblocked": act == "unblock"}
                self.tell(person, {"type": "follow", "follow": follow})


def _typed(said: Said) -> Said:
    """What a button that writes for the person writes; everything else as it is."""
    if said.button is None:
        return said
    id = said.button["id"]
    if id.startswith(messages.SAYS):
        return Said(text=id.removeprefix(messages.SAYS))
    if id == messages.PLACE:
        place = {"name": "Malioboro", "latitude": -7.7926, "longitude": 110.3658}
        return Said(kind="location", content=place)
    shown = {"id": id, "text": said.button.get("says", said.button["text"])}
    return Said(kind="button", button=shown)

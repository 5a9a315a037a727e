"""Apps whose files have no captions: words typed beside one go as a message of their own."""

from dataclasses import replace

from sambung.simulator.said import Said


def apart(said: Said) -> tuple[Said, ...]:
    """The messages that become of it, in order."""
    if said.file is None or not said.text:
        return (said,)
    return replace(said, text=""), Said(text=said.text, number=said.number)

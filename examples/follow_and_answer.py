"""Answers whoever asks when the shop is open. Run with SAMBUNG_URL and SAMBUNG_KEY set."""

import json
import os
from contextlib import suppress

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

URL = f"{os.environ['SAMBUNG_URL']}/api/v1"
LIVE = f"ws{URL[4:]}/live"
KEY = {"Authorization": f"Bearer {os.environ['SAMBUNG_KEY']}"}
HOURS = "Kami buka setiap hari pukul 08.00–20.00. / We are open daily from 8 to 20."


def heard(message: dict[str, str]) -> None:
    if "jam buka" in message["text"].lower():
        reply = {"text": HOURS, "kind": "reply", "client_id": f"hours-{message['id']}"}  # said once
        thread = f"{URL}/conversations/{message['conversation']}/messages"
        httpx.post(thread, json=reply, headers=KEY).raise_for_status()


after = ""  # where to go on when the line was cut; at first: from now on
while True:
    with suppress(ConnectionClosed), connect(f"{LIVE}{after}", additional_headers=KEY) as live:
        for event in map(json.loads, live):
            if event["type"] == "MessageReceived":
                heard(event["data"]["message"])
            after = f"?after={event['position']}" if "position" in event else after

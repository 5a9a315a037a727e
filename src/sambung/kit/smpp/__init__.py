"""Short Message Peer-to-Peer 3.4, the side that connects to a carrier's message centre.

pdu       the frames; gsm7, segments: how text becomes one or more of them, and back
receipts  delivery reports, and the ids in them; session: a bound connection
Source: Short Message Peer to Peer Protocol Specification v3.4, issue 1.2 (1999); 3GPP TS 23.038 and 23.040.
"""

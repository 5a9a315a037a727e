"""The record: who the customers are, what was said, and every fact in the order it happened.

It records facts and calls nobody; readers follow the event log.
"""

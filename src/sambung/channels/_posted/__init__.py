"""What channels share that a business's own systems talk to: signed posts of events as JSON, both ways.

secrets  who may post      events  a post taken apart: customers, times, files, devices      deliver  posting to them
"""

"""The providers as the simulator plays them: one file per channel, found by its being here.

A stand-in speaks its provider's own protocol on both sides. The business calls `routes` (mounted at
/simulator/<name>/, which is the `api_base` of its `connection`); what a customer does on their phone is
posted to the product's hook as the provider would post it. It keeps chats, not records: what the product
learns, it learns through its hook.

To add one, add a file here with a subclass of `StandIn`. Nothing else is edited: the demo connects it, the
phone shows it as an app, the page's faults disturb it. docs/how-to/add-a-stand-in.md says how.
"""

import importlib
import inspect
import pkgutil
from functools import cache

from sambung.channels import all_channels
from sambung.simulator.standin import StandIn


@cache
def all_standins() -> tuple[type[StandIn], ...]:
    """Every stand-in whose channel the product has, in the order of their apps on the phone."""
    found: set[type[StandIn]] = set()
    for module in pkgutil.iter_modules(__path__):
        members = vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        found.update(
            member
            for member in members
            if isinstance(member, type)
            and issubclass(member, StandIn)
            and not inspect.isabstract(member)
            and member.name in all_channels()
        )
    return tuple(sorted(found, key=lambda standin: (standin.place, standin.name)))

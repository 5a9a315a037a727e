"""Benchmarks: what the system costs beside the least it could cost, measured in one run on one machine.

`sambung bench [NAME]`. Absolute figures depend on the machine and its neighbours; the ratios do not.
"""

from sambung.bench.suite import main

__all__ = ["main"]

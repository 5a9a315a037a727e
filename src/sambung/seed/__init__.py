"""Demo businesses, set up with the verbs that production uses.

`business.py` is Toko Nusantara with its users and connections, `townspeople.py` its customers,
`scripts.txt` what they talk about, `play.py` reads that, `traffic.py` lets two weeks of it happen.
"""

from sambung.seed.business import demo
from sambung.seed.welcome import settings_for, welcome

__all__ = ["demo", "settings_for", "welcome"]

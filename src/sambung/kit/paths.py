"""Where the folders beside the code are, in a checkout and in an installed wheel alike.

The wheel carries `migrations/` as `sambung/_migrations`, `packs/` as `sambung/_packs` and the built
front end as `sambung/_web` (see `scripts/hatch_build.py`). A checkout keeps the first two at its
root and builds the third into the package.
"""

from importlib import resources
from pathlib import Path


def migrations() -> Path:
    """The Alembic tree (the folder with `env.py`)."""
    return _beside("migrations")


def packs() -> Path:
    """The folder that holds one folder per industry."""
    return _beside("packs")


def web() -> Path:
    """The built front end; the folder is missing where nobody has built it."""
    return _package() / "_web"


def _beside(name: str) -> Path:
    carried = _package() / f"_{name}"
    return carried if carried.is_dir() else _package().parents[1] / name


def _package() -> Path:
    return Path(str(resources.files("sambung")))

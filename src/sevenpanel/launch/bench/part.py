"""The bench's own parts, each run as a process of its own: `python -m sevenpanel.launch.bench.part NAME`.

Those that need Django find the settings of production and the database of the environment.
"""

import os
import sys
from collections.abc import Sequence

from sevenpanel.launch.targets import resolve

_HERE = "sevenpanel.launch.bench"
LIGHT = {
    "load": f"{_HERE}.load:main",
    "client": f"{_HERE}.limit:client",
    "provider": f"{_HERE}.provider:main",
}
UNDER_DJANGO = {
    "shop": f"{_HERE}.shop:main",
    "follow": f"{_HERE}.follow:main",
}


def main(arguments: Sequence[str]) -> int:
    """Run one part and return its exit status."""
    name, *others = arguments
    if name in LIGHT:
        return int(resolve(LIGHT[name])(others))
    os.environ["DJANGO_SETTINGS_MODULE"] = "sevenpanel.settings.production"
    return int(resolve("sevenpanel.launch.under_django:call")(UNDER_DJANGO[name], others))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

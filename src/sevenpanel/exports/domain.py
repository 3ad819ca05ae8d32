"""Files that are made in the background: how they are written, and how long they wait to be taken."""

from datetime import timedelta

STEP_ROWS = 5_000
"""So many rows are written in one transaction; a worker that dies loses no more than these."""

WAITING_MAX = 3
"""So many files can one person have asked for at a time."""

KEPT = timedelta(hours=24)
"""How long a file waits to be downloaded."""

TAKING = timedelta(hours=1)
"""How long a download may take; then what is left of the file is forgotten."""

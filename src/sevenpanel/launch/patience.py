"""How long the parts of a desk take at most to stop by themselves, each a little longer than those it waits for."""

from sevenpanel.jobs.stopping import PATIENCE_SECONDS

WEB_ANSWERS_SECONDS = 30
"""So long a web process answers requests in progress after SIGTERM (design: trust, O-4)."""

WEB_PROCESS_SECONDS = WEB_ANSWERS_SECONDS + 5.0
"""When `serve` kills a web process that does not end."""

PARTS = {
    "web": WEB_PROCESS_SECONDS + 5.0,
    "worker": PATIENCE_SECONDS + 5.0,
    "sandbox": 15.0,
    "simchain": 15.0,
}
"""When `run` kills a part that does not end."""

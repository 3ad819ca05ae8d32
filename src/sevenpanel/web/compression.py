"""Pages made small on their way out, without telling anybody who measures them what stands in them.

Where a page holds a secret and repeats what somebody else put into its address, its compressed size tells how much the
two have in common (BREACH). Here the only secret that a page repeats is the token of its forms, which Django masks anew
each time; Django adds bytes of random number to every compressed answer besides; and answers to forms that were sent,
which is where keys are shown, go out as they are (docs/adr/0027-compressed-answers.md).
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

READS = ("GET", "HEAD")
TEXT = ("text/html", "text/plain", "text/csv", "image/svg+xml", "application/json", "application/rss+xml")


class Compression(GZipMiddleware):
    """Compresses text that was read, for whoever asks for it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed where it may be."""
        kind = response.get("Content-Type", "").partition(";")[0]
        if request.method not in READS or kind not in TEXT or "attachment" in response.get("Content-Disposition", ""):
            return response
        return super().process_response(request, response)

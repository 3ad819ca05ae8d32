"""Letters in the language, the zone and the calendar of whoever reads them: what `settings.TELLER` names."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation

from sevenpanel.accounts.domain import Language, Reading
from sevenpanel.kernel.said import Passage, Phrase
from sevenpanel.web import present
from sevenpanel.web.telling import capital, told
from sevenpanel.web.writing import written_for


def told_to(reading: Reading, texts: Sequence[str | datetime]) -> list[str]:
    """Say each sentence, and write each instant, as somebody reads them; foreign words stay as they are."""
    language = reading.language or Language.ENGLISH
    with translation.override(language.value), written_for(reading):
        return [_told(each) for each in texts]


def _told(text: str | datetime) -> str:
    if isinstance(text, datetime):
        return present.instant(text).text
    return capital(told(text)) if isinstance(text, (Phrase, Passage)) else text

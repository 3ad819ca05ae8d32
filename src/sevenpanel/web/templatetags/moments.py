"""How a template places an instant and a number; every template knows these filters."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sevenpanel.web import present, writing
from sevenpanel.web.present import Instant

register = template.Library()

_MARKUP = re.compile(r"(<[^>]*>|&[^;]*;)")


@register.filter
def moment(at: Instant, tone: str = "") -> SafeString:
    """An instant for people and for programs, with UTC at hand where another zone is shown.

    :param tone: a class of the style sheet.
    """
    shade = format_html(' class="{}"', tone) if tone else ""
    utc = format_html(' title="{}"', at.utc) if at.utc else ""
    return format_html('<time{} datetime="{}"{}>{}</time>', shade, at.iso, utc, at.text)


@register.filter
def local_digits(text: object) -> str:
    """A text that comes with Django or allauth, such as the rules for passwords, in the digits of the language.

    Some of these texts are HTML, and say so once they are written out; their tags and entities are left as they are.
    """
    said = str(text)
    if not isinstance(said, SafeString):
        return writing.digits(said)
    return SafeString("".join(part if part[:1] in {"<", "&"} else writing.digits(part) for part in _MARKUP.split(said)))


@register.filter
def counted(number: int) -> str:
    """A number of things as the language writes it. Ids are none: they are placed as they are."""
    return present.count(number)

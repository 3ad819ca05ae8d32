"""How a template places an instant; every template knows this filter."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sevenpanel.web.present import Instant

register = template.Library()


@register.filter
def moment(at: Instant, tone: str = "") -> SafeString:
    """An instant for people and for programs, with UTC at hand where another zone is shown.

    :param tone: a class of the style sheet.
    """
    shade = format_html(' class="{}"', tone) if tone else ""
    utc = format_html(' title="{}"', at.utc) if at.utc else ""
    return format_html('<time{} datetime="{}"{}>{}</time>', shade, at.iso, utc, at.text)

"""What a page says of an order that was not taken: the orders' own sentence, with the currency where it names a sum."""

from django.utils.translation import gettext as _

from sevenpanel.orders.domain import RefusalCode, Refused
from sevenpanel.web import present
from sevenpanel.web.telling import told


def sentence_of(refused: Refused, currency: str) -> str:
    """The sentence for the customer whose balance is in this currency."""
    if refused.fact is None:
        return told(refused.sentence)
    amount = present.money(refused.fact, currency)
    if refused.code is RefusalCode.NOT_ENOUGH_FUNDS:
        return _("The balance is %(amount)s short. Nothing was charged.") % {"amount": amount}
    if refused.code is RefusalCode.PRICE_CHANGED:
        sentence = _("The price has changed to %(amount)s since you saw it. Look again and confirm.")
        return f"{sentence % {'amount': amount}} {_('Nothing was charged.')}"
    return told(refused.sentence)

"""Letters to staff that new orders are stopped, put down with the stop."""

from sevenpanel.kernel import db
from sevenpanel.kernel.staff_mail import StaffMail
from sevenpanel.settings.environment import environment

_WORDS = "SELECT words FROM orders_stop WHERE id = %s"


def _written(stop_id: int) -> tuple[str, str]:
    ((words,),) = db.rows(_WORDS, [stop_id])
    text = (
        "The books are wrong, so no new orders are taken. Everything else goes on.\n\n"
        f"{words}\n\nFind out why, mend it, then let orders go on here: {environment().url}/desk/stop/\n"
    )
    return "New orders are stopped", text


send_next_stop_letter = StaffMail(table="orders_stopletter", about=("stop_id",), written=_written).send_next

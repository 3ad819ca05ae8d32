"""Random lives of customers who pay through processors, and of the webhooks that tell of it, truly or not.

What processors hold is the truth. Webhooks are delivered late, in any order, again, forged, or never, while processors
answer well or badly; the worker looks when its time comes. A webhook by itself may change no balance.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tests.fakebtcpay import BAD, sign
from tests.fakenowpayments import UNIT
from tests.processors import Manner, Processor
from tests.shop import Person, open_customer
from tests.tills import BTCPAY, MICROS_PER_SAT, NOWPAYMENTS, Till, balance, take_bitcoin, take_tether

from sevenpanel.kernel import db

DELIVERIES = 200
_BALANCES = "SELECT coalesce(sum(amount_micros), 0), count(*) FROM ledger_transfer"


@dataclass(frozen=True, slots=True)
class Letter:
    """A webhook on its way."""

    source: str
    body: bytes
    signature: str | None

    @property
    def header(self) -> str:
        """Where the signature stands."""
        return "BTCPay-Sig" if self.source == BTCPAY else "x-nowpayments-sig"


@dataclass
class Life:
    """One life, by a seed."""

    till: Till
    seed: int
    chance: Random = field(init=False)
    people: list[Person] = field(default_factory=list)
    opened: list[tuple[Person, str, str]] = field(default_factory=list)
    bag: list[Letter] = field(default_factory=list)
    sent: list[Letter] = field(default_factory=list)
    taken: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.people = [open_customer(f"Payer{self.seed}n{number}") for number in range(3)]
        self.ways = {BTCPAY: take_bitcoin(), NOWPAYMENTS: take_tether()}

    def live(self, deliveries: int = DELIVERIES) -> None:
        """Live until so many webhooks were delivered."""
        for _ in range(4):
            self.open()
        often: tuple[Callable[[], None], ...] = (self.pay, self.pay, self.move, self.move, self.move, self.move)
        acts = (self.open, self.turn, *often)
        while self.taken + self.refused < deliveries:
            self.chance.choice(acts)()
            self.look_sometimes()
            for _ in range(self.chance.randrange(7)):
                if self.taken + self.refused < deliveries:
                    self.deliver()

    def rest(self) -> None:
        """Let everybody be well, and the worker ask about everything, with no webhook at all."""
        self.bag.clear()
        for processor in (self.till.btcpay, self.till.nowpayments):
            processor.manner = Manner.REORDERING
        self.till.look(minutes=15)
        for _ in range(4):
            self.till.look()

    def truth(self, person: Person) -> int:
        """What a person's payments are worth by the processors' own word."""
        mine = [(source, number) for payer, source, number in self.opened if payer == person]
        sats = sum(self.till.btcpay.settled_sats(number) for source, number in mine if source == BTCPAY)
        micros = sum(self.till.nowpayments.standing(number) for source, number in mine if source == NOWPAYMENTS)
        return sats * MICROS_PER_SAT + micros

    def wrong_balances(self) -> list[str]:
        """Whose balance is not what the processors say."""
        found = [(person.customer_id, balance(person), self.truth(person)) for person in self.people]
        return [f"customer {name}: {has} instead of {due}" for name, has, due in found if has != due]

    def open(self) -> None:
        """Somebody opens a payment, if the processor is well enough to make one."""
        person, source = self.chance.choice(self.people), self.chance.choice([BTCPAY, NOWPAYMENTS])
        if len(self.opened) < 9 and self._processor(source).manner in (Manner.WELL, Manner.REORDERING):
            intent = self.till.open(person, self.ways[source])
            self.opened.append((person, source, intent.reference))

    def pay(self) -> None:
        """Somebody pays, maybe not for the first time."""
        if not self.opened:
            return
        _person, source, number = self.chance.choice(self.opened)
        if source == BTCPAY:
            self.till.btcpay.pay(number, self.chance.randrange(10_000, 900_000), self.till.now)
            self._tell_btcpay(number, "InvoiceReceivedPayment")
            return
        if self.till.nowpayments.payments[number].status != "waiting":
            number = self.till.nowpayments.again(number)
        paid = self.chance.randrange(2, 90) * UNIT
        self.till.nowpayments.set(number, "confirming", self.till.now, paid=paid)
        self._tell_nowpayments(number)

    def move(self) -> None:
        """A payment goes a step further, or back."""
        if self.chance.random() < 0.5:
            self._move_btcpay()
        else:
            self._move_nowpayments()

    def _move_btcpay(self) -> None:
        paid = [(invoice, each) for invoice in self.till.btcpay.invoices.values() for each in invoice.payments]
        if paid:
            invoice, payment = self.chance.choice(paid)
            payment.status = self.chance.choice(["Settled", "Settled", "Settled", "Invalid"])
            self._tell_btcpay(invoice.id, f"InvoicePayment{payment.status}")

    def _move_nowpayments(self) -> None:
        paid = [each for each in self.till.nowpayments.payments.values() if each.paid and each.status != "refunded"]
        if paid:
            payment = self.chance.choice(paid)
            after = ["confirmed", "sending", "finished", "finished", "partially_paid", "failed"]
            if payment.status in ("finished", "partially_paid"):
                after = [payment.status, payment.status, "refunded"]
            # What has come once is always the same; before that the service may expect anything.
            status, outcome = self.chance.choice(after), payment.paid - payment.paid // 50
            if status in ("confirmed", "sending"):
                outcome = self.chance.randrange(payment.paid)
            self.till.nowpayments.set(payment.id, status, self.till.now, outcome=outcome)
            self._tell_nowpayments(payment.id)

    def turn(self) -> None:
        """A processor changes its manner, for better or for worse."""
        processor = self._processor(self.chance.choice([BTCPAY, NOWPAYMENTS]))
        processor.manner = self.chance.choice([*(Manner.WELL, Manner.REORDERING) * 4, *BAD])

    def look_sometimes(self) -> None:
        """The worker looks, or only time passes."""
        if self.chance.random() < 0.25:
            self.till.look(minutes=self.chance.choice([1, 1, 1, 20]))
        else:
            self.till.now += timedelta(seconds=self.chance.randrange(40))

    def deliver(self) -> None:
        """One webhook arrives: a true one, an old one, or a forged one. By itself it moves nothing."""
        letter, is_genuine = self._letter()
        before = db.rows(_BALANCES)
        answer = self.till.deliver(letter.body, letter.signature, source=letter.source, header=letter.header)
        assert answer.status_code == (200 if is_genuine else 401), (self.seed, letter)
        assert db.rows(_BALANCES) == before, (self.seed, letter)
        self.taken += is_genuine
        self.refused += not is_genuine

    def _letter(self) -> tuple[Letter, bool]:
        kind = self.chance.random()
        if kind < 0.35 or not (self.bag or self.sent):
            return self._forged(), False
        if self.sent and (kind < 0.6 or not self.bag):
            return self.chance.choice(self.sent), True
        letter = self.bag.pop(self.chance.randrange(len(self.bag)))
        if self.bag and self.chance.random() < 0.2:  # that one is lost
            letter = self.bag.pop(self.chance.randrange(len(self.bag)))
        self.sent.append(letter)
        return letter, True

    def _forged(self) -> Letter:
        """A large payment that nobody made, or a true webhook with another word in it."""
        _person, source, number = self.chance.choice(self.opened or [(self.people[0], BTCPAY, "Inv1")])
        invented = b'{"type":"InvoicePaymentSettled","invoiceId":"%s","payment_id":%s,"payment_status":"finished",'
        body = invented % (number.encode(), b"7" if source == BTCPAY else number.encode()) + b'"outcome_amount":9999}'
        signature = self.chance.choice([None, "", sign(body, "a guess"), "f" * 128])
        true = [letter for letter in self.sent if letter.source == source]
        if true and self.chance.random() < 0.5:
            copied = self.chance.choice(true)
            body, signature = copied.body.replace(b"1", b"9", 1) + b" ", copied.signature
            if source == NOWPAYMENTS:
                body = copied.body.replace(b'"payment_status":"', b'"payment_status":"not ')
        return Letter(source, body, signature)

    def _tell_btcpay(self, invoice: str, kind: str) -> None:
        self.bag.append(Letter(BTCPAY, *self.till.btcpay.delivery(invoice, kind)))

    def _tell_nowpayments(self, number: str) -> None:
        self.bag.append(Letter(NOWPAYMENTS, *self.till.nowpayments.delivery(number)))

    def _processor(self, source: str) -> Processor:
        return self.till.btcpay if source == BTCPAY else self.till.nowpayments

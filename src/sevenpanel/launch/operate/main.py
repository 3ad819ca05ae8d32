"""`sevenpanel operate VERB`: the table of verbs."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from sevenpanel.kernel.money import NotAnAmount
from sevenpanel.launch.operate import chains, documents, people, processors, selling, supply
from sevenpanel.launch.operate.people import UnableToOperate


def no_arguments(parser: ArgumentParser) -> None:
    """For verbs that take none."""


@dataclass(frozen=True, slots=True)
class Verb:
    """What is done, and which arguments it takes."""

    act: Callable[[Namespace, datetime], str]
    arguments: Callable[[ArgumentParser], None] = no_arguments


VERBS = {
    "add-person": Verb(people.add_person, people.add_person_arguments),
    "set-password": Verb(people.set_password, people.email_argument),
    "remove-second-factor": Verb(people.remove_second_factor, people.email_argument),
    "credit": Verb(people.credit, people.credit_arguments),
    "suspend": Verb(people.suspend, people.suspend_arguments),
    "erase": Verb(people.erase, people.erase_arguments),
    "erase-again": Verb(people.erase_again),
    "make-key": Verb(people.make_key, people.key_arguments),
    "terms": Verb(documents.list_documents),
    "services": Verb(selling.list_services),
    "import-service": Verb(selling.import_service, selling.import_arguments),
    "declare": Verb(selling.declare, selling.declare_arguments),
    "set-state": Verb(selling.change_state, selling.state_arguments),
    "set-price": Verb(selling.set_price, selling.price_arguments),
    "set-limits": Verb(selling.set_limits, selling.limits_arguments),
    "set-metric": Verb(selling.set_metric, selling.metric_arguments),
    "add-provider": Verb(supply.add_provider, supply.add_provider_arguments),
    "catalogue": Verb(supply.read_catalogue, supply.name_argument),
    "pause-provider": Verb(supply.pause, supply.pause_arguments),
    "change-provider": Verb(supply.change_provider, supply.change_provider_arguments),
    "route": Verb(supply.route, supply.route_arguments),
    "top-up": Verb(supply.top_up, supply.top_up_arguments),
    "chains": Verb(chains.list_chains),
    "watch-chain": Verb(chains.watch, chains.watch_arguments),
    "leave-chain": Verb(chains.leave, chains.place_argument),
    "wallets": Verb(chains.list_wallets),
    "set-wallet": Verb(chains.set_wallet, chains.wallet_arguments),
    "agree-wallet": Verb(chains.agree, chains.decision_arguments),
    "withdraw-wallet": Verb(chains.withdraw, chains.decision_arguments),
    "count-deposits": Verb(chains.count),
    "add-btcpay": Verb(processors.add_btcpay, processors.btcpay_arguments),
    "add-nowpayments": Verb(processors.add_nowpayments, processors.nowpayments_arguments),
    "processors": Verb(processors.list_processors),
    "leave-processor": Verb(processors.leave, processors.leave_arguments),
    "open-way": Verb(processors.open_way, processors.way_arguments),
    "alerts": Verb(supply.list_alerts),
    "close-alert": Verb(supply.close_alert, supply.close_alert_arguments),
    "unknown": Verb(supply.list_unknown),
    "decide": Verb(supply.decide, supply.decide_arguments),
}


def main(argv: Sequence[str]) -> int:
    """Do one thing an operator asked for and say what came of it."""
    parser = ArgumentParser(prog="sevenpanel operate", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    for name, verb in VERBS.items():
        words = (verb.act.__doc__ or "").splitlines()[0]
        verb.arguments(verbs.add_parser(name, help=words, description=words))
    asked = parser.parse_args(argv)
    try:
        print(VERBS[asked.verb].act(asked, timezone.now()))
    except NotAnAmount as error:
        raise UnableToOperate(str(error)) from error
    return 0

"""What `sevenpanel simulate` prints."""

from argparse import Namespace

from sevenpanel.launch.simulation.play import Result, Scale, play


def tell(asked: Namespace) -> int:
    """Play what was asked for and print it; 1 when something was wrong."""
    scale = Scale(days=asked.days, acts=asked.acts, mass=asked.mass, rush=asked.rush)
    listen = print if asked.seeds == 1 else lambda _line: None
    results = [_told(play(seed, scale, listen), scale) for seed in range(asked.seed, asked.seed + asked.seeds)]
    wrong = [result.seed for result in results if result.wrong]
    orders, bought = sum(result.orders for result in results), sum(result.bought for result in results)
    print(f"{len(results)} seeds, {orders} orders, {bought} with a provider; wrong: {wrong or 'none'}")
    return 1 if wrong else 0


def _told(result: Result, scale: Scale) -> Result:
    print(f"seed {result.seed}: {len(result.history.lines)} lines, {result.history.digest}")
    for sentence in result.wrong:
        print(f"  {sentence}")
    if result.wrong:
        print(f"  again: sevenpanel simulate {again(result.seed, scale)}")
    return result


def again(seed: int, scale: Scale) -> str:
    """The arguments that play a seed again, to the byte."""
    rush = f" --rush {scale.rush}" if scale.rush else ""
    return f"--seed {seed} --days {scale.days} --acts {scale.acts} --mass {scale.mass}{rush}"

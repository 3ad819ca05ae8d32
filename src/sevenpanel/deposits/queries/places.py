"""What places are called: networks by their own names, processors by theirs."""

from sevenpanel.deposits.sources.evm.chains import chains


def place_title(place: str) -> str:
    """A place as people call it, such as "BNB Smart Chain"."""
    chain = chains().get(place)
    return chain.title if chain is not None else place.replace("-", " ").capitalize()

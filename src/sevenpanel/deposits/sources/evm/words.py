"""The words of the ERC-20 interface as they stand in calls and logs (source: EIP-20, contract ABI specification)."""

# keccak256("Transfer(address,address,uint256)")
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
# The first four bytes of keccak256 of "balanceOf(address)", "decimals()" and "symbol()".
BALANCE_OF = "0x70a08231"
DECIMALS = "0x313ce567"
SYMBOL = "0x95d89b41"

WORD_DIGITS = 64
TEXT_BYTES_MAX = 64
UINT_MAX = 2**256 - 1


def padded(address: str) -> str:
    """An address as a word of 32 bytes, which is how it stands among a log's topics."""
    return "0x" + address.removeprefix("0x").rjust(WORD_DIGITS, "0")


def word(number: int) -> str:
    """A number as a word of 32 bytes."""
    return f"0x{number:064x}"


def balance_call(contract: str, holder: str) -> dict[str, str]:
    """The call that asks a token for somebody's balance."""
    return {"to": contract, "data": BALANCE_OF + holder.removeprefix("0x").rjust(WORD_DIGITS, "0")}


def text_result(text: str) -> str:
    """A text as a contract returns it: where it begins, how long it is, and its bytes."""
    data = text.encode()
    filled = data.hex().ljust(-(-len(data) // 32) * WORD_DIGITS, "0")
    return word(32) + f"{len(data):064x}" + filled


def read_text(result: str) -> str | None:
    """The text that a contract returned; old contracts return one word of bytes.

    :returns: None when it is no text of a sensible length.
    """
    try:
        data = bytes.fromhex(result.removeprefix("0x"))
        if len(data) == WORD_DIGITS // 2:
            return data.rstrip(b"\0").decode()
        length = int.from_bytes(data[32:64], "big")
        if not 0 < length <= TEXT_BYTES_MAX or len(data) < 64 + length:
            return None
        return data[64 : 64 + length].decode()
    except ValueError:
        return None

"""Keccak-256, the hash of Ethereum and Tron: SHA-3 as it was before the standard changed one padding bit.

Pure Python, because it is asked for a few addresses at a time, and because its permutation can be held against
`hashlib.sha3_256`, which differs in that one bit only (source: FIPS 202, sections 3 and 4).
"""

RATE = 136
ROUNDS = 24
WORD = (1 << 64) - 1
KECCAK_PADDING = 0x01
SHA3_PADDING = 0x06


def keccak256(data: bytes) -> bytes:
    """This function returns the 32 bytes of Keccak-256."""
    return sponge(data, padding=KECCAK_PADDING)


def sponge(data: bytes, *, padding: int) -> bytes:
    """This function absorbs data at a rate of 136 bytes and squeezes 32 bytes out.

    :param padding: the first byte of the padding: 0x01 is Keccak, 0x06 is SHA-3.
    """
    missing = RATE - len(data) % RATE
    padded = bytearray(data + bytes(missing))
    padded[len(data)] ^= padding
    padded[-1] ^= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), RATE):
        for lane in range(RATE // 8):
            at = start + 8 * lane
            lanes[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _permuted(lanes: list[int]) -> list[int]:
    for constant in _ROUND_CONSTANTS:
        lanes = _rows_mixed(_moved(_columns_mixed(lanes)))
        lanes[0] ^= constant
    return lanes


def _columns_mixed(lanes: list[int]) -> list[int]:
    """Step theta: every bit takes in the parity of two columns beside it."""
    parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
    mixed = [parity[x - 1] ^ _turned(parity[(x + 1) % 5], 1) for x in range(5)]
    return [lane ^ mixed[at % 5] for at, lane in enumerate(lanes)]


def _moved(lanes: list[int]) -> list[int]:
    """Steps rho and pi: every lane is turned, and goes to another place."""
    moved = [0] * 25
    for source, target, by in _MOVES:
        moved[target] = _turned(lanes[source], by)
    return moved


def _rows_mixed(lanes: list[int]) -> list[int]:
    """Step chi: the only one that is not linear."""
    return [
        lanes[at] ^ (~lanes[row + (at + 1) % 5] & WORD & lanes[row + (at + 2) % 5])
        for row in range(0, 25, 5)
        for at in range(row, row + 5)
    ]


def _turned(word: int, by: int) -> int:
    return ((word << by) | (word >> (64 - by))) & WORD


def _moves() -> tuple[tuple[int, int, int], ...]:
    x, y = 1, 0
    moves = [(0, 0, 0)]
    for step in range(ROUNDS):
        by = (step + 1) * (step + 2) // 2 % 64
        moves.append((x + 5 * y, y + 5 * ((2 * x + 3 * y) % 5), by))
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(moves)


def _round_constants() -> tuple[int, ...]:
    """The constants of step iota, out of the register that the standard describes."""
    register, constants = 1, []
    for _ in range(ROUNDS):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


_MOVES = _moves()
_ROUND_CONSTANTS = _round_constants()

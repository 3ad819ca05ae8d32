"""The whole shop in one process, on a clock and a chance of its own: the real commands, simulated people and providers.

`simulate` plays one seed: customers who order, repeat themselves and cancel, staff who answer, workers that die or
fall asleep, providers that lose answers and lie. Time is a number that jumps. Nothing of the desk is replaced: the
commands, the database, the adapter that reads providers' answers are the ones that serve customers. The same seed
plays the same history to the byte (design: trust, K-7; docs/simulation.md).
"""

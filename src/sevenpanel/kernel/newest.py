"""How a customer's rows are walked from the newest on, whatever their share of all rows is: orders, and money moved."""

NEWEST = """(customer_id, id) < (%(customer)s, coalesce(%(before)s::bigint, 9223372036854775807))
 AND (customer_id, id) > (%(customer)s, 0)"""
"""Which rows: all of the customer's, or those before one. A table with an index of (customer_id, id) has them.

Pairs are compared where `customer_id = ...` would say the same: of a customer who has a fifth of all orders the planner
believes that every fifth of the desk's newest is theirs, and walks the primary key. When others placed the last million
it walks a million, 157 ms a page (`sevenpanel bench --only following`). Only the index by customer answers to pairs.
"""
FROM_NEWEST = "ORDER BY customer_id DESC, id DESC"
"""In the order of that index."""

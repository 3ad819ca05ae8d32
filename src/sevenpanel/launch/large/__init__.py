"""A demo as large as a desk that has been in business: thousands of services, orders of months, books in order."""

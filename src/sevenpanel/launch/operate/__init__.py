"""`sevenpanel operate`: what an operator does from the command line until the desk has pages for it."""

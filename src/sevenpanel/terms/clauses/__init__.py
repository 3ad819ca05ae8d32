"""The clauses of the Terms, one function per row of the order of precedence: case -> ruling, or None to be silent."""

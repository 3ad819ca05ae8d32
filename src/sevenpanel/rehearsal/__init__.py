"""What happens behind a test key: orders that cost play money and that nobody carries out (docs/test-keys.md)."""

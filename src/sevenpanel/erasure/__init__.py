"""Deleting an account as the privacy policy promises (clause 7.5): asked for, waited for, carried out, and told."""

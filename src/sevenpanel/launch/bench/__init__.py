"""`sevenpanel bench`: what the desk does in a second, side by side with what the database alone could."""

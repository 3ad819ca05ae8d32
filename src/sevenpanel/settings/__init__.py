"""Settings of the desk: the environment read once, typed, nonsense refused (design: house, rooms)."""

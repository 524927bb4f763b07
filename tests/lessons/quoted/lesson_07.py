"""Numbers in notebooks/teaching/07.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("ChannelSum", {"place": 0}, "9 + 9 + 18"),
    ("PhotoMaps", {"map": 18}, "green −2.98, blue +2.44"),
]

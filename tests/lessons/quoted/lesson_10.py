"""Numbers in notebooks/teaching/10.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("SplitGradient", {"cut": 6, "plain": True}, "by 39% of its length"),
    ("SplitGradient", {"cut": 20, "plain": True}, "by 0%"),
    ("Replicas", {"round": 12, "steps": 30}, "0.0711 above the lowest"),
    ("Replicas", {"round": 12, "steps": 30, "mixed": True}, "0.0000 above the lowest"),
    ("Waiting", {"workers": 100}, "4.47 on average"),
    ("Waiting", {"workers": 100, "chance": 0.01}, "3.54 on average"),
    ("ScalingBill", {"in_a_step": 10**6, "workers": 10}, "0.42 s, of which 71% goes to messages"),
]

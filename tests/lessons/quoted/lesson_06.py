"""Numbers in notebooks/teaching/06.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("ExitRates", {"column": "Age"}, "54.1%"),
    ("ExitRates", {"column": "Age"}, "6.0%"),
    ("ExitRates", {"column": "NumOfProducts"}, "7.2%"),
    ("ExitRates", {"column": "NumOfProducts"}, "100.0%"),
    ("ExitRates", {"column": "CustomerId"}, "17.6%"),
    ("ExitRates", {"column": "CustomerId"}, "22.6%"),
    ("ThresholdCost", {"threshold": 0.5}, "193 € per customer"),
    ("ThresholdCost", {"threshold": 0.2}, "176 €"),
    ("ThresholdCost", {"threshold": 0.2}, "175 € at 0.19"),
    ("ThresholdCost", {"threshold": 0.2}, "theory says 0.20"),
    ("ThresholdCost", {"offer": 250}, "theory says 0.50"),
    ("OneCustomer", {}, "0.71"),
    ("OneCustomer", {"active": False}, "0.90"),
    ("OneCustomer", {"active": True, "products": 2}, "0.14"),
    ("OneCustomer", {"products": 3}, "0.88"),
]

"""Numbers in notebooks/teaching/01.md: explorer, settings, a piece of its sentence."""

QUOTED = [
    ("Adder", {"a": 15, "b": 1, "made": "counting"}, "4 of 8 neurons fire"),
    ("Adder", {"made": "gates"}, "20 of 31 neurons fire"),
    ("LogicNeuron", {"gate": "AND", "w1": 1, "w2": 1, "b": -1.5}, "4 of 4 corners right"),
    ("LogicNeuron", {"gate": "XOR", "w1": 1, "w2": 1, "b": -0.5},
     "No single neuron gets more than 3"),
    ("TwoLayers", {}, "3 of 4"),
    ("TwoLayers", {"A": "OR", "B": "NAND", "output": "AND", "sharpness": 5.0},
     "0.11, 0.85, 0.85, 0.11"),
    ("PropertyNeuron", {"area": 35}, "R² = 0.575"),
    ("PropertyNeuron", {"area": 40, "age": -17, "distance": 10}, "0.737"),
    ("PropertyNeuron", {"bedrooms": 20}, "0.564"),
]

"""Make bank_churn.csv: 10,000 invented bank customers that behave like those of a known table.

    python -m data.sources.make_bank_churn              write data/bank_churn/bank_churn.csv
    python -m data.sources.make_bank_churn FILE         write it elsewhere
    python -m data.sources.make_bank_churn fit FILE     print the constants below, fitted

The first 24 rows are the ones printed on the slides of the course. Every other row is drawn:

1. country, balance or none, products, activity and whether the customer left, from their joint
   table of counts;
2. age from its distribution by activity among those who stayed and those who left; gender and
   credit score from theirs among those who stayed and those who left;
3. balance by country; tenure, card and salary each alone, independent of the rest.

Drawing age and gender this way round (given who left, instead of who left given age and gender)
is not only simpler. In the original, age depends on activity and on leaving and, once these are
known, on nothing else: among the active customers who left the mean age is 44.7 with one product
and 44.8 with two, 44.9 in Germany and 44.7 elsewhere. Whether a customer leaves is then, by Bayes'
rule, a curve over age for active and for inactive customers, plus an offset for each cell of the
table, plus one for gender, all in log-odds: what a network has to find.

The constants are counts, shares and quantiles of the original's 10,000 customers, no rows of it.
Random numbers are the raw output of PCG64, whose stream NumPy guarantees, and only arithmetic,
sorting and comparisons follow, no exp or log: the file is the same on every machine.
"""

import csv
import sys
import textwrap
from pathlib import Path

import numpy as np

SEED = 1
TARGET = Path(__file__).resolve().parents[1] / "bank_churn" / "bank_churn.csv"
N_ROWS = 10_000

SLIDE_ROWS = """\
RowNumber,CustomerId,Surname,CreditScore,Geography,Gender,Age,Tenure,Balance,NumOfProducts,\
HasCrCard,IsActiveMember,EstimatedSalary,Exited
1,15634602,Hargrave,619,France,Female,42,2,0,1,1,1,101348.88,1
2,15647311,Hill,608,Spain,Female,41,1,83807.86,1,0,1,112542.58,0
3,15619304,Onio,502,France,Female,42,8,159660.8,3,1,0,113931.57,1
4,15701354,Boni,699,France,Female,39,1,0,2,0,0,93826.63,0
5,15737888,Mitchell,850,Spain,Female,43,2,125510.82,1,1,1,79084.1,0
6,15574012,Chu,645,Spain,Male,44,8,113755.78,2,1,0,149756.71,1
7,15592531,Bartlett,822,France,Male,50,7,0,2,1,1,10062.8,0
8,15656148,Obinna,376,Germany,Female,29,4,115046.74,4,1,0,119346.88,1
9,15792365,He,501,France,Male,44,4,142051.07,2,0,1,74940.5,0
10,15592389,H?,684,France,Male,27,2,134603.88,1,1,1,71725.73,0
11,15767821,Bearce,528,France,Male,31,6,102016.72,2,0,0,80181.12,0
12,15737173,Andrews,497,Spain,Male,24,3,0,2,1,0,76390.01,0
13,15632264,Kay,476,France,Female,34,10,0,2,1,0,26260.98,0
14,15691483,Chin,549,France,Female,25,5,0,2,0,0,190857.79,0
15,15600882,Scott,635,Spain,Female,35,7,0,2,1,1,65951.65,0
16,15643966,Goforth,616,Germany,Male,45,3,143129.41,2,0,1,64327.26,0
17,15737452,Romeo,653,Germany,Male,58,1,132602.88,1,1,0,5097.67,1
18,15788218,Henderson,549,Spain,Female,24,9,0,2,1,1,14406.41,0
19,15661507,Muldrow,587,Spain,Male,45,6,0,1,0,0,158684.81,0
20,15568982,Hao,726,France,Female,24,6,0,2,1,1,54724.03,0
21,15577657,McDonald,732,France,Male,41,8,0,2,1,1,170886.17,0
22,15597945,Dellucci,636,Spain,Female,32,8,0,2,1,0,138555.46,0
23,15699309,Gerasimov,510,Spain,Female,38,4,0,1,1,0,118913.53,1
24,15725737,Mosman,669,France,Male,46,3,0,2,0,1,8487.75,0
"""

# --- Fitted to the original, as `fit` prints it; edges and levels are chosen further down -----
# Country, has a balance, products; then how many customers there are:
# inactive (stayed, left), active (stayed, left).
CELLS = (
    ("France", False, 1, 171, 147, 209, 83),
    ("France", False, 2, 770, 37, 909, 23),
    ("France", False, 3, 8, 20, 14, 15),
    ("France", False, 4, 0, 5, 0, 7),
    ("France", True, 1, 711, 224, 859, 110),
    ("France", True, 2, 251, 40, 302, 35),
    ("France", True, 3, 0, 32, 0, 15),
    ("France", True, 4, 0, 7, 0, 10),
    ("Germany", True, 1, 345, 375, 426, 203),
    ("Germany", True, 2, 394, 78, 520, 48),
    ("Germany", True, 3, 4, 51, 6, 35),
    ("Germany", True, 4, 0, 14, 0, 10),
    ("Spain", False, 1, 79, 76, 108, 32),
    ("Spain", False, 2, 390, 18, 445, 8),
    ("Spain", False, 3, 6, 16, 8, 11),
    ("Spain", False, 4, 0, 1, 0, 1),
    ("Spain", True, 1, 291, 102, 476, 57),
    ("Spain", True, 2, 127, 39, 134, 22),
    ("Spain", True, 3, 0, 16, 0, 9),
    ("Spain", True, 4, 0, 4, 0, 1),
)
# Below, (stayed, left) or {left: …} or {(left, active): …}.
MALE_SHARE = (
    0.5725, 0.4408,
)
AGE_BELOW = {
    (0, 0): (0.0, 0.0059, 0.0169, 0.0536, 0.1277, 0.2044, 0.2932, 0.4559, 0.6217, 0.7316, 0.8182,
        0.9072, 0.9566, 0.9758, 0.9865, 0.9918, 0.9946, 0.9955, 0.9963, 0.9977, 0.9992, 1.0, 1.0),
    (0, 1): (0.0, 0.0057, 0.0168, 0.0514, 0.1119, 0.1793, 0.2606, 0.4013, 0.548, 0.6329, 0.7083,
        0.781, 0.8263, 0.8471, 0.8648, 0.8843, 0.9026, 0.9178, 0.9488, 0.971, 0.9887, 0.9968,
        1.0),
    (1, 0): (0.0, 0.0, 0.0023, 0.0215, 0.0346, 0.0607, 0.0883, 0.139, 0.2197, 0.2873, 0.3648,
        0.4831, 0.6144, 0.6943, 0.7558, 0.8356, 0.8986, 0.927, 0.9808, 0.9931, 0.9992, 0.9992,
        1.0),
    (1, 1): (0.0, 0.0041, 0.0068, 0.0163, 0.0381, 0.0612, 0.0898, 0.1483, 0.2395, 0.3034, 0.381,
        0.4952, 0.6095, 0.6789, 0.7565, 0.8259, 0.8993, 0.9293, 0.9755, 0.9918, 1.0, 1.0, 1.0),
}
SCORE_BELOW = {
    0: (0.0, 0.0, 0.0043, 0.0156, 0.033, 0.0605, 0.1025, 0.1543, 0.2169, 0.2981, 0.3857, 0.4836,
        0.5819, 0.683, 0.7699, 0.8365, 0.892, 0.9338, 0.9593, 0.9761),
    1: (0.0, 0.0103, 0.0157, 0.0299, 0.0432, 0.0736, 0.1154, 0.1772, 0.241, 0.324, 0.4143, 0.515,
        0.6063, 0.6937, 0.7717, 0.8424, 0.8974, 0.9372, 0.9607, 0.9789),
}
BALANCE_QUANTILES = {
    "elsewhere": (3800, 40300, 45700, 58100, 68200, 79500, 92900, 102900, 111800, 120000, 127700,
        136400, 146300, 161200, 173400, 183200, 194700, 204400, 250900),
    "Germany": (27300, 41600, 53100, 63700, 75000, 85900, 98600, 106400, 113100, 119700, 126100,
        132900, 141800, 152800, 164600, 173400, 185200, 190200, 214300),
}
TENURE_COUNTS = (
    413, 1035, 1048, 1009, 989, 1012, 967, 1028, 1025, 984, 490,
)
CARD_SHARE = 0.7055
SALARY_MAX = 200000

# --- Chosen, not fitted ------------------------------------------------------------------------
AGE_EDGES = (18, 20, 22, 25, 28, 30, 32, 35, 38, 40, 42, 45, 48, 50, 52, 55, 58, 60, 65, 70, 75,
             80, 93)
SCORE_EDGES = (350, 405, 425, 450, 475, 500, 525, 550, 575, 600, 625, 650, 675, 700, 725, 750, 775,
               800, 825, 850)
BALANCE_LEVELS = (0, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95,
                  0.975, 0.99, 0.995, 1)
OWN_SURNAME = 0.6  # share of customers whose surname is common in their country

SURNAMES = {
    "France": (
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent "
        "Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard Andre Mercier "
        "Dupont Lambert Bonnet Francois Martinez Legrand Garnier Faure Rousseau Blanc Guerin "
        "Muller Henry Roussel Nicolas Perrin Morin Mathieu Clement Gauthier Dumont Lopez "
        "Fontaine Chevalier Robin Masson Sanchez Gerard Nguyen Boyer Denis Lemaire Duval Joly "
        "Gautier Roger Roche Roy Noel Meyer Lucas Meunier Jean Perez Marchand Dufour Blanchard"
    ),
    "Germany": (
        "Mueller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schaefer "
        "Koch Bauer Richter Klein Wolf Schroeder Neumann Schwarz Zimmermann Braun Krueger Hofmann "
        "Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Koehler "
        "Herrmann Koenig Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Moeller Weiss Jung "
        "Hahn Schubert Vogel Friedrich Keller Guenther Frank Berger Winkler Roth Beck Lorenz "
        "Baumann Franke Albrecht Schuster Simon Ludwig Boehm Winter Kraus Yilmaz Kaya Nowak"
    ),
    "Spain": (
        "Garcia Rodriguez Gonzalez Fernandez Lopez Martinez Sanchez Perez Gomez Martin Jimenez "
        "Ruiz Hernandez Diaz Moreno Alvarez Romero Alonso Gutierrez Navarro Torres Dominguez "
        "Vazquez Ramos Gil Ramirez Serrano Blanco Molina Suarez Morales Ortega Delgado Castro "
        "Ortiz Rubio Marin Sanz Iglesias Nunez Medina Garrido Santos Castillo Cortes Lozano "
        "Guerrero Cano Prieto Mendez Cruz Calvo Gallego Vidal Leon Herrera Marquez Pena Cabrera "
        "Flores Campos Vega Fuentes Carrasco Diez Reyes Caballero Nieto Aguilar Pascual Herrero"
    ),
}


class Draws:
    """Uniform numbers in [0, 1) from PCG64's raw output, the stream that never changes."""

    def __init__(self, seed):
        self.bits = np.random.PCG64(seed)

    def __call__(self, n):
        return (self.bits.random_raw(n) >> np.uint64(11)) * 2.0**-53

    def spread(self, n):
        """Return one number from each of the n equal parts of [0, 1), in random order.

        Passed through an inverse distribution function these follow the distribution with
        hardly any sampling noise, so that shares and means come out as intended.
        """
        return (self.order(n) + self(n)) / n

    def order(self, n):
        """Return the numbers 0…n−1 in random order."""
        return np.argsort(self.bits.random_raw(n), kind="stable")


def money(cents):
    """Write an amount in cents as the original does: 83807.86, 159660.8, 0."""
    return f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")


def make(seed=SEED):
    """Return the text of bank_churn.csv."""
    draw = Draws(seed)
    header, *slide_rows = SLIDE_ROWS.splitlines()
    taken = list(csv.DictReader(SLIDE_ROWS.splitlines()))
    n = N_ROWS - len(taken)

    # The original's counts, less those of the slides' rows.
    rows = []
    for country, has_balance, products, *counts in CELLS:
        for index, count in enumerate(counts):
            active, exited = divmod(index, 2)
            key = country, has_balance, str(products), str(active), str(exited)
            on_slides = sum(
                key == (row["Geography"], float(row["Balance"]) > 0, row["NumOfProducts"],
                        row["IsActiveMember"], row["Exited"])
                for row in taken
            )
            rows += [(country, has_balance, products, active, exited)] * (count - on_slides)
    rows = [rows[i] for i in draw.order(n)]
    country, has_balance, products, active, exited = map(np.array, zip(*rows, strict=True))
    german = country == "Germany"

    male, age, score = (np.zeros(n, dtype=np.int64) for _ in range(3))
    for left in (0, 1):
        group = exited == left
        size = int(group.sum())
        male[group] = draw.spread(size) < MALE_SHARE[left]
        # The distribution of the score ends in a spike: the best score, 850, is a cap.
        score[group] = np.floor(np.interp(draw.spread(size), SCORE_BELOW[left], SCORE_EDGES))
        for is_active in (0, 1):
            group = (exited == left) & (active == is_active)
            u = draw.spread(int(group.sum()))
            age[group] = np.floor(np.interp(u, AGE_BELOW[left, is_active], AGE_EDGES))

    balance_cents = np.zeros(n, dtype=np.int64)
    for place, group in (("Germany", german), ("elsewhere", ~german)):
        group = group & has_balance
        u = draw.spread(int(group.sum()))
        balance = np.interp(u, BALANCE_LEVELS, BALANCE_QUANTILES[place])
        balance_cents[group] = np.rint(balance * 100)
    years = np.cumsum(TENURE_COUNTS)
    tenure = np.searchsorted(years, draw.spread(n) * years[-1], side="right")
    card = (draw.spread(n) < CARD_SHARE).astype(np.int64)
    salary_cents = np.floor(1 + draw.spread(n) * (SALARY_MAX * 100 - 1)).astype(np.int64)

    # Names and numbers that mean nothing.
    used = {int(row["CustomerId"]) for row in taken}
    ids = []
    for u in draw(2 * n):
        number = 15_565_700 + int(u * 250_000)
        if number not in used:
            used.add(number)
            ids.append(number)
    lists = {name: names.split() for name, names in SURNAMES.items()}
    everyone = [name for names in lists.values() for name in names]
    own, pick = draw(n) < OWN_SURNAME, draw(n)

    lines = [header, *slide_rows]
    for i in range(n):
        names = lists[str(country[i])] if own[i] else everyone
        values = (
            len(taken) + 1 + i, ids[i], names[int(pick[i] * len(names))], score[i], country[i],
            "Male" if male[i] else "Female", age[i], tenure[i], money(int(balance_cents[i])),
            products[i], card[i], active[i], money(int(salary_cents[i])), exited[i],
        )
        lines.append(",".join(str(value) for value in values))
    return "\n".join(lines) + "\n"


def fit(path):
    """Return the constants of this script, fitted to the original table at `path`."""
    with open(path, newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    number = {
        name: np.array([float(row[name]) for row in rows])
        for name in ("CreditScore", "Age", "Tenure", "Balance", "NumOfProducts", "HasCrCard",
                     "IsActiveMember", "EstimatedSalary", "Exited")
    }
    country = np.array([row["Geography"] for row in rows])
    male = np.array([row["Gender"] == "Male" for row in rows])
    active, left = number["IsActiveMember"], number["Exited"]
    german, has_balance = country == "Germany", number["Balance"] > 0

    groups = sorted(set(zip(country.tolist(), has_balance.tolist(),
                            number["NumOfProducts"].astype(int).tolist(), strict=True)))

    def counts(c, b, p):
        inside = (country == c) & (has_balance == b) & (number["NumOfProducts"] == p)
        return tuple(
            int((inside & (active == a) & (left == y)).sum()) for a in (0, 1) for y in (0, 1)
        )

    def below(name, edges, where):
        return tuple(round(float(np.mean(number[name][where] < edge)), 4) for edge in edges)

    def quantiles(where):
        values = np.quantile(number["Balance"][where & has_balance], BALANCE_LEVELS)
        return tuple(int(value) for value in np.round(values, -2))

    return {
        "CELLS": tuple((*group, *counts(*group)) for group in groups),
        "MALE_SHARE": tuple(round(float(male[left == y].mean()), 4) for y in (0, 1)),
        "AGE_BELOW": {
            (y, a): below("Age", AGE_EDGES, (left == y) & (active == a))
            for y in (0, 1)
            for a in (0, 1)
        },
        "SCORE_BELOW": {y: below("CreditScore", SCORE_EDGES, left == y) for y in (0, 1)},
        "BALANCE_QUANTILES": {"elsewhere": quantiles(~german), "Germany": quantiles(german)},
        "TENURE_COUNTS": tuple(int((number["Tenure"] == t).sum()) for t in range(11)),
        "CARD_SHARE": round(float(number["HasCrCard"].mean()), 4),
        "SALARY_MAX": int(np.round(number["EstimatedSalary"].max(), -3)),
    }


def show(constants):
    """Return the constants as Python source, at most 98 characters a line."""
    text = []
    for name, value in constants.items():
        if name == "CELLS":
            text.append("# Country, has a balance, products; then how many customers there are:")
            text.append("# inactive (stayed, left), active (stayed, left).")
        elif name == "MALE_SHARE":
            text.append("# Below, (stayed, left) or {left: …} or {(left, active): …}.")
        if not isinstance(value, (tuple, dict)):
            text.append(f"{name} = {value!r}")
            continue
        is_dict = isinstance(value, dict)
        text.append(f"{name} = " + "({"[is_dict])
        if is_dict or isinstance(value[0], tuple):
            entries = value.items() if is_dict else [(None, row) for row in value]
            for key, row in entries:
                text += wrap(f"{key!r}: {row}," if is_dict else f"{row},")
        else:
            text += wrap(", ".join(map(str, value)) + ",")
        text.append(")}"[is_dict])
    return "\n".join(text).replace("'", '"') + "\n"


def wrap(line):
    """Break a line of numbers at its spaces."""
    return textwrap.wrap(line, 98, initial_indent="    ", subsequent_indent="        ")


def main(arguments):
    """Run the command line."""
    if arguments[:1] == ["fit"]:
        if len(arguments) != 2:
            sys.exit("usage: python -m data.sources.make_bank_churn fit FILE  (the original)")
        sys.stdout.write(show(fit(arguments[1])))
        return
    target = Path(arguments[0]) if arguments else TARGET
    target.write_bytes(make().encode("ascii"))
    print(f"{target}: {N_ROWS} rows")


if __name__ == "__main__":
    main(sys.argv[1:])

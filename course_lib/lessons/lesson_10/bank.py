"""The bank of lesson 06 with as many customers as one likes, written to files piece by piece.

A customer is drawn as ``data/README.md`` says of the 10,000: country, balance or none, products,
activity and leaving together; then age, given activity and leaving; gender and credit score, given
leaving; balance, given the country; and tenure, card and salary by themselves.
"""

from pathlib import Path

import numpy as np

from course_lib.datasets import load_churn
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.scale.cluster import ADVICE

COLUMNS = ("CreditScore", "Germany", "Spain", "Male", "Age", "Tenure", "Balance", "NumOfProducts",
           "HasCrCard", "IsActiveMember", "EstimatedSalary", "Exited")
TYPES = {"CreditScore": "int16", "Balance": "float32", "EstimatedSalary": "float32"}


def customers(n, rng, known=None):
    """A DataFrame of n new customers, all columns numbers."""
    import pandas as pd

    known = load_churn() if known is None else known
    like = known.iloc[rng.integers(len(known), size=n)]     # for what is drawn together
    german, left = like.Geography.to_numpy() == "Germany", like.Exited.to_numpy()
    active, rich = like.IsActiveMember.to_numpy(), like.Balance.to_numpy() > 0
    new = {"CreditScore": np.zeros(n), "Germany": german, "Spain": like.Geography == "Spain",
           "Male": np.zeros(n), "Age": np.zeros(n), "Balance": np.zeros(n)}
    for leaving in (0, 1):
        group = known[known.Exited == leaving]
        for name, values in (("CreditScore", group.CreditScore), ("Male", group.Gender == "Male")):
            new[name][left == leaving] = rng.choice(values, size=(left == leaving).sum())
        for is_active in (0, 1):
            here = (left == leaving) & (active == is_active)
            new["Age"][here] = rng.choice(group.Age[group.IsActiveMember == is_active], here.sum())
    for place in (False, True):
        balances = known.Balance[(known.Balance > 0) & ((known.Geography == "Germany") == place)]
        here = rich & (german == place)
        new["Balance"][here] = np.quantile(balances, rng.random(here.sum()))
    new |= {"Tenure": rng.choice(known.Tenure, n), "NumOfProducts": like.NumOfProducts,
            "HasCrCard": rng.choice(known.HasCrCard, n), "IsActiveMember": active,
            "EstimatedSalary": rng.choice(known.EstimatedSalary, n), "Exited": left}
    return pd.DataFrame({name: np.asarray(new[name]).astype(TYPES.get(name, "int8"))
                         for name in COLUMNS})


def write_bank(folder, rows, files, *, seed=0, row_group=None):
    """Write so many customers into Parquet files in a folder; needs pyarrow.

    Each file has a seed of its own, so it does not matter who writes it, and when. Files that are
    there are left as they are.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise ImportError(f"the bank's files are written with pyarrow: {ADVICE}; in the browser "
                          "edition of the course, read the results that are stored") from error
    folder, known = Path(folder), load_churn()
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(files):
        path = folder / f"customers-{k:03}.parquet"
        if not path.exists():
            n = rows * (k + 1) // files - rows * k // files
            table = customers(n, np.random.default_rng([seed, k]), known)
            unfinished = path.with_suffix(".part")
            table.to_parquet(unfinished, index=False, row_group_size=row_group or n)
            unfinished.replace(path)
    return folder


def make_network(seed=0, hidden=(6, 6)):
    """The network of lesson 06: 11 – 6 – 6 – 1 with relu, logits out."""
    rng, layers, n_in = np.random.default_rng(seed), [], len(COLUMNS) - 1
    for n in hidden:
        layers += [Dense(n_in, n, rng=rng, initializer="he"), Activation("relu")]
        n_in = n
    return Network([*layers, Dense(n_in, 1, rng=rng)])

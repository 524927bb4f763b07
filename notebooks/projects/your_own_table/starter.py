# %% [markdown]
# # Project: a table of your own
#
# Take a table with a yes-or-no column that you care about: who cancels, what breaks, which answer
# comes back. Train a network that gives the chance of a yes, ask it about one new row, and keep it
# with its preparation. Until you have a table, a practice table of 4,000 invented bank customers
# stands in: shuffled columns, semicolons, yes and no as words, empty cells.
#
# - **Target**: an AUC of at least 0.83 on the practice table's test rows. One neuron, the baseline
#   below, gets about 0.76. For your own table there is no target: beat your own baseline.
# - **Rules**: course_lib, NumPy and pandas; the test rows are looked at once, by `score`, when you
#   are done. `train` gets validation rows for your choices.
# - **Use** lesson 06. About three hours, most of them with your table.
#
# ## What counts
#
# | points | for |
# |---|---|
# | 3 | `train` reaches the target |
# | 2 | your own table is used; you say where it comes from, and which columns you leave out and why |
# | 2 | the network is compared with one neuron over several splits, and you say whether the difference is larger than luck |
# | 2 | you say what the two mistakes cost, choose the threshold for it, and look at who pays for them |
# | 1 | another person can load what you saved and ask it about a new row |

# %%
from pathlib import Path

import numpy as np

from course_lib import metrics
from course_lib.activations import sigmoid
from course_lib.costs import SigmoidCrossEntropy
from course_lib.datasets.table import Preparation, missing, prepare, read_table
from course_lib.layers import Dense
from course_lib.lessons.lesson_06 import messy_file
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit

TARGET = 0.83
FILE = None                 # the path of your own table, such as "my.csv"
ANSWER = "Left"             # its column of yes and no
LEAVE_OUT = ["RowNumber", "CustomerId", "Surname"]      # what names a row and says no more


# %% [markdown]
# ## The data
#
# `read_table` finds out which sign separates the columns. Rows without an answer teach nothing and
# go. The others are shuffled and cut in three: 70% to train, 15% to choose, 15% for the test.

# %%
def load(path=FILE, answer=ANSWER):
    """Training, validation and test rows."""
    table = read_table(path or messy_file(rows=4000))
    if answer in table.columns:
        table = table[~missing(table[answer])]
    order = np.random.default_rng(0).permutation(len(table))
    cuts = [round(0.7 * len(table)), round(0.85 * len(table))]
    return [table.iloc[rows] for rows in np.split(order, cuts)]


def score(predict, prepared, test):
    """The AUC on the test rows; predict turns (rows, columns) into a number for each row."""
    return metrics.auc(np.ravel(predict(prepared(test))), prepared.answers(test))


# %% [markdown]
# ## Your work
#
# `train` gets the prepared training rows and validation rows, and returns a network with one
# output, whose sigmoid is the chance of a yes. Below stands the baseline. Replace it.

# %%
def train(X, y, validation, *, rng):
    """Return a network with one output for each row."""
    network = Network([Dense(X.shape[1], 1, rng=rng)])
    fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=Adam(0.01), epochs=20,
        batch_size=64, rng=rng, validation=validation, progress=False)
    return network


# %% [markdown]
# ## Keep it, and ask it
#
# The network is worth nothing without the preparation, so the two are kept in one folder. `ask`
# fetches both, and answers for a new row.

# %%
def keep(folder, network, prepared):
    """Save a network and its preparation in a folder."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    network.save(Path(folder) / "network.npz")
    prepared.save(Path(folder) / "preparation.json")


def ask(folder, rows):
    """The chance of a yes for each row of a table."""
    prepared = Preparation.load(Path(folder) / "preparation.json")
    network = Network.load(Path(folder) / "network.npz")
    return sigmoid(network.predict(prepared(rows)))[:, 0]


# %%
def run(train, folder="kept", path=FILE, answer=ANSWER, leave_out=LEAVE_OUT):
    """From the file to the score: read, prepare, train, keep, ask about one new row."""
    training, validation, test = load(path, answer)
    there = [name for name in leave_out if name in training.columns]
    prepared = prepare(training, answer, leave_out=there)
    network = train(prepared(training), prepared.answers(training),
                    (prepared(validation), prepared.answers(validation)),
                    rng=np.random.default_rng(0))
    keep(folder, network, prepared)
    new = test.iloc[[0]].drop(columns=answer)           # one row as it would come tomorrow
    print(f"{len(training)} training rows, columns: {', '.join(prepared.names)}")
    print(f"One new row, the chance of {answer}: {ask(folder, new)[0]:.2f}")
    return score(network.predict, prepared, test)


# %%
if __name__ == "__main__":
    print(f"AUC on the test rows: {run(train):.2f}; the target is {TARGET}.")

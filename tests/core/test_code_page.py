"""What the library prints can be printed on a Windows code page, and where there is only ASCII."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import numpy as np
from course_lib.costs import SigmoidCrossEntropy
from course_lib.layers import Activation, Dense
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import fit

rng = np.random.default_rng(0)
X, y = rng.normal(size=(40, 3)), rng.integers(0, 2, (40, 1))
network = Network([Dense(3, 4, rng=rng), Activation("relu"), Dense(4, 1, rng=rng)])
history = fit(network, X, y, cost=SigmoidCrossEntropy(), optimizer=Adam(0.01), epochs=3, rng=rng,
              validation=(X, y), progress=False)
print(history, repr(history), network, Adam(0.01), SigmoidCrossEntropy())
"""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_what_a_script_prints(encoding):
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=Path(__file__).parents[2], text=True,
                          capture_output=True, env=os.environ | {"PYTHONIOENCODING": encoding})
    assert done.returncode == 0, done.stderr
    assert "3 epochs" in done.stdout

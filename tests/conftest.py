"""What every test shares: one thread of BLAS, figures without a screen, and REQUIRE_TORCH.

Tests that compare with PyTorch begin with ``torch = pytest.importorskip("torch")``. With
``REQUIRE_TORCH=1`` (set by .ci/run) a missing torch stops the run in place of skipping them.
"""

import importlib.util
import os

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")


def pytest_configure(config):
    required = os.environ.get("REQUIRE_TORCH", "") not in ("", "0")
    if required and importlib.util.find_spec("torch") is None:
        raise pytest.UsageError(
            "REQUIRE_TORCH is set, but torch is not installed: "
            "pip install torch==2.13.0, or unset REQUIRE_TORCH"
        )

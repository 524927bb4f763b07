"""What every test shares: one thread of BLAS, no screen, the same examples, and REQUIRE_TORCH.

Property tests draw the same examples on every machine: `make test` must not depend on luck. Looking
for new ones is a job of its own, `make fuzz` (HYPOTHESIS_PROFILE=fuzz); what it finds becomes an
`@example`, which is tried every time.

Tests that compare with PyTorch begin with ``torch = pytest.importorskip("torch")``. With
``REQUIRE_TORCH=1`` (set by .ci/run) a missing torch stops the run in place of skipping them.
"""

import importlib.util
import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")

TIMES_AS_MANY = 20  # examples of a test in `make fuzz`
WHATEVER_THE_LOAD = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("test", derandomize=True, deadline=None, database=None,
                          suppress_health_check=WHATEVER_THE_LOAD)
settings.register_profile("fuzz", derandomize=False, deadline=None, print_blob=True,
                          max_examples=100 * TIMES_AS_MANY,
                          suppress_health_check=WHATEVER_THE_LOAD)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "test")
settings.load_profile(PROFILE)


def pytest_configure(config):
    required = os.environ.get("REQUIRE_TORCH", "") not in ("", "0")
    if required and importlib.util.find_spec("torch") is None:
        raise pytest.UsageError(
            "REQUIRE_TORCH is set, but torch is not installed: "
            "pip install torch==2.13.0, or unset REQUIRE_TORCH"
        )


@pytest.fixture(autouse=True)
def numpy_warns_as_before():
    """An interrupt that a test plants can hit np.errstate on its way out: the next starts anew."""
    import numpy as np  # after the number of threads is set

    before = np.geterr()
    yield
    np.seterr(**before)


def in_profile(own):
    """A test's own settings, but drawn as the profile says."""
    if PROFILE == "fuzz":
        return settings(own, derandomize=False, deadline=None,
                        max_examples=TIMES_AS_MANY * own.max_examples,
                        suppress_health_check=WHATEVER_THE_LOAD)
    return settings(own, derandomize=True, deadline=None, database=None,
                    suppress_health_check=WHATEVER_THE_LOAD)


def pytest_collection_modifyitems(items):
    for function in {getattr(item.obj, "__func__", item.obj): None for item in items
                     if getattr(getattr(item, "obj", None), "is_hypothesis_test", False)}:
        own = getattr(function, "_hypothesis_internal_use_settings", None)
        if own is not None:
            function._hypothesis_internal_use_settings = in_profile(own)

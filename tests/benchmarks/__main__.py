"""`python -m tests.benchmarks`: run them all and print their tables."""

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy is imported

from tests.benchmarks import churn_step, convolution_step, frames, recurrent_step  # noqa: E402

churn_step.main()
convolution_step.main()
recurrent_step.main()
frames.main()

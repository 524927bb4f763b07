"""Benchmarks: ratios between contenders, interleaved in one run on one thread.

Times of a shared machine wander by half; the ratio of two things timed in turn wanders far less.
"""

import os

# One thread for everybody. Libraries read this when they are imported, so it comes first.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = ("--xla_cpu_multi_thread_eigen=false "
                           "intra_op_parallelism_threads=1")

"""Benchmarks: ratios between contenders, interleaved in one run on one BLAS thread.

Times of a shared machine wander by half; the ratio of two things timed in turn wanders far less.
"""

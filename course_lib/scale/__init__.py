"""One network, trained by many workers, on a table that no memory holds. Built in lesson 10.

Dask moves the tasks. A task is a pure function: it knows the architecture, the parameters, one part
of a table and a seed, and nothing else. So anybody may compute it, twice, or again after a worker
died. What comes back is added up in the order of the parts, never in the order of arrival, and the
result is the same to the last bit, whoever computed what.

Needs the extra ``scale``: Dask's ``distributed``, and ``pyarrow``.
"""

from course_lib.scale.checkpoint import AnotherTraining
from course_lib.scale.cluster import compute, connect
from course_lib.scale.sweep import sweep
from course_lib.scale.table import BadRow, Part, Table, open_table, standardise
from course_lib.scale.training import evaluate, train, whole_gradient

__all__ = ["AnotherTraining", "BadRow", "Part", "Table", "compute", "connect", "evaluate",
           "open_table", "standardise", "sweep", "train", "whole_gradient"]

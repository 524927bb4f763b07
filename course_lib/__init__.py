"""The course's reference library: every function here is a formula of a lesson, in NumPy.

Importing the package imports none of its modules. Name what you use, as the lessons do:
``from course_lib.layers import Dense``.
"""


__version__ = "0.1.0"

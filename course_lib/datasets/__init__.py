"""Small data sets for the lessons: one module and one ``load_…`` function for each set."""

from course_lib.datasets.churn import load_churn
from course_lib.datasets.property_prices import load_property_prices
from course_lib.datasets.spoken_digits import load_spoken_digits

__all__ = ["load_churn", "load_property_prices", "load_spoken_digits"]

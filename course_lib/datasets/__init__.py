"""Small data sets for the lessons, a module each: ``load_…`` reads a file, others are made up."""

from course_lib.datasets.austen import load_austen
from course_lib.datasets.churn import load_churn
from course_lib.datasets.digits import load_digits
from course_lib.datasets.fashion import load_fashion
from course_lib.datasets.photos import (
    load_photo_network,
    load_photo_words,
    load_photos,
    load_two_kinds,
)
from course_lib.datasets.points import two_moons, xor_clouds
from course_lib.datasets.property_prices import load_property_prices
from course_lib.datasets.scenes import digit_scenes
from course_lib.datasets.spoken_digits import load_spoken_digits
from course_lib.datasets.surnames import load_surnames

__all__ = [
    "digit_scenes",
    "load_austen",
    "load_churn",
    "load_digits",
    "load_fashion",
    "load_photo_network",
    "load_photo_words",
    "load_photos",
    "load_property_prices",
    "load_spoken_digits",
    "load_surnames",
    "load_two_kinds",
    "two_moons",
    "xor_clouds",
]

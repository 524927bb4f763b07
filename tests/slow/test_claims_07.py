"""The claims of lesson 07, with seeds that its author did not use."""

import numpy as np

from course_lib.figure.verdict import in_words
from course_lib.lessons import lesson_07 as lesson


def test_learnt_features_beat_raw_pixels():
    pictures, y, _ = lesson.two_kinds()
    found = lesson.compare(pictures, lesson.features(pictures), y, seeds=range(50, 60))
    rival = np.max([found[name] for name in ("always the same answer", "its mean colour",
                                             "its pixels, 16 × 16")], axis=0)
    assert in_words(found["a new last layer"] > rival) == "holds"
    assert in_words(found["features, nearest mean"] > rival) == "holds"


def test_a_deep_network_needs_both():
    four = lesson.four_deep_networks(seeds=range(20, 23))
    rest = np.maximum(four["plain"], np.maximum(four["path"], four["normalised"]))
    assert np.mean(four["path and normalised"] > rest) > 0.5
    assert np.median(four["path"]) < 0.6 < np.median(four["normalised"])


def test_the_plain_network_learns_with_more_patience():
    plain = lesson.four_deep_networks(seeds=[21], epochs=12, rate=0.002)["plain"]
    assert plain[0] > 0.7

"""A solution: what the photograph network has learnt to see, and the nearest mean."""

import sys

from starter import TARGET, load, score, train

from course_lib.lessons.lesson_07 import features

if __name__ == "__main__":
    reached = score(features, train, *load())
    print(f"Right, mean of the two kinds: {reached:.3f}; the target is {TARGET}.")
    sys.exit(int(reached < TARGET))

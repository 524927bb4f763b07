"""Each project's solution reaches the target."""

import pytest

from tests.lessons.test_projects import NAMES, PROJECTS, reached, run


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_reaches_the_target(name):
    done = run(PROJECTS / name, "solution.py")
    assert done.returncode == 0, done.stdout + done.stderr
    score, target = reached(done.stdout)
    assert score >= target


def test_the_network_of_lesson_07_as_it_stands_misses_the_target_of_the_clothes():
    import importlib.util

    import numpy as np

    from course_lib.convolution import Conv2D, MaxPool2D
    from course_lib.layers import Activation, Dense, Dropout, Flatten
    from course_lib.lessons import lesson_07 as lesson
    from course_lib.network import Network
    from course_lib.training import predict

    spec = importlib.util.spec_from_file_location("clothes", PROJECTS / "fashion_images/starter.py")
    starter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(starter)
    X, y = starter.load()[:2]
    rng = np.random.default_rng(0)
    how = {"rng": rng, "dtype": np.float32}
    network = Network([
        Conv2D(1, 12, 5, padding=2, **how), MaxPool2D(2), Activation("relu"),
        Conv2D(12, 24, 3, padding=1, **how), MaxPool2D(2), Activation("relu"),
        Flatten(), Dropout(0.3, rng=rng), Dense(24 * 7 * 7, 10, **how)])
    for _ in lesson.train(network, X[500:], y[500:], epochs=12, rate=0.004, rng=rng,
                          change=lesson.mirrored):
        pass
    assert starter.score(lambda images: predict(network, images)) < 0.7 < starter.TARGET

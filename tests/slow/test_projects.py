"""Each project's solution reaches the target."""

import pytest

from tests.lessons.test_projects import NAMES, PROJECTS, reached, run


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_reaches_the_target(name):
    done = run(PROJECTS / name, "solution.py")
    assert done.returncode == 0, done.stdout + done.stderr
    score, target = reached(done.stdout)
    assert score >= target

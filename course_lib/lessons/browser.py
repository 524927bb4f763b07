"""In a browser a training takes about ten times as long: there, less of it, and it is said."""

from course_lib.machine import in_browser

IN_BROWSER = in_browser()
SAID = set()


def fewer(seeds, n=3):
    """The seeds of an experiment; in the browser only the first n, with a line that says so."""
    seeds = list(seeds)
    return seeds[:budget(len(seeds), n, "seeds")]


def budget(n, in_browser, what):
    """How much of something a training gets; in the browser at most so much, which is said once."""
    if not IN_BROWSER or n <= in_browser:
        return n
    if (n, what) not in SAID:
        SAID.add((n, what))
        print(f"(In the browser there are {in_browser} {what} here in place of {n}, as a training "
              "takes about ten times as long. On a computer with Python there are all of them.)")
    return in_browser

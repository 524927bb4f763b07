"""The quick questions by keyboard, found as a screen reader finds them, in JupyterLab and RISE."""

from tests.browser import rise
from tests.browser.conftest import write_notebook

CELL = """
from course_lib.lessons.lesson_01.questions import QUESTIONS
from course_lib.explorer.quiz import Quiz

Quiz(QUESTIONS)
"""


def answer_by_keyboard(page, frame):
    """Answer a question of each kind without the mouse; the explanations must be announced."""
    choices = frame.get_by_role("group", name="3. Why does no single threshold neuron do XOR?")
    choices.get_by_role("radio", name="Its inputs are not standardised").focus()
    page.keyboard.press("Space")
    said = choices.get_by_role("status")
    assert said.get_attribute("aria-live") == "polite"
    assert said.inner_text().startswith("Not quite. Scaling moves the corners")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert choices.get_by_role("radio", name="No straight line separates").is_checked()
    assert said.inner_text().startswith("Right: yes and no lie crosswise")
    page.keyboard.press("Tab")  # the next question, which wants a number
    number = frame.get_by_role("group", name="4. Two layers without activation")
    field = number.get_by_role("textbox", name="Your number:")
    assert field.evaluate("field => field === document.activeElement")
    for typed, words in (("30", "That is how many numbers are stored"), ("4,0", "Right: "),
                         ("x", "Type a number"), ("7", "The product of a (4, 6)")):
        field.fill("")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        assert words in number.get_by_role("status").inner_text()
    page.keyboard.press("Tab")
    button = number.get_by_role("button", name="Answer")
    assert button.evaluate("button => button === document.activeElement")


def test_a_quiz_in_jupyterlab_and_in_rise(page, server):
    write_notebook(server, "quiz.ipynb", CELL)
    page.goto(server.address("lab/tree", "quiz.ipynb") + "&reset", timeout=120_000)
    page.wait_for_selector("#jp-bottom-panel >> text=/ipykernel.*Idle/", timeout=120_000)
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    page.wait_for_selector(".course-quiz fieldset", timeout=120_000)
    answer_by_keyboard(page, page)
    assert page.locator(".jp-Notebook .jp-Cell").count() == 3  # no key was a command

    page.keyboard.press("Control+s")
    page.wait_for_function("() => !document.querySelector('.jp-mod-current.jp-mod-dirty')")
    deck = rise.press_button(page)
    quiz = deck.wait_for_selector(".course-quiz fieldset", state="attached", timeout=120_000)
    slide = rise.slide_of(quiz)
    rise.go_to(deck, slide)
    answer_by_keyboard(page, deck)
    assert rise.slide_of(quiz) == slide and quiz.is_visible()  # no key turned the slide
    assert page.outside == []

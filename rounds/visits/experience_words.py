"""The words of the three questions after a visit, of their answers and of the list of problems."""

from collections.abc import Callable, Mapping

from rounds.kernel.words import N_
from rounds.visits.experience_questions import STEPS, Problem, Question

Translate = Callable[[str], str]

QUESTIONS: Mapping[Question, str] = {
    Question.HEARD: N_("Did you feel listened to?"),
    Question.ONWARD: N_("Do you know what happens next?"),
    Question.WAY: N_("How was it to talk this way?"),
}
ANSWERS: Mapping[Question, Mapping[str, str]] = {
    Question.HEARD: {
        "yes": N_("Yes, fully"),
        "mostly": N_("Mostly"),
        "little": N_("A little"),
        "no": N_("Not really"),
    },
    Question.ONWARD: {
        "yes": N_("Yes, clearly"),
        "mostly": N_("For the most part"),
        "little": N_("Only some of it"),
        "no": N_("No"),
    },
    Question.WAY: {
        "good": N_("Good"),
        "okay": N_("Okay"),
        "hard": N_("Hard at times"),
        "bad": N_("Bad"),
    },
}
PROBLEMS: Mapping[Problem, str] = {
    Problem.VIDEO: N_("The picture"),
    Problem.SOUND: N_("The sound"),
    Problem.DROPPED: N_("The call broke off"),
    Problem.SETTING_UP: N_("Setting up"),
    Problem.WAITING: N_("Waiting"),
    Problem.NOTHING: N_("Nothing, all went well"),
}


def question_words(question: Question, translate: Translate) -> str:
    """Return the question as it is asked."""
    return translate(QUESTIONS[question])


def answer_words(question: Question, answer: str, translate: Translate) -> str:
    """Return one of its answers."""
    return translate(ANSWERS[question][answer])


def steps_words(question: Question, translate: Translate) -> list[tuple[str, str]]:
    """Return its answers with their words, the best first."""
    return [(one, answer_words(question, one, translate)) for one in STEPS[question]]


def problem_words(problem: Problem, translate: Translate) -> str:
    """Return what did not go well."""
    return translate(PROBLEMS[problem])

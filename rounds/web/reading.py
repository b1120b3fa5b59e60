"""How hard an English text is to read: its school grade by Flesch and Kincaid.

Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas for Navy enlisted
personnel", 1975: 0.39 words per sentence + 11.8 syllables per word - 15.59. Syllables are counted
as groups of vowels, a silent e left out; single words may be off by one, whole texts hardly.
"""

import re

WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"(?:[^aeiouyl]e|[^aeiouytd]ed|[aeiouy][^aeiouysxz]es)$")


def grade(text: str) -> int:
    """Return the school grade from which an English text is understood, at least 1."""
    words = WORD.findall(text)
    if not words:
        return 1
    sentences = max(1, len([one for one in SENTENCE.split(text) if WORD.search(one)]))
    syllables = sum(_syllables(word.lower()) for word in words)
    exact = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return max(1, round(exact))


def _syllables(word: str) -> int:
    return max(1, len(VOWELS.findall(word)) - bool(SILENT.search(word)))

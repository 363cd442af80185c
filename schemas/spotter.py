"""A list of words, and where they stand in running text: the longest first, Latin words whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from schemas import lexicon as lex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Meaning = TypeVar("Meaning")

# Between scripts a blank may be printed or not: 海螺AI, 海螺 AI.
_SEAM = re.compile(r"(?<=[㐀-鿿])(?=[a-z0-9])|(?<=[a-z0-9])(?=[㐀-鿿])")
_KEY = 2


class Spot(NamedTuple):
    """Where a word stands, and the word as it was listed."""

    start: int
    end: int
    word: str


class Spotter(Generic[Meaning]):
    """Words with their meanings; a text is gone through once, however many words there are.

    >>> names = Spotter([("MiniMax", "minimax"), ("智谱", "zhipu-ai"), ("Glow", "minimax")])
    >>> [(spot.start, names.means(spot)) for spot in names.find("智谱与MiniMax,a glow")]
    [(0, ['zhipu-ai']), (3, ['minimax'])]
    """

    def __init__(self, words: Iterable[tuple[str, Meaning]]) -> None:
        self._meanings: dict[str, list[Meaning]] = {}
        self._cased: dict[str, bool] = {}
        self._starts: dict[str, list[str]] = {}
        for word, meaning in words:
            plain = lex.lower(word.strip())
            for form in {plain, _SEAM.sub(" ", plain)}:
                self._add(form, meaning, is_cased=word[:1].isupper())
        for forms in self._starts.values():
            forms.sort(key=len, reverse=True)

    def _add(self, form: str, meaning: Meaning, *, is_cased: bool) -> None:
        if len(form) < _KEY:
            return
        if form not in self._meanings:
            self._meanings[form] = []
            self._starts.setdefault(form[:_KEY], []).append(form)
        if meaning not in self._meanings[form]:
            self._meanings[form].append(meaning)
        # A name that is written with a capital is none without: the app Glow, and a glow.
        self._cased[form] = self._cased.get(form, True) and is_cased

    def means(self, spot: Spot) -> list[Meaning]:
        """Give what a word that was found may mean."""
        return self._meanings[spot.word]

    def find(self, text: str) -> Iterator[Spot]:
        """Find the words, none overlapping another."""
        low, starts, at = lex.lower(text), self._starts, 0
        while at < len(low) - 1:
            forms = starts.get(low[at : at + _KEY])
            word = (
                next((form for form in forms if self._is_at(form, low, text, at)), None)
                if forms
                else None
            )
            if word:
                yield Spot(at, at + len(word), word)
            at += len(word) if word else 1

    def _is_at(self, word: str, low: str, text: str, at: int) -> bool:
        if not low.startswith(word, at) or (self._cased[word] and not text[at].isupper()):
            return False
        end = at + len(word)
        opens = not (_is_latin(word[0]) and _is_latin(low[at - 1 : at]))
        return opens and not (_is_latin(word[-1]) and _is_latin(low[end : end + 1]))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()

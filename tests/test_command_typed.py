"""A command line that is being typed, held against what a shell makes of it."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from experiments.command.typed import cut, quoted

AWKWARD = st.text("ab \\'\"\n=-é")


@given(AWKWARD)
def test_a_line_is_cut_as_by_a_shell(line: str) -> None:
    typed = cut(line)
    try:
        words = shlex.split(line)
    except ValueError:
        assert typed.quote or line.endswith("\\")
        return
    begun = [typed.last] if typed.start < len(line) else []
    assert [*typed.words, *begun] == words


@given(AWKWARD, st.sampled_from(["", "'", '"']))
def test_a_word_in_the_quotes_that_somebody_has_opened_is_that_word(word: str, quote: str) -> None:
    assert shlex.split(quoted(word, quote, "")) == [word]

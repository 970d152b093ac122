"""Two sources can hold an experiment of the same name: nothing of one is ever taken for another's.

The names are such that they would be one if source and name were joined, or if capitals did not
count, and some are of the other's kind.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from experiments import history, models
from experiments.domain import knowledge
from experiments.domain.answer import Answer
from experiments.domain.description import Description
from experiments.domain.person import Person, Role
from experiments.domain.problem import Kind, Problem
from experiments.refreshing import circuit, memory
from experiments.sharing import links
from experiments.sharing.link import Wanted, digest, new_token
from experiments.store import rows, storage
from tests.support.scripted_aws import description

SOURCES = ("k", "k-k", "k-k-k")
NAMES = ("k", "K", "k-k", "K-k", "k-K-k")
KEYS = list(product(SOURCES, NAMES))
Key = tuple[str, str]


@dataclass
class Believed:
    """What a key was last given: a text of its own, and the number of its observations."""

    text: str
    observed: int


class Keys(RuleBasedStateMachine):
    """Whatever is done for one key, every key still has its own, wherever one looks."""

    def __init__(self) -> None:
        super().__init__()
        self.believed: dict[Key, Believed] = {}
        self.failures = dict.fromkeys(SOURCES, 0)
        self.links: dict[str, Key] = {}

    @initialize()
    def begin(self) -> None:
        models.Snapshot.objects.filter(source__in=SOURCES).delete()
        models.SourceState.objects.filter(source__in=SOURCES).delete()
        circuit.forget()
        memory.forget()

    @rule(key=st.sampled_from(KEYS), text=st.sampled_from(["one", "two", "three"]))
    def aws_answers(self, key: Key, text: str) -> None:
        now = datetime.now(UTC)
        storage.expire(key, now)
        before = storage.take_lease(key, "holder", now + timedelta(seconds=1))
        assert before is not None
        described = self._described(key, text)
        look = knowledge.answered(before, described.answer, described.experiment, now, now)
        assert storage.save(key, "holder", look)
        memory.put(key, look.after, described)
        known = self.believed.setdefault(key, Believed("", 0))
        known.observed += known.text != text
        known.text = text

    @rule(source=st.sampled_from(SOURCES), failed=st.booleans())
    def a_call_ends(self, source: str, failed: bool) -> None:
        circuit.note(source, Problem(Kind.UNREACHABLE) if failed else None)
        self.failures[source] = self.failures[source] + 1 if failed else 0

    @rule(key=st.sampled_from(KEYS))
    def somebody_shares(self, key: Key) -> None:
        source, name = key
        wanted = Wanted(source=source, name=name, form=new_token())
        person = Person(name="keys", role=Role.SHARER)
        _, token = links.make(wanted, person, datetime.now(UTC), None)
        self.links[token] = key

    @rule()
    def the_process_forgets(self) -> None:
        memory.forget()
        circuit.forget()

    @invariant()
    def rows_are_of_their_key(self) -> None:
        for key in KEYS:
            read = rows.read_answer(key)
            known = self.believed.get(key)
            assert (read is None) == (known is None)
            if read is not None and known is not None:
                assert read[0].observed == known.observed
                assert read[1].response["Description"] == self._text(key, known.text)

    @invariant()
    def lists_are_of_their_source(self) -> None:
        for source in SOURCES:
            mine = sorted(name for of, name in self.believed if of == source)
            assert sorted(rows.names(source)) == mine
            assert sorted(rows.read_many(source, NAMES)) == mine

    @invariant()
    def memory_is_of_its_key(self) -> None:
        for key in KEYS:
            found, known = memory.get(key).description, self.believed.get(key)
            assert (found is None) == (known is None)
            if found is not None and known is not None:
                text = found.answer.response["Description"]
                assert text == self._text(key, known.text)

    @invariant()
    def history_is_of_its_key(self) -> None:
        for key, known in self.believed.items():
            page = history.page(*key, limit=50)
            assert [seen.number for seen in page.observations] == [*range(known.observed, 0, -1)]
            for seen in page.observations:
                assert seen.answer is not None
                assert str(seen.answer.response["Description"]).startswith(self._text(key, ""))

    @invariant()
    def failures_are_of_their_source(self) -> None:
        for source in SOURCES:
            assert circuit.state(source, datetime.now(UTC)).failures == self.failures[source]

    @invariant()
    def links_are_to_what_they_were_made_for(self) -> None:
        for token, key in self.links.items():
            row = models.ShareLink.objects.get(digest=digest(token))
            assert (row.source, row.name) == key

    def _described(self, key: Key, text: str) -> Description:
        body = description(key[1], Description=self._text(key, text))
        answer = Answer(body, {})
        return Description(answer)

    def _text(self, key: Key, text: str) -> str:
        return f"{key[0]} / {key[1]}: {text}"


TestKeys = Keys.TestCase
TestKeys.settings = settings(max_examples=12, stateful_step_count=12)

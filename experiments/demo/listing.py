"""ListInferenceExperiments: what it selects, in which order, and where a page ends."""

import base64
import json
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import ValidationException
from .experiment import Experiment

# The service's model names no default; ten is what SageMaker's other lists give, and it keeps
# clients honest about paging.
DEFAULT_PAGE = 10

Key = tuple[str, str]

_SORTS: dict[str, Callable[[Experiment], str]] = {
    "Name": lambda experiment: experiment.name,
    # All moments are in UTC and of one precision, so that their text sorts as they do.
    "CreationTime": lambda experiment: experiment.created.isoformat("T", "milliseconds"),
    "Status": lambda experiment: experiment.status,
}

_FILTERS: dict[str, Callable[[Experiment, Any], bool]] = {
    "NameContains": lambda experiment, text: text in experiment.name,
    "Type": lambda experiment, kind: experiment.settings["Type"] == kind,
    "StatusEquals": lambda experiment, status: experiment.status == status,
    "CreationTimeAfter": lambda experiment, moment: experiment.created > moment,
    "CreationTimeBefore": lambda experiment, moment: experiment.created < moment,
    "LastModifiedTimeAfter": lambda experiment, moment: experiment.modified > moment,
    "LastModifiedTimeBefore": lambda experiment, moment: experiment.modified < moment,
}


def page(
    experiments: Iterable[Experiment], request: Mapping[str, Any]
) -> tuple[list[Experiment], str | None]:
    """One page of the experiments that the request asks for, and the token of the next page.

    The newest come first unless SortBy and SortOrder say otherwise. A token remembers the place
    after the last experiment shown, so that a creation or deletion between two pages repeats and
    loses nothing else; one that this list did not give is a ValidationException.
    """
    by = request.get("SortBy", "CreationTime")
    descending = request.get("SortOrder", "Descending") == "Descending"

    def key(experiment: Experiment) -> Key:
        return _SORTS[by](experiment), experiment.name

    selected = [each for each in experiments if _is_selected(each, request)]
    selected.sort(key=key, reverse=descending)
    order = f"{by} {'Descending' if descending else 'Ascending'}"
    if "NextToken" in request:
        last = _read_token(request["NextToken"], order)
        follows = operator.lt if descending else operator.gt
        selected = [each for each in selected if follows(key(each), last)]
    size = request.get("MaxResults", DEFAULT_PAGE)
    shown = selected[:size]
    return shown, _token(key(shown[-1]), order) if len(selected) > size else None


def _is_selected(experiment: Experiment, request: Mapping[str, Any]) -> bool:
    return all(
        accepts(experiment, request[member])
        for member, accepts in _FILTERS.items()
        if member in request
    )


def _token(key: Key, order: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([order, *key]).encode()).decode()


def _read_token(token: str, order: str) -> Key:
    try:
        given, first, second = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (TypeError, ValueError) as error:
        raise ValidationException("Invalid NextToken") from error
    if given != order:
        raise ValidationException("NextToken belongs to a list in another order")
    return str(first), str(second)

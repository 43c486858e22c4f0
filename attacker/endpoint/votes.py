"""Answers to repeats become one answer for each stimulus, in the table that packs are answered with."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attacker.endpoint.request_log import Replied
from attacker.packs.manifest import Manifest
from attacker.packs.packed_answers import State
from attacker.packs.table_statement import TableStatement

Ended = tuple[State, str]  # how it ended, and the name of the choice
NOTHING_STATED = TableStatement()
NOTHING: Ended = (State.EMPTY, "")


def winner(ended: Sequence[Ended]) -> Ended:
    """Return one answer for the repeats of a stimulus: the choice that is named most often.

    Repeats that name none have no vote where any names one, as whoever attacks asks again. A tie goes to
    what came first.

    Examples
    --------
    >>> refused, dunk, shoot = (State.REFUSED, ""), (State.ANSWERED, "dunk"), (State.ANSWERED, "shoot")
    >>> winner([shoot, dunk, dunk])[1], winner([refused, refused, shoot])[1], winner([shoot, dunk])[1]
    ('dunk', 'shoot', 'shoot')
    >>> winner([refused, (State.EMPTY, ""), refused])[0].value
    'refused'
    """
    named = [each for each in ended if each[0] == State.ANSWERED]
    counts = Counter(named or ended)  # a Counter keeps the order in which things came
    return max(counts, key=lambda each: counts[each], default=NOTHING)


def answers_of(manifest: Manifest, repeats: int, replies: Mapping[str, Replied]) -> Iterator[Ended]:
    """Yield one answer for each stimulus of a pack, in its order; nothing came: empty.

    Examples
    --------
    >>> from attacker.packs.manifest import PackedStimulus
    >>> list(answers_of(Manifest("p", "?", ("dunk",), (PackedStimulus("0a", "ff"),)), 1, {}))
    [(<State.EMPTY: 'empty'>, '')]
    """
    for stimulus in manifest.stimuli:
        names = [f"{stimulus.name}/{repeat}" for repeat in range(repeats)]
        yield winner([(replies[name].state, replies[name].choice) for name in names if name in replies])


def answer_table(
    manifest: Manifest, answers: Iterable[Ended], stated: TableStatement = NOTHING_STATED
) -> str:
    """Return the table that answers a pack: a label and a state for each stimulus, and what is stated.

    Examples
    --------
    >>> from attacker.packs.manifest import PackedStimulus
    >>> pack = Manifest("p", "?", ("dunk",), (PackedStimulus("0a", "ff"),))
    >>> print(answer_table(pack, [(State.ANSWERED, "dunk")]).strip())
    stimulus,sha256,label,state
    0a,ff,dunk,answered
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["stimulus", "sha256", "label", "state", *stated.columns])
    for stimulus, (state, choice) in zip(manifest.stimuli, answers, strict=True):
        writer.writerow([stimulus.name, stimulus.sha256, choice, state.value, *stated.columns.values()])
    return table.getvalue()


def state_lines(replies: Iterable[Replied], answers: Iterable[Ended]) -> Iterator[str]:
    r"""Yield a table of how requests and stimuli ended, as lines of text.

    Examples
    --------
    >>> print(*state_lines([], [(State.REFUSED, ""), (State.ANSWERED, "dunk")]), sep="\n")
    state      requests  stimuli   share
    answered          0        1   50.0%
    refused           0        1   50.0%
    """
    requests = Counter(reply.state for reply in replies)
    stimuli = Counter(state for state, _ in answers)
    yield f"{'state':<9}  {'requests':>8}  {'stimuli':>7}  {'share':>6}"
    for state in State:
        if requests[state] or stimuli[state]:
            share = f"{stimuli[state] / max(1, stimuli.total()):.1%}"
            yield f"{state.value:<9}  {requests[state]:>8}  {stimuli[state]:>7}  {share:>6}"

"""Answers to repeats become one answer for each stimulus, in the table that packs are answered with."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from attacker.endpoint.budget import amount_text
from attacker.endpoint.ledger import Replied
from attacker.packs.manifest import Manifest
from attacker.packs.packed_answers import State
from attacker.packs.table_statement import TableStatement
from attacker.packs.taken_columns import COST, SECONDS

Ended = tuple[State, str]  # how it ended, and the name of the choice
NOTHING_STATED = TableStatement()
NOTHING: Ended = (State.EMPTY, "")


class StimulusAnswer(NamedTuple):
    """One answer for a stimulus, and what all requests about it took.

    Attributes
    ----------
    state, choice : how it ended, and the name of the choice
    seconds : until the replies were there, all repeats together; None where one has no reply
    cost : of all requests, failed ones among them; None where one does not tell
    """

    state: State
    choice: str
    seconds: float | None = None
    cost: Decimal | None = None


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


def answers_of(
    manifest: Manifest, repeats: int, replies: Mapping[str, Replied], costs: Mapping[str, Decimal | None]
) -> Iterator[StimulusAnswer]:
    """Yield one answer for each stimulus of a pack, in its order; nothing came: empty.

    Parameters
    ----------
    manifest, repeats
        What was asked, and how often.
    replies, costs
        By ask; see `ledger.Tally`.

    Examples
    --------
    >>> from attacker.packs.manifest import PackedStimulus
    >>> (answer,) = answers_of(Manifest("p", "?", ("dunk",), (PackedStimulus("0a", "ff"),)), 1, {}, {})
    >>> answer.state.value, answer.seconds, answer.cost
    ('empty', None, None)
    """
    for stimulus in manifest.stimuli:
        names = [f"{stimulus.name}/{repeat}" for repeat in range(repeats)]
        came = [replies[name] for name in names if name in replies]
        seconds = round(sum(reply.seconds for reply in came), 3) if len(came) == repeats else None
        amounts = [costs.get(name) for name in names]
        known = [amount for amount in amounts if amount is not None]
        cost = sum(known, Decimal(0)) if len(known) == repeats else None
        yield StimulusAnswer(*winner([(reply.state, reply.choice) for reply in came]), seconds, cost)


def answer_table(
    manifest: Manifest, answers: Iterable[StimulusAnswer], stated: TableStatement = NOTHING_STATED
) -> str:
    """Return the table that answers a pack: for each stimulus label, state, what it took, what is stated.

    Examples
    --------
    >>> from attacker.packs.manifest import PackedStimulus
    >>> pack = Manifest("p", "?", ("dunk",), (PackedStimulus("0a", "ff"),))
    >>> print(answer_table(pack, [StimulusAnswer(State.ANSWERED, "dunk", 0.8, Decimal("0.0010"))]).strip())
    stimulus,sha256,label,state,seconds,cost
    0a,ff,dunk,answered,0.8,0.001
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["stimulus", "sha256", "label", "state", SECONDS, COST, *stated.columns])
    for stimulus, (state, choice, seconds, cost) in zip(manifest.stimuli, answers, strict=True):
        took = ["" if seconds is None else seconds, "" if cost is None else amount_text(cost)]
        writer.writerow(
            [stimulus.name, stimulus.sha256, choice, state.value, *took, *stated.columns.values()]
        )
    return table.getvalue()


def state_lines(replies: Iterable[Replied], answers: Iterable[StimulusAnswer]) -> Iterator[str]:
    r"""Yield a table of how requests and stimuli ended, as lines of text.

    Examples
    --------
    >>> answers = [StimulusAnswer(State.REFUSED, ""), StimulusAnswer(State.ANSWERED, "dunk")]
    >>> print(*state_lines([], answers), sep="\n")
    state      requests  stimuli   share
    answered          0        1   50.0%
    refused           0        1   50.0%
    """
    requests = Counter(reply.state for reply in replies)
    stimuli = Counter(answer.state for answer in answers)
    yield f"{'state':<9}  {'requests':>8}  {'stimuli':>7}  {'share':>6}"
    for state in State:
        if requests[state] or stimuli[state]:
            share = f"{stimuli[state] / max(1, stimuli.total()):.1%}"
            yield f"{state.value:<9}  {requests[state]:>8}  {stimuli[state]:>7}  {share:>6}"

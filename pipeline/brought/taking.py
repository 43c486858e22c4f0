"""Tables of answers to a pack: read and held until a researcher has looked, then taken whole."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count

from attacker.packs.answer_table import read_answers
from attacker.packs.kinds import KINDS, UNKNOWN
from attacker.packs.packed_answers import Answer, AnswerTable
from attacker.packs.table_statement import TableStatement
from pipeline.brought.prediction_packs import PackRefusedError, manifest_of_pack, require_current
from pipeline.models import BroughtAnswer, BroughtMachine, PackedStimulusRow, PredictionPack
from pipeline.queue.study_lock import locked
from study.models import Category, Stimulus, Study

MOST_BYTES = 256 * 1024**2
MOST_CHARACTERS = 500  # of what is said of a machine


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner of a machine says of it.

    Attributes
    ----------
    name : of the machine; no other of the study has it
    kind : of its attack, one of `attacker.packs.kinds.KINDS`
    trained_through : heaviest level among its training photos; None: not said
    trained_on : what it learnt from; empty: not said
    source : whose it is, which weights, in which version
    """

    name: str
    kind: str = UNKNOWN
    trained_through: int | None = None
    trained_on: str = ""
    source: str = ""


def send_table(
    pack: PredictionPack, content: bytes, statement: Statement, now: datetime
) -> tuple[BroughtMachine, AnswerTable]:
    """Read a table and hold it until somebody has looked; nothing of it counts yet.

    Parameters
    ----------
    pack
        That it answers.
    content
        The table.
    statement
        What its owner says of the machine.
    now
        When it arrived.

    Raises
    ------
    PackRefusedError
        If the pack is no longer the study's, or the statement cannot be used.
    TableRefusedError
        If the table has any fault.
    """
    require_usable(pack, statement)
    if len(content) > MOST_BYTES:
        raise PackRefusedError(f"The table is larger than {MOST_BYTES // 1024**2} MiB: is it the right file?")
    table = read_answers(content, manifest_of_pack(pack))
    whole = _completed(statement, table.stated, pack)
    machine = BroughtMachine(
        study=pack.study, pack=pack, form=table.form.value, sent_at=now, examples=table.stated.examples,
        **msgspec.structs.asdict(whole),
    )  # fmt: skip
    machine.keep(content)
    try:
        with transaction.atomic():
            machine.save()
    except IntegrityError:
        raise PackRefusedError(
            f"This study has a machine called {statement.name!r} already: choose another name."
        ) from None
    return machine, table


def take_machine(machine: BroughtMachine, now: datetime) -> AnswerTable:
    """Write the answers of a table that was looked at; from now on the machine counts.

    Parameters
    ----------
    machine
        One that waits.
    now
        When it is taken.

    Raises
    ------
    PackRefusedError
        If it was taken already, or the study's photos have changed since.
    """
    with locked(machine.study):
        machine.refresh_from_db(fields=["taken_at"])
        if machine.taken_at is not None:
            raise PackRefusedError(f"{machine.name} was taken already.")
        require_current(machine.pack)
        table = table_of(machine)
        _write(machine, table)
        machine.taken_at = now
        machine.save(update_fields=["taken_at"])
    return table


def discard_machine(study: Study, name: str) -> bool:
    """Throw away a table that waits for a look; False if there is none of this name."""
    thrown, _ = BroughtMachine.objects.waiting().filter(study=study, name=name).delete()
    return thrown > 0


def states_by_machine(study: Study) -> dict[int, dict[str, int]]:
    """Return how many answers of each taken machine ended how, by its row."""
    answers = BroughtAnswer.objects.filter(machine__in=study.brought_machines.taken()).order_by("state")
    states: dict[int, dict[str, int]] = {}
    for machine, state, count in answers.values_list("machine", "state").annotate(Count("pk")):
        states.setdefault(machine, {})[state] = count
    return states


def table_of(machine: BroughtMachine) -> AnswerTable:
    """Return the table of a machine, read again."""
    return read_answers(machine.content, manifest_of_pack(machine.pack))


def require_usable(pack: PredictionPack, statement: Statement) -> None:
    """Refuse a pack that is no longer the study's, and a statement that cannot be used.

    Raises
    ------
    PackRefusedError
    """
    require_current(pack)
    name, through = statement.name, statement.trained_through
    levels = list(pack.study.levels.values_list("number", flat=True))
    if not name.strip() or name != name.strip() or len(name) > 60 or not name.isprintable():
        raise PackRefusedError("Give the machine a name of at most 60 characters.")
    if max(len(statement.trained_on), len(statement.source)) > MOST_CHARACTERS:
        raise PackRefusedError(
            f"Say in at most {MOST_CHARACTERS} characters what it learnt from, and whose it is."
        )
    if statement.kind not in KINDS:
        raise PackRefusedError(f"There is no kind of attack {statement.kind!r}: it is {', '.join(KINDS)}.")
    if through is not None and through not in levels:
        raise PackRefusedError(f"The study has no level {through}: leave it open, or name one of {levels}.")


def _completed(statement: Statement, stated: TableStatement, pack: PredictionPack) -> Statement:
    """Return what is said of a machine, with what its table and the examples of its pack say too."""
    through, learnt = statement.trained_through, statement.trained_on
    if stated.examples and pack.shots:
        through = pack.level if through is None else through
        shown = f"{stated.examples} labelled training photos of each class at level {pack.level}"
        learnt = learnt or f"{shown}, drawn by seed {pack.examples_seed}"
    sources = [source for source in (statement.source, stated.source) if source]
    return msgspec.structs.replace(
        statement,
        kind=stated.kind_beside(statement.kind),
        trained_through=through,
        trained_on=learnt,
        source="; ".join(sources)[:MOST_CHARACTERS],
    )


def _write(machine: BroughtMachine, table: AnswerTable) -> None:
    """Store one answer for each stimulus of the pack."""
    named = PackedStimulusRow.objects.filter(pack=machine.pack).values_list("name", "stimulus")
    stimuli = Stimulus.objects.select_related("item__category").in_bulk([pk for _, pk in named])
    by_name = {name: stimuli[pk] for name, pk in named}
    categories = list(machine.study.categories.order_by("position"))
    rows = [_row(machine, answer, by_name[answer.stimulus], categories) for answer in table.answers]
    BroughtAnswer.objects.bulk_create(rows, batch_size=500)


def _row(
    machine: BroughtMachine, answer: Answer, stimulus: Stimulus, categories: list[Category]
) -> BroughtAnswer:
    return BroughtAnswer(
        machine=machine,
        stimulus=stimulus,
        state=answer.state.value,
        response=None if answer.choice is None else categories[answer.choice],
        logits=list(answer.logits),
        text=answer.text,
        correct=answer.choice == stimulus.item.category.position,
        seconds=answer.seconds,
        cost=answer.cost,
    )

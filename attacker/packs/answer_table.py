"""Reading a table of answers: it is checked whole, and taken whole or not at all."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from attacker.packs.manifest import Manifest
from attacker.packs.packed_answers import Answer, AnswerTable, Form, State, of_logits, of_probabilities
from attacker.packs.table_problems import Problems, TableRefusedError
from attacker.packs.table_statement import STATED, TableStatement, read_statement
from attacker.packs.taken_columns import TAKEN, NoAmountError, with_taken

OFF_ONE = 1e-3  # how far a sum of probabilities may be from 1: they are printed with few digits
PREFIXES = {Form.PROBABILITIES: "prob_", Form.LOGITS: "logit_"}
KEYS = ("stimulus", "sha256")
REFUSED, STATE = "refused", "state"
Row = Mapping[str, str]
Reader = Callable[[str, Sequence[str]], Answer]


def read_answers(content: bytes, manifest: Manifest) -> AnswerTable:
    r"""Return the answers that a table holds, one for each stimulus of a pack, in the order of the pack.

    Parameters
    ----------
    content
        A CSV file in UTF-8, as the pack's README describes it.
    manifest
        Of the pack that it answers.

    Raises
    ------
    TableRefusedError
        If a stimulus is missing, doubled or unknown, a hash is another one, or an answer cannot be used; it
        tells everything that is wrong.

    Examples
    --------
    >>> from attacker.packs.manifest import PackedStimulus
    >>> pack = Manifest("p", "?", ("dunk", "shoot"), (PackedStimulus("0a", "ff"), PackedStimulus("0b", "ee")))
    >>> table = read_answers(b"stimulus,sha256,label\n0b,ee,dunk\n0a,ff,shoot\n", pack)
    >>> [(answer.stimulus, answer.choice) for answer in table.answers]
    [('0a', 1), ('0b', 0)]
    >>> read_answers(b"stimulus,sha256,label\n0a,ff,dink\n0c,ee,dunk\n", pack)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    attacker.packs.table_problems.TableRefusedError: Nothing was taken. 1 labels that are no choice ...
    """
    header, rows = _parsed(content)
    form = _form_of(header, manifest.choices)
    stated = read_statement([row for _, row in rows], manifest.shots)
    reading = _Reading(manifest, form, stated)
    for line, row in rows:
        reading.take(line, row)
    return reading.whole()


@dataclass
class _Reading:
    """A table on its way: answers by stimulus, and what is wrong."""

    manifest: Manifest
    form: Form
    stated: TableStatement
    answers: dict[str, Answer] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)  # line by stimulus
    problems: Problems = field(default_factory=Problems)

    def __post_init__(self) -> None:
        self.hashes = {stimulus.name: stimulus.sha256 for stimulus in self.manifest.stimuli}
        self.answer = _reader_of(self.form, self.manifest.choices)

    def take(self, line: int, row: Row) -> None:
        """Read one row; what is wrong with it is noted."""
        name = row["stimulus"]
        if name not in self.hashes:
            self.problems.add("rows of stimuli that the pack does not have", f"line {line} ({name})")
        elif name in self.met:
            self.problems.add("stimuli with a second row", f"line {line} ({name}, as line {self.met[name]})")
        elif row["sha256"].lower() != self.hashes[name]:
            self.problems.add("rows whose sha256 is not that of the packed photo", f"line {line} ({name})")
        else:
            self._read(line, name, row)
        self.met.setdefault(name, line)

    def _read(self, line: int, name: str, row: Row) -> None:
        try:
            self.answers[name] = with_taken(self.answer(name, row), row)
        except _UnusableError as problem:
            self.problems.add(problem.kind, f"line {line}{problem.cell}")
        except NoAmountError as problem:
            self.problems.add(
                f"cells of {problem.column} that are no number from 0 on", f"line {line} ({problem.cell!r})"
            )

    def whole(self) -> AnswerTable:
        """Return the table, or refuse it."""
        for name in self.hashes:
            if name not in self.met:
                self.problems.add("stimuli without a row", name)
        self.problems.refuse()
        return AnswerTable(self.form, tuple(self.answers[name] for name in self.hashes), self.stated)


class _UnusableError(ValueError):
    """An answer that cannot be used: the kind of problem, and the cell."""

    def __init__(self, kind: str, cell: str = "") -> None:
        super().__init__(kind)
        self.kind, self.cell = kind, f" ({cell!r})" if cell else ""


def _parsed(content: bytes) -> tuple[list[str], list[tuple[int, Row]]]:
    """Return the header and the rows, each with its line; cells without blanks around them."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        header = [name.strip() for name in reader.fieldnames or []]
        reader.fieldnames = header
        rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableRefusedError((f"It is no CSV table in UTF-8 ({error}).",)) from error
    twice = sorted({name for name in header if header.count(name) > 1})
    uneven = [line for line, row in rows if None in row or None in row.values()]
    if missing := [name for name in KEYS if name not in header]:
        raise TableRefusedError((f"It lacks the column {' and '.join(missing)}.",))
    if twice or uneven:
        where = (
            f"column {', '.join(twice)} stands twice"
            if twice
            else f"line {uneven[0]} has too many or few cells"
        )
        raise TableRefusedError((f"Its {where}.",))
    return header, [(line, {name: cell.strip() for name, cell in row.items()}) for line, row in rows]


def _form_of(header: Sequence[str], choices: Sequence[str]) -> Form:
    """Return the form of a table's answers: exactly one, with a column for every choice."""
    columns = [name for name in header if name not in (*KEYS, REFUSED, STATE, *STATED, *TAKEN)]
    begins = {form: PREFIXES.get(form, form.value) for form in Form}
    forms = {form for form in Form if any(name.startswith(begins[form]) for name in columns)}
    if len(forms) != 1:
        stands = f"It has {' and '.join(sorted(forms))}" if forms else "It has no answers"
        raise TableRefusedError((f"{stands}: give label, or text, or prob_ or logit_ for every choice.",))
    (form,) = forms
    wanted = [f"{PREFIXES[form]}{name}" for name in choices] if form in PREFIXES else [form.value]
    problems = [f"The column {name!r} is missing." for name in wanted if name not in columns]
    problems += [f"The column {name!r} is not known." for name in columns if name not in wanted]
    if problems:
        raise TableRefusedError(tuple(problems))
    return form


def _reader_of(form: Form, choices: tuple[str, ...]) -> Callable[[str, Row], Answer]:
    """Return what reads an answer of this form from a row."""
    columns = [f"{PREFIXES[form]}{name}" for name in choices] if form in PREFIXES else [form.value]
    makers: dict[Form, Callable[[tuple[str, ...]], Reader]] = {
        Form.LABEL: _label_reader,
        Form.TEXT: _text_reader,
        Form.PROBABILITIES: lambda _: _probabilities,
        Form.LOGITS: lambda _: lambda name, cells: of_logits(name, _numbers(cells)),
    }
    read = makers[form](choices)

    def answer(name: str, row: Row) -> Answer:
        cells = [row[column] for column in columns]
        state = _state_of(row)
        if state != State.ANSWERED:
            if any(cells):
                raise _UnusableError(f"rows that are {state} and answered at once")
            return Answer(name, state)
        if not all(cells):
            raise _UnusableError("rows without an answer")
        return read(name, cells)

    return answer


def _state_of(row: Row) -> State:
    """Return how an answer ended, by the column state or refused; both must agree where both are there."""
    refused, stated = row.get(REFUSED, ""), row.get(STATE, "")
    if refused not in ("", "0", "1"):
        raise _UnusableError("cells of refused that are neither 0 nor 1", refused)
    if stated not in ("", *State):
        raise _UnusableError(f"cells of state that are none of {', '.join(State)}", stated)
    if stated and refused and (stated == State.REFUSED) != (refused == "1"):
        raise _UnusableError("rows whose state and refused contradict each other", stated)
    return State(stated or (State.REFUSED if refused == "1" else State.ANSWERED))


def _label_reader(choices: tuple[str, ...]) -> Reader:
    places = {name: place for place, name in enumerate(choices)}

    def read(name: str, cells: Sequence[str]) -> Answer:
        if cells[0] not in places:
            raise _UnusableError(f"labels that are no choice ({', '.join(choices)})", cells[0])
        return Answer(name, choice=places[cells[0]])

    return read


def _text_reader(choices: tuple[str, ...]) -> Reader:
    """Read texts by the rule of typed answers, with names inside longer answers as whole words."""
    from stats.designs.text_scoring import Step, TextRule  # nothing that a web process should load

    rule = TextRule(choices, phrases=True)

    def read(name: str, cells: Sequence[str]) -> Answer:
        scored = rule.score(cells[0])
        if scored.response is not None:
            return Answer(name, choice=choices.index(scored.response), text=cells[0])
        return Answer(name, State.SEVERAL if scored.step == Step.AMBIGUOUS else State.OFF_LIST, text=cells[0])

    return read


def _probabilities(name: str, cells: Sequence[str]) -> Answer:
    shares = _numbers(cells)
    if min(shares) < 0 or abs(sum(shares) - 1) > OFF_ONE:
        raise _UnusableError("rows whose probabilities are negative or do not sum to 1", f"{sum(shares):g}")
    return of_probabilities(name, shares)


def _numbers(cells: Sequence[str]) -> list[float]:
    try:
        values = [float(cell) for cell in cells]
    except ValueError:
        raise _UnusableError("rows with a cell that is no number", ", ".join(cells)) from None
    if not all(map(math.isfinite, values)):
        raise _UnusableError("rows with a number that is not finite", ", ".join(cells))
    return values

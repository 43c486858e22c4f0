"""Who is a person and who a network, and by what rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from stats.errors import TableError
from stats.imports.layouts import Layout
from stats.table.schema import AGENT_TYPES

OF_PEOPLE = "subject"  # how the model-vs-human toolbox begins people's names
SOME = 3


@dataclass
class Observer:
    """What a table shows of one observer.

    Attributes
    ----------
    rows
        Its trials.
    timed
        Those that have a response time.
    layout
        Layout of the table.
    stated
        What the table itself says it is: "human", "model" or both; empty if nothing.
    """

    layout: Layout
    rows: int = 0
    timed: int = 0
    stated: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Roles:
    """What every observer was taken for.

    Attributes
    ----------
    types
        Observer -> human or model.
    rules
        How that was known -> number of observers.
    """

    types: dict[str, str]
    rules: dict[str, int]


def roles(observers: Mapping[str, Observer], agents: Mapping[str, Sequence[str]]) -> Roles:
    """Tell people from networks.

    Parameters
    ----------
    observers
        What the tables show of each observer.
    agents
        "human" and "model" -> patterns of observers' names; what they say goes before any rule.

    Raises
    ------
    TableError
        When an observer matches no pattern or both, or could be either.

    Examples
    --------
    >>> from stats.imports.layouts import JSPSYCH, MODEL_VS_HUMAN
    >>> both = {"subject-01": Observer(MODEL_VS_HUMAN, 8, 8), "vgg19": Observer(MODEL_VS_HUMAN, 8)}
    >>> roles(both, {}).types
    {'subject-01': 'human', 'vgg19': 'model'}
    >>> roles({"p1": Observer(JSPSYCH, 8, 8)}, {}).rules
    {'people: jspsych runs people': 1}
    """
    judged = {name: _role(name, observer, agents) for name, observer in observers.items()}
    unknown = [name for name, role in judged.items() if role is None]
    if unknown:
        raise TableError(_question(unknown, observers))
    types = {name: role[0] for name, role in judged.items() if role}
    rules: dict[str, int] = {}
    for role in judged.values():
        if role:
            rules[role[1]] = rules.get(role[1], 0) + 1
    return Roles(types, rules)


def refuse_unclear_names(
    nameless: Mapping[tuple[str, str], int], rivals: Mapping[tuple[str, str], Collection[tuple[str, str]]]
) -> None:
    """Raise an error where trials name nobody, or two columns tell different observers apart.

    Parameters
    ----------
    nameless
        Column and word for missing -> trials.
    rivals
        Two columns -> pairs of names that one observer has in them.

    Raises
    ------
    TableError
        When all such trials would become one observer's, or one column joins whom the other tells apart.

    Examples
    --------
    >>> refuse_unclear_names({}, {("participant", "subject"): {("7", "ada"), ("8", "bea")}})
    """
    for (column, word), trials in nameless.items():
        cell = repr(word) if word else "blank"
        raise TableError(
            f"{trials} trials name no observer ({column} is {cell}) and would become one person's; name "
            f"another column, --columns agent_id=COLUMN, or leave them out, --missing {word or repr(word)}"
        )
    for (column, rival), pairs in rivals.items():
        sizes = [len(set(names)) for names in zip(*pairs, strict=True)]
        if pairs and len(pairs) > min(sizes):
            raise TableError(
                f"{column} tells {sizes[0]} observers apart and {rival} {sizes[1]}: which of them names "
                f"people? --columns agent_id={column} or agent_id={rival}"
            )


def _role(name: str, observer: Observer, agents: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    if agents:
        return _asked(name, agents)
    if observer.stated:
        return _stated(observer.stated)
    return _by_rule(name, observer)


def _stated(stated: set[str]) -> tuple[str, str] | None:
    role = next(iter(stated))
    alone = len(stated) == 1 and role in AGENT_TYPES
    return (role, f"{_noun(role)}: column agent_type says so") if alone else None


def _by_rule(name: str, observer: Observer) -> tuple[str, str] | None:
    if observer.layout.people_only:
        return "human", f"people: {observer.layout.name} runs people"
    if name.lower().startswith(OF_PEOPLE):
        return "human", f"people: their names begin with {OF_PEOPLE!r}"
    if not observer.timed and observer.layout.name == "model-vs-human":
        return "model", "networks: no response time, and a name that does not begin with 'subject'"
    return None


def _asked(name: str, agents: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    types = [role for role, patterns in agents.items() if any(fnmatchcase(name, each) for each in patterns)]
    if len(types) != 1:
        which = "both people and networks" if types else "neither people nor networks"
        raise TableError(
            f"--agents names {name} {which}; write it as --agents human=PATTERN --agents model=PATTERN"
        )
    return types[0], f"{_noun(types[0])}: --agents {types[0]}={','.join(agents[types[0]])}"


def _noun(role: str) -> str:
    return {"human": "people", "model": "networks"}.get(role, role)


def _question(unknown: Sequence[str], observers: Mapping[str, Observer]) -> str:
    shown = ", ".join(unknown[:SOME]) + (" ..." if len(unknown) > SOME else "")
    contradictory = [name for name in unknown if observers[name].stated]
    if contradictory:
        words = ", ".join(sorted(observers[contradictory[0]].stated))
        return (
            f"agent_type of {contradictory[0]} is {words}; an observer is human or model: "
            "--agents human=PATTERN --agents model=PATTERN"
        )
    return (
        f"{shown} ({len(unknown)} observers): people or networks? Nothing in the table says so; "
        "--agents human if all are people, --agents model if all are networks, else "
        "--agents human=PATTERN --agents model=PATTERN"
    )

"""What a report says of machines from outside: what is known, what is not, and where one of them counts."""

from __future__ import annotations

from typing import Any

from attacker.packs.kinds import UNKNOWN
from pipeline.exports.outside.outside_machines import said_of_outside
from pipeline.models.frozen_machines import Machine, OutsideMachine

NAMED: dict[str, Any] = {
    "kind": "adaptive",
    "trained_through": 1,
    "trained_on": "photos of a club",
    "source": "github.com/somebody/model",
    "form": "logits",
}
UNNAMED: dict[str, Any] = {
    "kind": UNKNOWN, "trained_through": None, "trained_on": "", "source": "", "form": "label",
}  # fmt: skip


def outside(number: int, stated: dict[str, Any], **more: Any) -> OutsideMachine:
    return OutsideMachine(
        number=number, name=f"machine {number}", pack="club", table_sha256="0123456789abcdef" * 4,
        taken_at="2026-03-02 09:00 UTC", validated={0: 0.5, 1: 0.8}, answers=[], **stated, **more,
    )  # fmt: skip


def sentences(*machines: OutsideMachine, overruled: dict[int, int] | None = None) -> list[str]:
    machine = Machine([], {}, [], {}, outside=list(machines), overruled=overruled or {})
    return list(said_of_outside(machine))


def test_what_an_owner_has_told_is_told() -> None:
    (text,) = sentences(outside(1, NAMED, examples=4))
    assert "machine 1 (github.com/somebody/model), an attack adaptive" in text
    assert "shown 4 labelled photos of each class; learnt from: photos of a club" in text
    assert "SHA-256 0123456789abcdef..." in text
    assert "Not known" not in text
    assert text.endswith("Not checked: that it never saw these photos, and that no person answered for it.")


def test_what_an_owner_has_left_open_is_listed() -> None:
    (text,) = sentences(outside(2, UNNAMED))
    assert "an attack of an unknown kind. It answered pack club by label" in text
    assert (
        "Not known: what it learnt from; through which level it was trained; "
        "whose it is and which weights it has; how sure it is of its answers." in text
    )


def test_where_one_counts_it_is_said_with_its_accuracy_there() -> None:
    *_, text = sentences(outside(1, NAMED), outside(2, UNNAMED), overruled={1: 2})
    assert text.startswith("At level 1 the machine that counts is machine 2, from outside")
    assert "on validation photos it reaches .800" in text

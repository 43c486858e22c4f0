"""Stored results of checks: what was stored before is read, and what is stored can be read."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import pytest

from pipeline.checks.result import RESULT_TYPES, Finding, result_of, store_finding
from pipeline.checks.result_types import AttentionResult, CheckResult, CurveResult, NuisanceResult
from pipeline.models import Check
from tests.pipeline.check_results import STORED, stored_result


@pytest.mark.parametrize("kind", Check.Kind)
def test_every_kind_that_was_stored_before_reads_as_its_type_and_loses_nothing(kind: Check.Kind) -> None:
    result = result_of(Check(kind=kind, result=STORED[kind]))
    assert type(result) is RESULT_TYPES[kind]
    assert json.loads(json.dumps(msgspec.to_builtins(result))) == STORED[kind]


def test_attention_of_a_network_without_maps_has_no_numbers() -> None:
    result = result_of(Check(kind=Check.Kind.ATTENTION, result=STORED["attention without maps"]))
    assert type(result) is CheckResult
    assert result.settings.architecture == "timm:mixer_b16_224"
    assert result.concern


def test_a_check_that_is_not_done_has_no_result() -> None:
    assert result_of(Check(kind=Check.Kind.CURVE)) is None


def test_curves_from_before_a_recipe_was_named_are_read() -> None:
    older = {name: value for name, value in STORED["curve"].items() if name not in {"of", "stand_in"}}
    result = result_of(Check(kind=Check.Kind.CURVE, result=older))
    assert isinstance(result, CurveResult)
    assert (result.network, result.stand_in) == ("", None)


def test_collections_are_stored_only_where_there_are_any() -> None:
    baseline = STORED["nuisance"]["stimuli"]
    with_collections = stored_result("nuisance", collections=baseline)
    result = result_of(Check(kind=Check.Kind.NUISANCE, result=with_collections))
    assert isinstance(result, NuisanceResult)
    assert msgspec.to_builtins(result.collections) == baseline
    assert "collections" not in msgspec.to_builtins(
        result_of(Check(kind="nuisance", result=STORED["nuisance"]))
    )


def test_a_result_that_lacks_a_number_is_refused() -> None:
    lacking = {name: value for name, value in STORED["curve"].items() if name != "gain"}
    with pytest.raises(msgspec.ValidationError, match="gain"):
        result_of(Check(kind=Check.Kind.CURVE, result=lacking))


def test_numbers_of_numpy_are_stored_as_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    attention = msgspec.convert(STORED["attention"], AttentionResult)
    game = msgspec.structs.replace(attention.deletion, low=np.float64(0.5), shares=np.array([0.0, 0.1]))
    check = Check(kind=Check.Kind.ATTENTION)
    monkeypatch.setattr(check, "save", lambda **_: None)
    store_finding(check, Finding(msgspec.structs.replace(attention, deletion=game), "<svg/>"))
    stored = json.loads(json.dumps(check.result))["deletion"]
    assert (stored["low"], stored["shares"], check.figure) == (0.5, [0.0, 0.1], "<svg/>")

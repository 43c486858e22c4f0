"""`pack`, `answer` and `take`: a machine is tried where its photos and labels never meet."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from attacker import Predictions, predict
from attacker.__main__ import main
from attacker.photos.folder import read_folder
from attacker.training.seeds import load_seeds
from stats.machine.attack_matrix import attack_matrix
from tests.attacker import planted
from tests.attacker.commands.test_shell import ONE_SEED, folder, places

__all__ = ["folder", "places"]


@pytest.mark.thorough
def test_a_network_that_answers_a_pack_is_taken_with_the_answers_it_gives_at_home(
    places: list[str], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key, table = (str(tmp_path / name) for name in ("pack.zip", "key.json", "predictions.csv"))
    assert main(["train", *places, *ONE_SEED]) == 0
    assert main(["pack", str(folder), "--out", pack, "--key", key]) == 0
    assert main(["answer", pack, "--run", str(tmp_path / "run"), "--out", str(tmp_path)]) == 0
    answers = str(tmp_path / "answers-seed0.csv")
    assert main(["take", pack, answers, "--key", key, "--name", "mine", "--out", table]) == 0
    (run,) = load_seeds(tmp_path / "run")
    test = read_folder(folder, 0).test
    at_home = predict(run, test)
    rows = pd.read_csv(table).set_index("item_id").loc[list(at_home.items)]
    assert rows["response"].tolist() == [planted.CLASSES[place] for place in _sorted_classes(at_home)]
    assert f"test: balanced accuracy {at_home.balanced_accuracy():.3f} on {len(test)} photos" in (
        capsys.readouterr().out
    )
    for place, name in enumerate(run.classes):
        assert rows[f"prob_{name}"].to_numpy() == pytest.approx(at_home.probabilities[:, place], abs=1e-5)


def _sorted_classes(predictions: Predictions) -> list[int]:
    return [planted.CLASSES.index(predictions.classes[place]) for place in predictions.predicted]


def test_the_rows_are_a_machine_of_which_nothing_is_known_for_the_statistics(
    folder: Path, tmp_path: Path
) -> None:
    pack, key, table = (tmp_path / name for name in ("pack.zip", "key.json", "predictions.csv"))
    main(["pack", str(folder), "--out", str(pack), "--key", str(key)])
    _fill(pack, key, tmp_path / "answers.csv")
    taken = ["take", str(pack), str(tmp_path / "answers.csv"), "--key", str(key), "--name", "oracle"]
    assert main([*taken, "--out", str(table)]) == 0
    matrix = attack_matrix(pd.read_csv(table))
    assert [(row.name, row.kind) for row in matrix.brought] == [("oracle", "unknown")]
    assert matrix.brought[0].cells[0].estimate == 1.0


@pytest.mark.thorough
def test_a_faulty_table_writes_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key, table = (tmp_path / name for name in ("pack.zip", "key.json", "predictions.csv"))
    main(["pack", str(folder), "--out", str(pack), "--key", str(key)])
    _fill(pack, key, tmp_path / "answers.csv", rows=-1)
    taken = ["take", str(pack), str(tmp_path / "answers.csv"), "--key", str(key), "--name", "oracle"]
    assert main([*taken, "--out", str(table)]) == 1
    assert "Nothing was taken. 1 stimuli without a row" in capsys.readouterr().err
    assert not table.exists()


@pytest.mark.thorough
def test_a_pack_says_that_its_photos_may_leave_where_it_was_told_so(folder: Path, tmp_path: Path) -> None:
    from attacker.packs.pack_archive import manifest_of

    for name, more in (("stays.zip", []), ("leaves.zip", ["--may-leave"])):
        assert main(["pack", str(folder), "--out", str(tmp_path / name), *more]) == 0
    assert not manifest_of(tmp_path / "stays.zip").may_leave
    assert manifest_of(tmp_path / "leaves.zip").may_leave


def _fill(pack: Path, key: Path, table: Path, rows: int | None = None) -> None:
    """Answer everything as the key knows it."""
    from attacker.packs.pack_archive import manifest_of

    manifest, photos = manifest_of(pack), json.loads(key.read_text())["photos"]
    lines = [
        f"{each.name},{each.sha256},{manifest.choices[photos[each.name]['label']]}"
        for each in manifest.stimuli
    ]
    table.write_text("\n".join(["stimulus,sha256,label", *lines[:rows]]))

"""Models of open_clip: a small one with random weights is run, and what is missing is said with its name."""

from __future__ import annotations

import json
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
from open_clip.model import CLIP
from PIL import Image
from safetensors.torch import save_file

from attacker.__main__ import main
from attacker.errors import ArchitectureError, ConfigError, WeightsError
from attacker.packs.answer_table import read_answers
from attacker.packs.pack_archive import manifest_of
from attacker.shots.clip_towers import ClipTowers
from attacker.shots.two_towers import Towers
from tests.attacker.endpoint.packed import pack_of

SMALL = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}
GREY = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of 0.8 million random weights, as open_clip writes one."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": SMALL, "preprocess_cfg": GREY}))
    save_file(CLIP(**SMALL).state_dict(), folder / "open_clip_model.safetensors")
    return folder


def small(folder: Path, *, crops: bool = False) -> Towers:
    return ClipTowers(f"local-dir:{folder}", "", crops=crops, device="cpu")


def photo(width: int, height: int, edge: int = 0) -> Image.Image:
    """A grey photo whose left and right ends are of another brightness."""
    pixels = np.full((height, width, 3), 128, np.uint8)
    pixels[:, : width // 8] += edge
    pixels[:, -(width // 8) :] += edge
    return Image.fromarray(pixels)


@pytest.mark.thorough
def test_both_towers_give_vectors_of_one_space(folder: Path) -> None:
    towers = small(folder)
    assert towers.vectors([photo(40, 30), photo(30, 40)]).shape == (2, 16)
    assert towers.sentences(["a dunk", "a shot", "a pass"]).shape == (3, 16)
    assert towers.sharpness == pytest.approx(1 / 0.07)
    assert np.array_equal(towers.vectors([photo(40, 30)]), small(folder).vectors([photo(40, 30)]))


@pytest.mark.thorough
def test_all_of_a_photo_is_seen_unless_it_is_cropped_as_in_training(folder: Path) -> None:
    plain, marked = photo(160, 32), photo(160, 32, edge=100)
    whole, cropped = small(folder), small(folder, crops=True)
    assert np.abs(whole.vectors([plain]) - whole.vectors([marked])).max() > 1e-3
    assert np.array_equal(cropped.vectors([plain]), cropped.vectors([marked]))


def test_a_pack_is_answered_by_the_command(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, _ = pack_of(tmp_path, 40)
    table = tmp_path / "out" / "answers.csv"
    zero = ["zero-shot", str(pack), f"--model=local-dir:{folder}", f"--out={table}", "--device=cpu"]
    assert main([*zero, "--words=red=the colour of blood"]) == 0
    assert "40 answers; give it to `take`" in capsys.readouterr().out
    answers = read_answers(table.read_bytes(), manifest_of(pack))
    assert answers.stated.kind == "zero-shot"
    assert "weights SHA-256 " in answers.stated.source
    stored = json.loads(table.with_suffix(".provenance.json").read_bytes())
    assert "a photo of the colour of blood" in stored["prompts"]["red"]
    assert {len(sentences) for sentences in stored["prompts"].values()} == {12}


def test_an_image_tower_answers_by_examples_too(folder: Path, tmp_path: Path) -> None:
    pack, _ = pack_of(tmp_path, 6, shots=2)
    few = ["few-shot", str(pack), "--examples=2", f"--clip=local-dir:{folder}", f"--out={tmp_path}"]
    assert main([*few, "--device=cpu"]) == 0
    stated = read_answers((tmp_path / "answers-draw0.csv").read_bytes(), manifest_of(pack)).stated
    assert (stated.kind, stated.examples) == ("few-shot", 2)


@pytest.mark.thorough
def test_other_weights_have_another_hash(folder: Path) -> None:
    first = small(folder).source
    save_file(CLIP(**SMALL).state_dict(), folder / "open_clip_model.safetensors")
    assert small(folder).source != first


def test_a_folder_without_weights_is_never_run_with_random_ones(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").unlink()
    with pytest.raises(WeightsError, match="no weights of this model"):
        small(folder)


def test_weights_of_another_model_are_refused(folder: Path) -> None:
    wider = SMALL | {"embed_dim": 24}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": wider, "preprocess_cfg": GREY}))
    with pytest.raises(WeightsError, match="no weights of this model"):
        small(folder)


def test_what_there_is_not_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(ArchitectureError, match="open_clip has no model 'ViT-X'"):
        ClipTowers("ViT-X", "openai")
    for weights in ("mine", str(tmp_path / "none.pt"), ""):
        with pytest.raises(WeightsError, match=r"neither a file nor a tag .* laion2b_s34b_b79k"):
            ClipTowers("ViT-B-32", weights)
    with pytest.raises(ConfigError, match="brings its own weights"):
        ClipTowers("local-dir:/nowhere", "openai")
    with pytest.raises(WeightsError, match="local-dir:/nowhere: no weights"):
        ClipTowers("local-dir:/nowhere", "")


def test_without_a_network_the_file_is_named_and_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WeightsError) as refusal:
        ClipTowers("ViT-B-32", "laion2b_s34b_b79k")
    assert (
        "take open_clip_model.safetensors from https://huggingface.co/laion/CLIP-ViT-B-32-laion2B-s34B-b79K; "
        "put it anywhere here and give --weights PATH/open_clip_model.safetensors"
    ) in str(refusal.value)


def test_where_open_clip_is_missing_the_command_that_installs_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from attacker.shots import clip_towers

    monkeypatch.setattr(clip_towers, "find_spec", lambda _: None)
    pack, _ = pack_of(tmp_path, 3)
    assert main(["zero-shot", str(pack), "--model=ViT-B-32", "--weights=openai"]) == 1
    assert "pip install '.[clip]'" in capsys.readouterr().err

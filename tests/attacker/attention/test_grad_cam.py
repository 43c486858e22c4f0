from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from attacker import Example, TrainedAttacker, attention_maps, predict
from attacker.attention.grad_cam import evidence_over_photo, grad_cam, over_photo
from attacker.errors import DataError, NoMapError
from attacker.networks.staged import StagedNetwork, staged
from tests.attacker import planted


def _packaged() -> StagedNetwork:
    network = staged("efficientnet_lite0", "pretrained", 128, "frozen", 5)
    torch.nn.init.normal_(network.head.weight, 0, 0.5, generator=torch.Generator().manual_seed(1))
    return network


def _photos(count: int, side: int) -> torch.Tensor:
    images = [planted.photo(i % 3, i, shape=(side, side)) for i in range(count)]
    return torch.stack([torch.from_numpy(np.asarray(i).copy()).permute(2, 0, 1) / 127.5 - 1 for i in images])


def as_the_peer_scales(maps: np.ndarray, side: int) -> np.ndarray:
    """pytorch-grad-cam's own steps: each map to [0, 1], enlarged, and to [0, 1] once more."""
    scaled = []
    for raw in maps:
        for enlarge in (True, False):
            raw = (raw - raw.min()) / (1e-7 + (raw - raw.min()).max())
            raw = cv2.resize(raw, (side, side)) if enlarge else raw
        scaled.append(raw)
    return np.stack(scaled)


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_maps_of_pretrained_weights_equal_pytorch_grad_cams() -> None:
    network, x, targets = _packaged(), _photos(4, 128), [0, 1, 4, 2]
    with torch.no_grad():
        ours = grad_cam(network, network.run(x), torch.tensor(targets)).numpy()
    with GradCAM(network, [network.stages[-1]]) as cam:
        theirs = cam(x, [ClassifierOutputTarget(target) for target in targets])
    np.testing.assert_allclose(as_the_peer_scales(ours, 128), theirs, atol=1e-5)


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_maps_of_a_vision_transformer_equal_pytorch_grad_cams() -> None:
    """The peer needs to be given the arrangement of the patches."""
    network, x, targets = staged("timm:test_vit", "random", 160, "frozen", 5), _photos(4, 160), [0, 1, 4, 2]
    torch.nn.init.normal_(network.head.weight, 0, 0.5, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        ours = grad_cam(network, network.run(x), torch.tensor(targets)).numpy()

    def grid(tokens: torch.Tensor) -> torch.Tensor:
        return tokens[:, 1:].reshape(4, 10, 10, -1).permute(0, 3, 1, 2)

    with GradCAM(network, [network.stages[-1]], reshape_transform=grid) as cam:
        theirs = cam(x, [ClassifierOutputTarget(target) for target in targets])
    assert theirs.std() > 0.1
    np.testing.assert_allclose(as_the_peer_scales(ours, 160), theirs, atol=1e-5)


@pytest.mark.thorough
def test_a_map_before_rectifying_sums_to_the_logit() -> None:
    network, x = _packaged(), _photos(3, 128)
    with torch.no_grad():
        feature_map = network.run(x)
        logits = network.classify(feature_map)
        network.head.weight.abs_()  # nothing to rectify, so that nothing is lost
        logits = network.classify(feature_map) - network.head.bias
    maps = grad_cam(network, feature_map, torch.tensor([0, 1, 2]))
    torch.testing.assert_close(maps.sum((1, 2)), logits[range(3), [0, 1, 2]], rtol=1e-4, atol=1e-4)


def test_attention_finds_the_planted_square(trained: TrainedAttacker, held_out: list[Example]) -> None:
    maps = attention_maps(trained, held_out, grid=planted.SIDE)
    inside, outside = [], []
    for example, attention in zip(held_out, maps, strict=True):
        square = np.asarray(Image.open(example.path))[..., example.label] == 240
        inside.append(attention[square].mean())
        outside.append(attention[~square].mean())
    assert np.mean(inside) > 1.2 * np.mean(outside)


def test_maps_are_not_scaled_so_no_evidence_is_seen(
    trained: TrainedAttacker, held_out: list[Example]
) -> None:
    for_it, against_it = (attention_maps(trained, held_out[:6], np.full(6, label)) for label in (0, 1))
    assert held_out[0].label == 0
    assert for_it.mean() > 2 * against_it.mean()


@pytest.mark.thorough
def test_targets_choose_the_class(trained: TrainedAttacker, held_out: list[Example]) -> None:
    labels = [example.label for example in held_out]
    np.testing.assert_array_equal(
        attention_maps(trained, held_out), attention_maps(trained, held_out, labels)
    )
    predicted = predict(trained, held_out, test_time_augmentation=False).predicted
    np.testing.assert_allclose(
        attention_maps(trained, held_out, "predicted"),
        attention_maps(trained, held_out, predicted),
        atol=1e-6,
    )


def test_a_map_covers_a_wide_photo_and_not_the_bars_around_it() -> None:
    bars = torch.zeros(1, 8, 8)
    bars[:, 2:6] = 1.0  # where an image twice as wide as high lies in the square
    np.testing.assert_allclose(over_photo(bars, [(200, 100)], 4)[0, 1:3], 1.0)
    assert over_photo(bars, [(100, 100)], 8)[0, 0].max() == 0


@pytest.mark.parametrize("grid", [7, 28])
@pytest.mark.parametrize(("rows", "size"), [(slice(0, 7), (90, 90)), (slice(2, 5), (140, 60))])
def test_the_evidence_of_a_photo_is_that_of_the_networks_own_map(
    rows: slice, size: tuple[int, int], grid: int
) -> None:
    planted_map = torch.zeros(1, 7, 7)
    planted_map[:, rows] = torch.tensor([0.0, 0.5, 1.0, 3.0, 1.0, 0.5, 0.0])
    own = float(planted_map.sum())
    assert evidence_over_photo(planted_map, [size], grid).sum() == pytest.approx(own, rel=0.1)


@pytest.mark.parametrize("targets", ["best", [0], [9] * 18])
def test_targets_that_fit_nothing_are_refused(
    trained: TrainedAttacker, held_out: list[Example], targets: object
) -> None:
    with pytest.raises(DataError, match="targets"):
        attention_maps(trained, held_out, targets)


@pytest.mark.thorough
def test_a_vision_transformer_is_trained_on_cached_tokens_and_explained(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(
        architecture="timm:test_vit", image_size=160, head_epochs=1, finetune_epochs=1, views=1
    )
    trained = planted.fit(config, tmp_path / "run", training[::3], validation[::3])
    assert trained.record.history[-1].stage == "finetune"
    assert trained.cut == 4  # of six stages the upper two were trained
    maps = attention_maps(trained, validation[:2], "predicted", grid=10)
    assert maps.shape == (2, 10, 10)
    assert (maps.sum((1, 2)) > 0).any()


@pytest.mark.thorough
def test_a_network_without_a_map_is_refused(
    held_out: list[Example], training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(
        architecture="timm:test_vit_relpos", image_size=160, head_epochs=1, finetune_epochs=0
    )
    trained = planted.fit(config, tmp_path, training[:48:4] + training[1:48:4], validation)
    with pytest.raises(NoMapError, match="no spatial feature map"):
        attention_maps(trained, held_out)

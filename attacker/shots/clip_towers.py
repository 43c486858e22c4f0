"""Two towers from open_clip: CLIP, SigLIP and their kin, with weights of a hub or of a file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image
from torch import Tensor

from attacker.config import AttackerConfig
from attacker.errors import ArchitectureError, ConfigError, WeightsError
from attacker.networks.runtime import computing, runtime
from attacker.networks.weights import fingerprint
from attacker.shots.two_towers import Vectors

if TYPE_CHECKING:
    from attacker.config import Device

SCHEMES = ("hf-hub:", "local-dir:")
_FAILURES = (
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    TypeError,
)  # whatever a file of other weights leads to
_ON_THE_HUB = "open_clip_model.safetensors"


class ClipTowers:
    """An image tower and a text tower; see `two_towers.Towers`.

    Parameters
    ----------
    model
        Name of a model that open_clip knows, or where one lies: ``hf-hub:<owner>/<name>``,
        ``local-dir:<folder>``.
    weights
        Of a model that open_clip knows: a tag of its hub, or the path of a file. Empty for the others, which
        bring their own.
    crops
        Whether a photo is cropped as in the model's training; else all of it is seen, its shape kept.
    device
        As in `attacker.config.AttackerConfig`.

    Raises
    ------
    ConfigError
        If open_clip, or the tokenizer that the model needs, is not installed.
    ArchitectureError
        If there is no such model.
    WeightsError
        If there are no such weights, they cannot be fetched, or are of another model.
    """

    def __init__(self, model: str, weights: str, *, crops: bool = False, device: Device = "auto") -> None:
        clip = open_clip()
        _require_known(clip, model, weights)
        self._where = runtime(AttackerConfig(device=device)).device
        changes = {} if crops else {"resize_mode": "longest"}
        try:
            network = clip.create_model(
                model, weights or None, require_pretrained=True, force_preprocess_cfg=changes
            )
        except _FAILURES as error:
            raise _no_weights(clip, model, weights, error) from error
        self._tokens = _tokenizer(clip, model)
        self._prepared = clip.transform.image_transform_v2(
            clip.transform.PreprocessCfg(**network.visual.preprocess_cfg), is_train=False
        )
        self._network = network.eval().to(self._where)
        self.sharpness = float(network.logit_scale.detach().exp())
        named = f"{Path(weights).name} " if weights else ""  # no path of this machine
        sha256 = fingerprint(network.state_dict())
        self.source = f"{model} by open_clip {clip.__version__}, weights {named}SHA-256 {sha256[:16]}"

    def vectors(self, photos: Sequence[Image.Image]) -> Vectors:
        """Return one vector for each photo, float32 [n, d]."""
        pixels = torch.stack([self._prepared(photo) for photo in photos])
        with torch.inference_mode(), computing("the size of the model"):
            return _host(self._network.encode_image(pixels.to(self._where)))

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Return one vector for each sentence, float32 [n, d]."""
        with torch.inference_mode(), computing("the size of the model"):
            return _host(self._network.encode_text(self._tokens(list(texts)).to(self._where)))


def open_clip() -> Any:
    """Return the package.

    Raises
    ------
    ConfigError
        If it is not installed.

    Examples
    --------
    >>> "ViT-B-32" in open_clip().list_models()
    True
    """
    if find_spec("open_clip") is None:
        raise ConfigError("models of an image and a text tower need a package more: pip install '.[clip]'")
    import open_clip as package

    return package


def _host(vectors: Tensor) -> Vectors:
    on_host: Vectors = vectors.float().cpu().numpy()
    return on_host


def _require_known(clip: Any, model: str, weights: str) -> None:
    """Refuse what no fetching could give, before anything is fetched."""
    if model.startswith(SCHEMES):
        if weights:
            raise ConfigError(f"{model} brings its own weights: leave --weights away")
        return
    if model not in clip.list_models():
        raise ArchitectureError(
            f"open_clip has no model {model!r}: give one of open_clip.list_models(), hf-hub:<owner>/<name> "
            "or local-dir:<folder>"
        )
    tags = clip.list_pretrained_tags_by_model(model)
    if not (Path(weights).is_file() or weights in tags):
        raise WeightsError(
            f"{weights!r} is neither a file nor a tag of weights for {model}: give --weights PATH, or one of "
            f"{', '.join(tags) or 'none'}"
        )


def _no_weights(clip: Any, model: str, weights: str, error: Exception) -> WeightsError:
    """Return the error for weights that cannot be had: why, which file is meant, and where it goes."""
    settings = {} if model.startswith(SCHEMES) else clip.get_pretrained_cfg(model, weights)
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if not settings:
        return WeightsError(f"{model}: no weights of this model ({reason})")
    repository = str(settings.get("hf_hub", "")).rstrip("/")
    if repository:
        file, place = _ON_THE_HUB, f"https://huggingface.co/{repository}"
    else:
        file, place = str(settings["url"]).rsplit("/", 1)[-1], str(settings["url"])
    return WeightsError(
        f"{model}: the weights {weights} cannot be fetched ({reason}). Where there is a network, take {file} "
        f"from {place}; put it anywhere here and give --weights PATH/{file}"
    )


def _tokenizer(clip: Any, model: str) -> Any:
    try:
        return clip.get_tokenizer(model)
    except ImportError as error:
        raise ConfigError(
            f"the text tower of {model} reads words by a package more ({error}): pip install transformers "
            "sentencepiece"
        ) from error
    except _FAILURES as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(
            f"{model}: its tokenizer cannot be fetched ({reason}): fetch it once where there is a network, "
            "and copy the Hugging Face cache (HF_HOME) here"
        ) from error

"""Which cells of photos belong to their subjects, learned without labels from a first guess.

A guess whose extremes are mostly right is enough to learn from: a linear classifier of cells, fitted over
many photos, cannot follow the errors that the guess makes in single photos. Its answer is the next guess.

References
----------
Siméoni et al. (2023), Unsupervised Object Localization: Observing the Background to Discover Objects, CVPR; a
linear layer is trained there, once, on guesses from a self-supervised transformer.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

import torch
from torch import Tensor
from torch.nn import functional

ROUNDS = 5
SUBJECT, BACKGROUND = 0.9, 0.5  # quantiles over all cells: above the first is subject, below the second not
_MOST_SUBJECT_CELLS = 4_000
_BACKGROUND_CELLS = 3  # for each cell of subject
_RIDGE = 1e-3
_STEPS = 60
_PHOTOS_AT_ONCE = 64
_NEAR = 4.0  # standard deviation, in cells, of how far `shared_among_alike` reaches
_NONE = 1e-9
_LOW, _HIGH = 0.25, 0.98  # quantiles of a photo's cells that become 0 and 1 in a first guess
_CENTRE = 0.45  # standard deviation of the prior about the photo's centre, in halves of its sides
_MOST_ALIKE = 6  # one in so many of the border's cells: a border need not be of one kind
_FLAT = 1e-6


def stands_out(last: Tensor, earlier: Tensor) -> Tensor:
    """Return how much each cell stands out: central, unlike the photo's border, and of strong features.

    Parameters
    ----------
    last, earlier
        Maps of two stages, float32 [n, C, g, g] each, over the photo's extent.

    Returns
    -------
    Float32 [n, g, g] in [0, 1]; 0 everywhere for a photo without contrast in its features.

    Examples
    --------
    >>> flat = torch.ones(1, 3, 6, 6)
    >>> float(stands_out(flat, flat).max())
    0.0
    """
    cells = last.flatten(2).transpose(1, 2)  # [n, g g, C]
    unlike = (_stretched(unlike_border(last)) + _stretched(unlike_border(earlier))) / 2
    away = torch.linspace(-1, 1, 2 * last.shape[2] + 1)[1::2].square()  # from the middle, [g]
    centre = torch.exp(-(away[:, None] + away) / (2 * _CENTRE**2))
    return (unlike * _stretched(cells.norm(dim=2))).reshape(len(last), *centre.shape) * centre


def unlike_border(maps: Tensor) -> Tensor:
    """Return how little each cell resembles those cells of the photo's border that it resembles most.

    Parameters
    ----------
    maps
        Float32 [n, C, g, g].

    Returns
    -------
    1 minus the mean cosine with the most alike sixth of the border's cells, float32 [n, g g].

    Examples
    --------
    >>> bool(unlike_border(torch.ones(1, 3, 6, 6)).abs().max() < 1e-6)
    True
    """
    directions = functional.normalize(maps, dim=1)
    cells = directions.flatten(2).transpose(1, 2)
    sides = directions[..., 0, :], directions[..., -1, :], directions[..., 1:-1, 0], directions[..., 1:-1, -1]
    likeness = cells @ torch.cat(sides, dim=2)  # [n, g g, border cells]
    return 1 - likeness.topk(likeness.shape[2] // _MOST_ALIKE, dim=2).values.mean(2)


def _stretched(values: Tensor) -> Tensor:
    """Put the background's level at 0 and the subject's at 1, cutting off beyond; flat maps become 0."""
    low = values.quantile(_LOW, dim=1, keepdim=True)
    high = values.quantile(_HIGH, dim=1, keepdim=True)
    scaled = (values - low) / (high - low).clamp_min(_FLAT)
    return torch.where(
        high - low > _FLAT * high.abs().clamp_min(_FLAT), scaled, torch.zeros_like(scaled)
    ).clamp(0, 1)


def learn_again(cells: Tensor, guesses: Tensor, before_each_fit: Callable[[], object]) -> Tensor:
    """Return the probability that each cell belongs to the subject of its photo.

    Every round fits a classifier to one half of the photos and applies it to the other half: no photo's guess
    decides its own answer.

    Parameters
    ----------
    cells
        Features, float16 [n, c, D], each of variance about 1. Photos of odd and of even rows are the halves,
        so the order must be by nothing that matters, such as the hash of their content.
    guesses
        First guess, float32 [n, c]; the larger, the likelier subject.
    before_each_fit
        Called before each of the `ROUNDS` x 2 fits; may raise to stop.

    Returns
    -------
    Float32 [n, c] in [0, 1].
    """
    for round_number in range(ROUNDS):
        answers = torch.empty_like(guesses)
        for half in (0, 1):
            before_each_fit()
            weights, bias = _fit(*_sample(cells[half::2], guesses[half::2], seed=2 * round_number + half))
            answers[1 - half :: 2] = _probabilities(cells[1 - half :: 2], weights, bias)
        guesses = answers
    return guesses


def _sample(cells: Tensor, guesses: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Return features, float32 [m, D], of cells drawn from both ends of the guesses, and their labels [m]."""
    values = guesses.flatten()
    ordered = values.sort().values
    high, low = ordered[int(len(ordered) * SUBJECT)], ordered[int(len(ordered) * BACKGROUND)]
    generator = torch.Generator().manual_seed(seed)

    def draw(places: Tensor, most: int) -> Tensor:
        return places[torch.randperm(len(places), generator=generator)[:most]]

    subject = draw((values >= high).nonzero()[:, 0], _MOST_SUBJECT_CELLS)
    background = draw((values <= low).nonzero()[:, 0], _BACKGROUND_CELLS * len(subject))
    labels = torch.cat([torch.ones(len(subject)), torch.zeros(len(background))])
    places = torch.cat([subject, background])
    per_photo = cells.shape[1]
    return cells[places // per_photo, places % per_photo].float(), labels


def _fit(cells: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return weights [D] and bias [] of a ridge-penalised logistic regression, by L-BFGS from zero."""
    weights = torch.zeros(cells.shape[1], requires_grad=True)
    bias = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=_STEPS)

    def loss() -> Tensor:
        optimizer.zero_grad()
        fit = functional.binary_cross_entropy_with_logits(cells @ weights + bias, labels)
        penalised = fit + _RIDGE * weights.square().sum()
        penalised.backward()  # type: ignore[no-untyped-call]
        return penalised

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach(), bias.detach()


def _probabilities(cells: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """Return the classifier's answers, float32 [n, c]; few photos at a time, which are float16 until then."""
    batches = [(batch.float() @ weights + bias).sigmoid() for batch in torch.split(cells, _PHOTOS_AT_ONCE)]
    return torch.cat(batches)


def shared_among_alike(values: Tensor, cells: Tensor, before_each_photo: Callable[[], object]) -> Tensor:
    """Return each cell's value averaged over the cells near it that look like it.

    A subject's dull parts gain by this, and the edge of a map comes to lie where the features change.

    Parameters
    ----------
    values
        Float32 [n, g * g].
    cells
        Features, float16 [n, g * g, D], about 0; cells weigh by their squared cosine, and not at all
        where that is negative.
    before_each_photo
        Called before each photo; may raise to stop.

    Returns
    -------
    Float32 [n, g * g].

    Examples
    --------
    >>> alike = torch.ones(1, 9, 4)
    >>> bool(torch.allclose(shared_among_alike(torch.ones(1, 9), alike, lambda: None), torch.ones(1, 9)))
    True
    """
    side = isqrt(values.shape[1])
    places = torch.cartesian_prod(torch.arange(side), torch.arange(side)).float()
    near = torch.exp(-torch.cdist(places, places).square() / (2 * _NEAR**2))  # [g g, g g]
    averages = torch.empty_like(values)
    for number, photo in enumerate(cells):
        before_each_photo()
        directions = functional.normalize(photo.float(), dim=1)
        weights = (directions @ directions.T).clamp_min(0).square() * near
        averages[number] = weights @ values[number] / weights.sum(1).clamp_min(_NONE)
    return averages

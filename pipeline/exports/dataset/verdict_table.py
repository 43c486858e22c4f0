"""The verdict's table from the exported trials, with pandas alone, to read, check and change.

    python analysis/verdict_table.py data/study-..._table-trials_data.csv .85 .75 .80 .05

after floor, ceiling, competence and alpha. A trial without an answer in time is wrong; classes weigh the
same; variances are clustered by observers and by photos at once; one network is tested over photos.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

NUMBERS = ("accuracy", "low", "high", "p", "observers", "trials")


def counted(path: str) -> pd.DataFrame:
    """Return the trials that count, with their weights: the inverse of the chance of a level drawn for it."""
    trials = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    unanswered = trials["response_status"].isin(["timeout", "cant_tell"])
    trials["y"] = pd.to_numeric(trials["correct"], errors="coerce").mask(unanswered, 0.0)
    trials["level"] = trials["crop_level"].astype(float)
    trials["cluster"] = trials["source_id"].where(trials["source_id"] != "", "item " + trials["item_id"])
    out = trials["block_type"].isin(["practice", "catch"]) | (trials["response_status"] == "aborted")
    out |= (trials["mode"] == "preview") | (trials["excluded_trial"] == "1")
    trials = trials[~(out | (trials["excluded_participant"] == "1") | trials["y"].isna())].copy()
    chance = pd.to_numeric(trials["level_probability"], errors="coerce")
    trials["w"] = (1 / chance).groupby(trials["level"]).transform(lambda w: w / w.mean()).fillna(1.0)
    return trials


def residuals(trials: pd.DataFrame) -> tuple[float, pd.Series]:
    """Return the macro average and the residual of every trial, weighted as in the average."""
    weight = trials.groupby("category")["w"].transform("sum") * trials["category"].nunique()
    means = (trials["y"] * trials["w"]).groupby(trials["category"]).sum()
    means = means / trials.groupby("category")["w"].sum()
    return float(means.mean()), trials["w"] * (trials["y"] - trials["category"].map(means)) / weight


def clusters_of(trials: pd.DataFrame) -> pd.Series:
    """Return the number of clusters of photos in each class."""
    return trials.groupby("category")["cluster"].nunique()


def between_clusters(trials: pd.DataFrame, residual: pd.Series) -> float:
    """Return the part of the variance between clusters of photos; none where a class has a single one."""
    own, all_clusters = clusters_of(trials), trials["cluster"].nunique()
    if own.min() < 2 or all_clusters <= len(own):
        return np.nan
    squares = residual.groupby(trials["cluster"]).sum() ** 2
    if own.sum() > all_clusters:
        return float(squares.sum() * all_clusters / (all_clusters - len(own)))
    of_cluster = trials.groupby("cluster")["category"].first().map(own)
    return float((squares * of_cluster / (of_cluster - 1)).sum())


def photos_df(trials: pd.DataFrame) -> float:
    """Return degrees of freedom between photos: clusters minus classes, fewer where a class is small."""
    own, all_clusters = clusters_of(trials), trials["cluster"].nunique()
    if own.min() < 2 or own.min() == own.max():
        return float(all_clusters - len(own))
    satterthwaite = float((1 / own).sum() ** 2 / (1 / (own**2 * (own - 1))).sum())
    return min(float(all_clusters - len(own)), satterthwaite)


def variance_and_df(trials: pd.DataFrame, residual: pd.Series) -> tuple[float, float]:
    """Return the variance clustered two ways (Cameron, Gelbach & Miller) and Satterthwaite's df."""
    agents, apart = trials["agent_id"].nunique(), photos_df(trials)
    photos = between_clusters(trials, residual)
    if agents < 2 or np.isnan(photos):
        return np.nan, np.nan
    of_agents = agents / (agents - 1) * float((residual.groupby(trials["agent_id"]).sum() ** 2).sum())
    cells = residual.groupby([trials["agent_id"], trials["cluster"]]).sum()
    rest = float((cells**2).sum()) * (len(cells) / (len(cells) - 1) if len(cells) > 1 else 1)
    variance = max(of_agents + photos - rest, of_agents, photos)
    if rest == 0 or variance <= 1e-12 * rest:
        return np.nan, np.nan
    spread = of_agents**2 / (agents - 1) + photos**2 / apart
    return variance, variance**2 / (spread + rest**2 / ((agents - 1) * apart))


def units_of_one_network(trials: pd.DataFrame, mean: float, residual: pd.Series, alpha: float) -> float:
    """Return of how many independent photos one network's answers are worth (Korn & Graubard)."""
    counts = trials.groupby("category").size()
    photos = len(counts) ** 2 / float((1 / counts).sum())
    if trials["cluster"].nunique() == len(trials) and counts.min() == counts.max():
        return photos
    variance, df = between_clusters(trials, residual), photos_df(trials)
    if not variance > 0:
        return sources(trials)
    factor = special.stdtrit(max(photos - 1, 1), 1 - alpha / 2) / special.stdtrit(df, 1 - alpha / 2)
    return min(mean * (1 - mean) / variance * float(factor) ** 2, photos)


def sources(trials: pd.DataFrame) -> float:
    """Return the independent sources behind answers without spread."""
    own = clusters_of(trials)
    return min(len(own) ** 2 / float((1 / own).sum()), float(trials["cluster"].nunique()))


def units_of_people(trials: pd.DataFrame) -> float:
    """Return observers or sources, whichever are fewer; or what unequal weights leave of them."""
    sums = [trials.groupby(name)["w"].sum() for name in ("agent_id", "cluster")]
    if (trials["w"] == 1).all():
        return min(float(len(sums[0])), sources(trials))
    return min(sources(trials), *(float(w.sum() ** 2 / (w**2).sum()) for w in sums))


def side(trials: pd.DataFrame, threshold: float, alpha: float, is_machine: bool) -> dict[str, Any]:
    """Return accuracy, interval and one-sided p: people above the floor, the machine below the ceiling."""
    size, agents = len(trials), trials["agent_id"].nunique()
    if is_machine and agents == 1:
        by_photo = {"y": "mean", "w": "first", "category": "first", "cluster": "first", "agent_id": "first"}
        trials = trials.groupby("item_id").agg(by_photo)
    mean, residual = residuals(trials)
    variance, df = variance_and_df(trials, residual)
    if 0 < mean < 1 and variance > 0:
        se = np.sqrt(variance) / (mean * (1 - mean))
        half = special.stdtrit(df, 1 - alpha / 2) * se
        low, high = special.expit(special.logit(mean) + np.array([-half, half]))
        distance = (special.logit(mean) - special.logit(threshold)) / se
        p = special.stdtr(df, distance if is_machine else -distance)
    else:
        if is_machine and agents == 1:
            units = units_of_one_network(trials, mean, residual, alpha)
        else:
            units = sources(trials) if is_machine and mean in (0, 1) else units_of_people(trials)
        right, wrong = mean * units, (1 - mean) * units
        low = special.betaincinv(right, wrong + 1, alpha / 2) if right > 0 else 0.0
        high = special.betaincinv(right + 1, wrong, 1 - alpha / 2) if wrong > 0 else 1.0
        extreme, other, null = (wrong, right, 1 - threshold) if is_machine else (right, wrong, threshold)
        p = special.betainc(extreme, other + 1, null) if extreme > 0 else 1.0
    p = max(float(p), sys.float_info.min)
    return {"accuracy": mean, "low": low, "high": high, "p": p, "observers": agents, "trials": size}


def holm(p: pd.Series) -> pd.Series:
    """Return p-values adjusted for all levels that are tested."""
    ordered = p.dropna().sort_values()
    steps = ordered * np.arange(len(ordered), 0, -1)
    return steps.cummax().clip(upper=1.0).reindex(p.index)


def gates(table: pd.DataFrame, competence: float, alpha: float) -> pd.Series:
    """Return which levels pass both gates, people light to heavy and the machine heavy to light."""
    tested = table.index[table["p_holm"].notna()]
    share = alpha if len(tested) == 1 else alpha / 2
    people = (table.loc[tested, "people_p"] <= share).cumprod()
    machine = (table.loc[tested[::-1], "machine_p"] <= share).cumprod()
    is_competent = bool((table["machine_low"][table.index == 0] > competence).any())
    sweet: pd.Series = (people * machine).reindex(table.index).fillna(0) * is_competent
    return sweet.astype(int)


def verdict_table(path: str, floor: float, ceiling: float, competence: float, alpha: float) -> pd.DataFrame:
    """Return one row per level: people, machine, the larger of their p, Holm's p, and whether it is sweet.

    `p` is blank where people or machine lack a class.
    """
    trials, rows = counted(path), {}
    for level, at_level in trials.groupby("level"):
        row: dict[str, Any] = {}
        for kind, name, threshold in (("human", "people", floor), ("model", "machine", ceiling)):
            answers = at_level[at_level["agent_type"] == kind]
            values = dict.fromkeys(NUMBERS, np.nan)
            if len(answers):
                values |= side(answers, threshold, alpha, is_machine=kind == "model")
            row |= {f"{name}_{key}": value for key, value in values.items()}
        by_kind = at_level.groupby("agent_type")["category"].nunique()
        complete = len(by_kind) == 2 and by_kind.min() == trials["category"].nunique()
        row["p"] = max(row["people_p"], row["machine_p"]) if complete else np.nan
        rows[level] = row
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("crop_level")
    table["p_holm"] = holm(table["p"].where((table.index != 0) | (competence < ceiling)))
    table["sweet"] = gates(table, competence, alpha)
    return table


if __name__ == "__main__":
    verdict_table(sys.argv[1], *map(float, sys.argv[2:6])).to_csv(sys.stdout)

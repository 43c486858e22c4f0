"""Statistics of Sweetspot: a pure package that takes data frames and returns frozen results.

Names are loaded on first use: every process of a site imports a part of this package, and few of them need
scipy. The stub beside this file lists the names and where they live.

Examples
--------
>>> import numpy as np
>>> import pandas as pd
>>> from stats import verdict
>>> from stats.planning.simulated_studies import simulate
>>> rng = np.random.default_rng(0)
>>> people = simulate([0.98, 0.95, 0.70], rng, n_agents=40, n_items=300)
>>> networks = simulate([0.96, 0.45, 0.40], rng, agent_type="model", n_agents=5, n_items=300, crossed=True)
>>> answer = verdict(pd.concat([people, networks]), floor=0.85, ceiling=0.75)
>>> answer.headline()
'sweet spot supported at level 1; refuted at level 0, 2'
>>> {level.crop_level: str(level.verdict) for level in answer.levels}
{0: 'refuted', 1: 'supported', 2: 'refuted'}
>>> human = answer.levels[1].human
>>> f"{human.estimate:.3f} [{human.ci_low:.3f}, {human.ci_high:.3f}], {human.n_agents} people"
'0.953 [0.941, 0.962], 40 people'
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

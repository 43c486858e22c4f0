"""Progress of stages, some of them side by side: bars on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

FORMAT = "{desc} {percentage:3.0f}% |{bar:30}| {elapsed} {postfix}"
NAME_WIDTH = 42


class Stages:
    """A bar for each stage that runs; finished stages stay on the screen."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.is_terminal = self.stream.isatty()
        self.begun: dict[str, float] = {}
        self.ended: set[str] = set()
        self.bars: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bar in self.bars.values():
            bar.close()

    def show(self, stage: str, share: float, message: str = "") -> None:
        """Show the share of a stage that is done; a stage that is done at the first call is not shown."""
        if stage in self.ended or (stage not in self.begun and share >= 1.0):
            return
        if stage not in self.begun:
            self._begin(stage)
        if self.is_terminal:
            bar = self.bars[stage]
            bar.set_postfix_str(message[:60], refresh=False)
            bar.update(100 * share - bar.n)
        if share >= 1.0:
            self._end(stage)

    def _begin(self, stage: str) -> None:
        self.begun[stage] = time.monotonic()
        if self.is_terminal:
            name = f"{stage:<{NAME_WIDTH}}"
            self.bars[stage] = tqdm(total=100, desc=name, bar_format=FORMAT, file=self.stream)

    def _end(self, stage: str) -> None:
        self.ended.add(stage)
        if self.is_terminal:
            self.bars.pop(stage).close()
        else:
            seconds = time.monotonic() - self.begun[stage]
            self.stream.write(f"{stage:<{NAME_WIDTH}} done in {seconds:.0f} s\n")
            self.stream.flush()

"""Progress in a log is one line per stage; on a terminal it is a bar."""

from __future__ import annotations

import io

from pipeline.demo.terminal import Stages


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> str:
    with Stages(stream) as stages:
        stages.show("done before", 1.0)
        stages.show("draw", 0.5, "5 of 10")
        stages.show("draw", 1.0, "10 of 10")
        stages.show("draw", 1.0)
        stages.show("train", 0.3, "epoch 1")
    return stream.getvalue()


def test_a_log_gets_one_line_for_each_stage_that_ended() -> None:
    lines = shown(io.StringIO()).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("draw ")
    assert lines[0].endswith("done in 0 s")


def test_a_terminal_sees_bars_move() -> None:
    text = shown(Terminal())
    assert "100%" in text
    assert "epoch 1" in text
    assert "done before" not in text

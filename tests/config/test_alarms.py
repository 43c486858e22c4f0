"""Who runs the site hears of a part that fails, once, and when it is well again."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from django.core import mail
from pytest_django import Settings

from config.alarms import watch
from config.alarms.changes import Reported, after_a_look
from config.health.probes import health, probe_backup
from config.health.site_parts import Health, Part, State
from pipeline.notices import webhook

WELL, BROKEN = Part(State.OK, "answers"), Part(State.DEGRADED, "does not answer")
FULL = Part(State.DOWN, "full: make room", {"free_gb": 0.0})


def told_of(*looks: Part) -> list[list[str]]:
    """What is told after each look at one part."""
    reported, all_news = Reported(), []
    for part in looks:
        reported, news = after_a_look(reported, Health({"broker": part}))
        all_news.append(news)
    return all_news


def test_two_looks_in_a_row_are_news_and_a_moment_is_not() -> None:
    assert told_of(BROKEN, WELL, BROKEN, WELL) == [[], [], [], []]
    assert told_of(BROKEN, BROKEN) == [[], ["broker: degraded, does not answer"]]


def test_what_is_known_is_told_once_and_its_end_as_well() -> None:
    assert told_of(BROKEN, BROKEN, BROKEN, WELL, WELL, WELL) == [
        [], ["broker: degraded, does not answer"], [], [], ["broker: ok, answers"], []
    ]  # fmt: skip


def test_what_becomes_worse_is_told_again() -> None:
    assert told_of(BROKEN, BROKEN, FULL, FULL)[3] == ["broker: down, full: make room (free gb 0.0)"]


def test_two_looks_that_differ_do_not_agree() -> None:
    assert told_of(BROKEN, FULL, BROKEN, FULL) == [[], [], [], []]


def test_what_could_not_be_told_is_told_after_the_next_look() -> None:
    heard: list[list[str]] = []
    trouble = iter([OSError("no mail server"), None])

    def tell(news: list[str]) -> None:
        if error := next(trouble):
            raise error
        heard.append(news)

    watching = watch.Watch(tell, lambda: Health({"broker": BROKEN}))
    watching.look()
    with pytest.raises(OSError, match="no mail server"):
        watching.look()
    watching.look()
    watching.look()
    assert heard == [["broker: degraded, does not answer"]]


def test_a_look_that_fails_is_written_down_and_not_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY", 0.001)
    looks = iter([OSError("no broker"), BROKEN, BROKEN])
    heard, again = [], threading.Event()

    def look() -> Health:
        part = next(looks, BROKEN)
        if isinstance(part, OSError):
            raise part
        return Health({"broker": part})

    def tell(news: list[str]) -> None:
        heard.append(news)
        again.set()

    watching = watch.Watch(tell, look)
    watching.begin()
    assert again.wait(30)
    watching.end()
    assert heard == [["broker: degraded, does not answer"]]


def test_mail_and_webhook_are_told_and_one_that_fails_does_not_keep_the_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALARM_MAIL_TO, settings.ALARM_WEBHOOK = ["admin@example.org"], "https://chat.example.org/hook"
    posted: list[dict[str, str]] = []
    monkeypatch.setattr(webhook, "post", lambda _address, content: posted.append(content))
    watch.tell(["disk: down, full", "broker: ok, answers"])
    assert [message.subject for message in mail.outbox] == ["Sweetspot: disk: down, full"]
    assert "broker: ok, answers" in mail.outbox[0].body
    assert posted == [{"text": "Sweetspot: disk: down, full; broker: ok, answers", "event": "alarm"}]
    monkeypatch.setattr(watch, "_mail", lambda _news: (_ for _ in ()).throw(OSError("no mail server")))
    with pytest.raises(OSError, match="no mail server"):
        watch.tell(["disk: ok, has room"])
    assert posted[-1]["text"] == "Sweetspot: disk: ok, has room"


def test_nobody_is_told_where_nobody_is_named(settings: Settings) -> None:
    assert not watch.is_wanted()
    settings.ALARM_MAIL_TO = ["admin@example.org"]
    assert watch.is_wanted()


def test_the_newest_file_is_the_backup_that_counts(tmp_path: Path) -> None:
    assert probe_backup(tmp_path / "none").says == "the folder cannot be read"
    assert probe_backup(tmp_path).says == "there is none"
    for name, hours in (("old.dump", 200), ("new.dump", 27)):
        (tmp_path / name).write_bytes(b"rows")
        os.utime(tmp_path / name, 2 * (time.time() - 3600 * hours,))
    old = probe_backup(tmp_path)
    assert (old.state, old.says, old.figures) == (State.DEGRADED, "old", {"hours": 27.0})
    (tmp_path / "today.dump").write_bytes(b"rows")
    assert probe_backup(tmp_path).state is State.OK


def test_a_folder_is_a_backup_once_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / ".unfinished-2026-11-30T083000Z").mkdir()
    assert probe_backup(tmp_path).says == "there is none"
    (tmp_path / ".unfinished-2026-11-30T083000Z").rename(tmp_path / "2026-11-30T083000Z")
    assert probe_backup(tmp_path).state is State.OK


@pytest.mark.django_db
def test_a_backup_is_a_part_of_the_site_where_its_folder_is_named(settings: Settings, tmp_path: Path) -> None:
    assert "backup" not in health().parts
    settings.BACKUP_FOLDER = str(tmp_path)
    assert health().parts["backup"].state is State.DEGRADED

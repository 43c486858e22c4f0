"""`python -m config.stack up`: from nothing to a running site, and back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.places import CHECKOUT, var_directory
from config.stack import services
from config.stack.errors import StackError
from config.stack.exclusive import only_stack_on, require_free_port
from config.stack.layout import Layout, Site
from config.stack.stop_signal import listening
from config.stack.supervisor import Supervisor

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What the person asked for."""

    site: Site
    demo: bool = False
    photos: Path | None = None
    once: bool = False


def up(options: Options, say: Say) -> int:
    """Run the stack until somebody stops it (with `once`: until the demo has ended); return the exit code."""
    _refuse_foreign_broker()
    _require_what_trains()
    layout = Layout(var_directory())
    with only_stack_on(layout.var), listening() as stop, Supervisor(stop, say) as supervisor:
        require_free_port(options.site.host, options.site.port)
        _start(supervisor, layout, options.site, say)
        code = _demo(supervisor, options, say) if options.demo else 0
        if options.once:
            return code
        _show_addresses(options.site, layout, say)
        supervisor.keep_running()
        say("stopping ...")
        return 0


def _require_what_trains() -> None:
    if find_spec("torch") is None:
        raise StackError(
            "torch is not installed here, so the stack's worker could not cut or train: run make install, "
            "or pip install '.[attacker]'; a server of the web alone starts gunicorn (docs/operations.md)"
        )


def _start(supervisor: Supervisor, layout: Layout, site: Site, say: Say) -> None:
    layout.create()
    supervisor.start(services.broker(layout))
    say("preparing database and static files ...")
    supervisor.require((sys.executable, "-m", "config.stack.prepare"), layout.log("prepare"))
    supervisor.start(services.web(layout, site), services.beat(layout), services.worker(layout))


def _demo(supervisor: Supervisor, options: Options, say: Say) -> int:
    command = (
        sys.executable,
        str(CHECKOUT / "manage.py"),
        "demo",
        "--base-url",
        options.site.url.rstrip("/"),
    )
    photos = ("--photos", str(options.photos)) if options.photos else ()
    code = supervisor.run((*command, *photos))
    if code != 0:
        say(f"The demo ended with code {code}.")
    return code


def _show_addresses(site: Site, layout: Layout, say: Say) -> None:
    say(f"\nSweetspot is up: {site.url}")
    say(f"  researchers:    {site.url}desk/")
    if layout.first_account.is_file():
        token = layout.first_account.read_text(encoding="ascii")
        say(f"  first account:  {site.url}first-account/?token={token}")
    say(f"  logs:           {layout.log('*')}")
    say("  stop with Ctrl-C\n")


def _refuse_foreign_broker() -> None:
    if os.environ.get("BROKER_URL"):
        raise StackError(
            "BROKER_URL is set, but this command runs a broker of its own. Unset it,"
            " or start the parts one by one as docs/operations.md describes."
        )

"""Former address of `python -m stats`, kept for scripts: names the new one on stderr, then does the same."""

from __future__ import annotations

import sys

from stats.__main__ import main

if __name__ == "__main__":
    print("note: `python -m pipeline.stats` has moved; use `python -m stats`", file=sys.stderr)
    sys.exit(main())

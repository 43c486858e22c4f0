"""The former address of `python -m stats`, kept for scripts: says once where it moved, then does the same."""

from __future__ import annotations

import sys

from stats.__main__ import main

if __name__ == "__main__":
    print("note: python -m pipeline.stats is python -m stats now", file=sys.stderr)
    sys.exit(main())

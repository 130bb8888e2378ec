"""Fuzzing by atheris, started by ``tests.fuzzing``: ``python -m tests.fuzzguided TARGET SEEDS SECONDS SEED ARTIFACT``.

A process of its own: atheris changes what is imported, and ends the process when it is done or has found something.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kaframe"]):
    from tests.fuzzing import LONGEST, RESIDENT, attempt

    attempt(sys.argv[1], b"a,b\n1,2\n")  # imports the rest, which takes its time


def main(target: str, seeds: str, seconds: str, seed: str, artifact: str) -> None:
    """Try texts until the time is over or one is taken wrongly; that one stands in ``artifact``."""
    options = [f"-max_total_time={seconds}", f"-seed={int(seed) + 1}", f"-exact_artifact_path={artifact}"]
    options += [f"-timeout={round(2 * LONGEST)}", f"-rss_limit_mb={RESIDENT}", "-max_len=4000", "-verbosity=1"]

    def try_one(text: bytes) -> None:
        if wrong := attempt(target, text):
            raise AssertionError(wrong)

    atheris.Setup([sys.argv[0], *options, seeds], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    tempfile.tempdir = "/dev/shm" if Path("/dev/shm").is_dir() else None
    main(*sys.argv[1:])

import fcntl
import os
from pathlib import Path

import pytest

import support
from cmr import project


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of `cmr run` on the sample, made once for all workers. Read only."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    out = shared / "sample_run"
    with (shared / "sample_run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            done = support.run(project.root() / "samples" / "doj_extract.csv", out)
            assert done.returncode in (0, 3), done.stderr
    return out

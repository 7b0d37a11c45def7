from pathlib import Path

import pytest

import support
from cmr import project


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of `cmr run` on the sample, made once for all workers. Read only."""

    def make(folder: Path) -> None:
        done = support.run(project.root() / "samples" / "doj_extract.csv", folder / "out")
        assert done.returncode in (0, 3), done.stderr

    return support.made_once(tmp_path_factory, "sample_run", make) / "out"

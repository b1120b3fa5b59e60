"""An image's steps, run once for all tests that look at what came of it."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.deploy.builder import Root, build
from tests.deploy.dockerfile import Stage


class Image(NamedTuple):
    """What the last stage says, and its files."""

    stage: Stage
    root: Root


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return Image(*build(Path(tmp_path_factory.mktemp("image"))))

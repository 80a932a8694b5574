"""A running COM server for the tests of this folder; it is set up on first use."""

import shutil
from collections.abc import Iterator

import pytest

from .client import Client, set_up, site


@pytest.fixture(scope="session")
def excel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Excel's side of calls to the functions of this checkout."""
    trouble = set_up()
    if trouble:
        pytest.skip(trouble)
    folder = site(tmp_path_factory.mktemp("com"))
    client = Client(folder)
    yield client
    client.close()
    shutil.rmtree(folder)

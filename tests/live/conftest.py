from collections.abc import Iterator

import pytest

from tests.serving import serving


@pytest.fixture
def server(database_url) -> Iterator[str]:
    with serving(database_url, heartbeat_seconds=0.5, streams_per_person=3) as address:
        yield address

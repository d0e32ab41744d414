from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import SERVER, postgres_database


@pytest.mark.slow
def test_where_no_server_answers_the_tests_start_one_of_their_own(free_port: int) -> None:
    nobody = f"postgresql+psycopg://postgres@127.0.0.1:{free_port}/test"
    with postgres_database(nobody) as address:
        assert str(free_port) not in address
        assert address.rpartition("/")[0] != SERVER.rpartition("/")[0]
        engine = create_engine(address)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
        engine.dispose()

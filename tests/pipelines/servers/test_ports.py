"""Which port a server gets: the named one, the usual one, or a free one."""

import socket
from collections.abc import Iterator

import pytest

from caf_pipelines.servers.ports import Wish, free_port, ports_for
from caf_pipelines.servers.process import LOOPBACK
from caf_platform.errors import BadInput


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def wish(server: str = "MLflow", **ports: int | None) -> Wish:
    """What a server wants."""
    return Wish(server, f"--{server.lower()}-port", **{"usual": free_port(), **ports})


def test_the_usual_port_is_given_where_it_is_free() -> None:
    """Nobody named one."""
    wanted = wish()

    assert ports_for([wanted]) == {"MLflow": wanted.usual}


def test_a_named_port_is_given_instead_of_the_usual_one() -> None:
    """What a person says goes."""
    wanted = wish(named=free_port())

    assert ports_for([wanted]) == {"MLflow": wanted.named}


def test_a_usual_port_in_use_is_replaced_by_a_free_one(taken: int) -> None:
    """Another program there is no reason not to serve."""
    given = ports_for([wish(usual=taken)])["MLflow"]

    assert given != taken
    socket.create_server((LOOPBACK, given)).close()


def test_a_named_port_in_use_is_refused_with_what_to_do(taken: int) -> None:
    """Whoever names a port has something else that expects it."""
    with pytest.raises(BadInput) as error:
        ports_for([wish(named=taken)])

    assert f"MLflow cannot have port {taken}" in error.value.what
    assert error.value.why == "Address already in use."
    assert "--mlflow-port" in error.value.next_step


def test_two_servers_cannot_be_named_one_port() -> None:
    """The second one is told whose it is."""
    port = free_port()

    with pytest.raises(BadInput) as error:
        ports_for([wish(named=port), wish("Prefect", named=port)])

    assert error.value.why == "It is MLflow's in this command."


def test_a_named_port_goes_before_another_servers_usual_one() -> None:
    """Prefect was promised 5000, so MLflow, whose usual one that is, has another."""
    port = free_port()

    given = ports_for([wish(usual=port), wish("Prefect", named=port)])

    assert given["Prefect"] == port
    assert given["MLflow"] != port


def test_a_port_just_left_is_free() -> None:
    """A connection that is not quite closed yet keeps nobody from starting again."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection((LOOPBACK, port))
        accepted, _ = server.accept()
        accepted.close()  # the side that closes first keeps the port for a minute
        client.close()

    assert ports_for([wish(usual=port)]) == {"MLflow": port}

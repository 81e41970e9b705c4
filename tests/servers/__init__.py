"""Real servers for the tests: PostgreSQL, RabbitMQ, a browser, and a network that can be broken on purpose.

``postgres_server()`` and ``rabbitmq_server()`` are context managers for session fixtures. They take, in
this order: the server named by ``MOTCUA_TEST_PG`` or ``MOTCUA_TEST_AMQP``; one that runs on this machine
and lets us in, unless ``MOTCUA_TEST_PRIVATE_SERVERS=1``; a private one that they start and remove. With
none of the three they raise ``ServerMissing``, whose one sentence names what to install.

``private_postgres()`` and ``private_rabbitmq()`` always start one of our own, for tests that kill it.
"""

from tests.servers.chromium import LAUNCH_ARGUMENTS, Chromium, find_chromium
from tests.servers.curl import find_curl
from tests.servers.node import PrivateNode, ServerBroken, ServerMissing
from tests.servers.openssl import find_openssl
from tests.servers.postgres import Postgres, PrivatePostgres, postgres_server, private_postgres
from tests.servers.proxy import Network, TcpProxy
from tests.servers.rabbitmq import (
    NEW_QUEUE_SECONDS,
    PrivateRabbitMQ,
    RabbitMQ,
    private_rabbitmq,
    rabbitmq_server,
)

__all__ = [
    "LAUNCH_ARGUMENTS",
    "NEW_QUEUE_SECONDS",
    "Chromium",
    "Network",
    "Postgres",
    "PrivateNode",
    "PrivatePostgres",
    "PrivateRabbitMQ",
    "RabbitMQ",
    "ServerBroken",
    "ServerMissing",
    "TcpProxy",
    "find_chromium",
    "find_curl",
    "find_openssl",
    "postgres_server",
    "private_postgres",
    "private_rabbitmq",
    "rabbitmq_server",
]

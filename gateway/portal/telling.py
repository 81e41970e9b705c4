"""What operators see of the line to the national portal: metrics."""

from prometheus_client import Counter, Gauge

from gateway.portal.circuit import CircuitState

CALLS = Counter(
    "motcua_national_calls_total",
    "Calls to the portal, by what became of them",
    ["call", "outcome"],
)
WAITING = Gauge("motcua_national_waiting", "Dossiers the portal has yet to be told of")
OLDEST = Gauge("motcua_national_oldest_seconds", "Age of the oldest change that waits")
PARKED = Gauge("motcua_national_parked", "Dossiers put aside until an operator looks")
CIRCUIT = Gauge("motcua_national_circuit", "0 closed, 1 one try under way, 2 open")

CIRCUIT_VALUES = {CircuitState.CLOSED: 0, CircuitState.HALF_OPEN: 1, CircuitState.OPEN: 2}

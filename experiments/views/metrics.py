"""What Prometheus collects. All of it comes from the database, so every process says the same.

Only this machine may ask, or who has PORTAL_METRICS_TOKEN.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from experiments.refreshing import circuit
from experiments.sources import SOURCES
from experiments.store import health
from experiments.store.availability import Unavailable


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_ask(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Portal())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Portal(Collector):
    def collect(self) -> Iterator[Metric]:
        now = datetime.now(UTC)
        failures = GaugeMetricFamily(
            "portal_source_failures", "Failures of a whole source in a row", labels=["source"]
        )
        left_alone = GaugeMetricFamily(
            "portal_source_left_alone", "1 while nobody asks a source", labels=["source"]
        )
        for name in SOURCES:
            state = circuit.state(name, now)
            failures.add_metric([name], state.failures)
            left_alone.add_metric([name], state.open(now))
        yield failures
        yield left_alone
        try:
            statuses, observations = health.statuses(), health.observations()
        except Unavailable:
            yield GaugeMetricFamily("portal_database_up", "1 while it can be read", 0)
            return
        yield GaugeMetricFamily("portal_database_up", "1 while it can be read", 1)
        experiments = GaugeMetricFamily(
            "portal_experiments", "Experiments that AWS had", labels=["source", "status"]
        )
        for source, status, number in statuses:
            experiments.add_metric([source, status], number)
        yield experiments
        yield GaugeMetricFamily("portal_observations", "Answers kept", observations)


def _may_ask(request: HttpRequest) -> bool:
    token, given = settings.PORTAL_METRICS_TOKEN, request.headers.get("Authorization", "")
    if token and given:
        return constant_time_compare(given, f"Bearer {token}")
    return bool(request.META.get("portal.local"))

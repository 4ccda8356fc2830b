import pytest

from workup.serve.metrics import Metrics
from workup.serve.page.latency import latencies, outcomes, quantile

BUCKETS = [(0.1, 50), (0.2, 90), (float("inf"), 100)]


@pytest.mark.parametrize(("share", "seconds"), [(0.25, 0.05), (0.5, 0.1), (0.7, 0.15), (0.9, 0.2)])
def test_a_quantile_lies_within_its_bucket_by_its_share(share, seconds):
    assert quantile(BUCKETS, share) == pytest.approx(seconds)


def test_beyond_the_last_bound_nothing_is_known():
    assert quantile(BUCKETS, 0.95) is None


def test_the_busiest_route_comes_first_with_its_quantiles():
    metrics = Metrics()
    for seconds in (0.004, 0.004, 0.04, 0.04):
        metrics.seconds.labels("/cases").observe(seconds)
    metrics.seconds.labels("/review").observe(0.3)
    busy, other = latencies(metrics.text().decode())
    assert (busy.route, busy.requests, other.route) == ("/cases", 4, "/review")
    assert busy.median == pytest.approx(0.005)
    assert 0.25 < other.p99 <= 0.5


def test_answers_are_counted_by_how_they_came_out():
    metrics = Metrics()
    metrics.answers.labels("general@1", "answered").inc()
    metrics.answers.labels("general@2", "answered").inc()
    metrics.answers.labels("general@2", "unsure").inc()
    assert outcomes(metrics.text().decode()) == {"answered": 2, "unsure": 1}

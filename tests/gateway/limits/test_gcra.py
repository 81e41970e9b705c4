"""The arithmetic of quotas: whatever the order of calls, nobody gets more than the rate says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.settings import Settings
from gateway.limits.callers import Spends
from gateway.limits.gcra import Gcra, Rate
from gateway.limits.policies import Policies
from gateway.limits.quotas import Quotas

pauses = st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=300)


@given(pauses, st.integers(1, 20), st.integers(1, 10))
def test_no_stretch_of_time_holds_more_than_the_quota_and_what_came_back(pauses, quota, seconds):
    counted, now, given_at = Gcra(Rate(quota, seconds)), 0.0, []
    for pause in pauses:
        now += pause
        if counted.take("a", now).allowed:
            given_at.append(now)
    for first, begun in enumerate(given_at):
        for n, ended in enumerate(given_at[first:], 1):
            assert n <= quota + (ended - begun) * quota / seconds + 1e-6


@given(pauses, st.integers(1, 20), st.integers(1, 10))
def test_whoever_waits_as_long_as_told_is_let_in(pauses, quota, seconds):
    counted, now = Gcra(Rate(quota, seconds)), 0.0
    for pause in pauses:
        now += pause / 10
        standing = counted.take("a", now)
        if not standing.allowed:
            assert 0 < standing.wait <= seconds
            assert counted.peek("a", now + standing.wait + 1e-6).allowed


def test_all_of_a_quota_may_come_at_once_and_what_is_left_is_told():
    counted = Gcra(Rate(200, 4.0))
    left = [counted.take("a", 10.0).remaining for _ in range(200)]
    assert left == list(range(199, -1, -1))
    refused = counted.take("a", 10.0)
    assert (refused.allowed, refused.remaining, refused.full_in) == (False, 0, 4)
    assert refused.wait == pytest.approx(0.02)
    assert counted.peek("a", 12.0).remaining == 100
    assert counted.peek("a", 99.0).remaining == 200


def test_what_costs_more_is_given_whole_or_not_at_all():
    counted = Gcra(Rate(10, 10.0))
    assert counted.take("a", 0.0, cost=7).remaining == 3
    assert not counted.take("a", 0.0, cost=4).allowed
    assert counted.take("a", 0.0, cost=3).allowed


def test_the_memory_of_keys_is_bounded_and_forgets_the_longest_unseen():
    counted = Gcra(Rate(1, 60.0), remembered=3)
    for key in "abcd":
        assert counted.take(key, 0.0).allowed
    assert counted.take("a", 1.0).allowed
    assert not counted.take("d", 1.0).allowed


def quotas(**told) -> Quotas:
    now = [0.0]
    made = Quotas(Policies.of(Settings(**told)), now=lambda: now[0])
    made.clock = now
    return made


def test_a_request_that_one_quota_refuses_spends_none_of_the_others():
    counted = quotas(limit_rating="1/60", limit_network="5/60")
    wanted = [Spends("rating", "link"), Spends("network", "here")]
    assert counted.take(wanted).violated == []
    for _ in range(20):
        assert counted.take(wanted).violated == ["rating"]
    again = counted.take([Spends("network", "here")])
    assert dict(again.headers)[b"ratelimit"] == b'"network";r=3;t=24'


def test_what_runs_at_once_is_given_back_at_its_end():
    counted = quotas(limit_export="2")
    first, second = (counted.take([Spends("export", "c")]) for _ in range(2))
    third = counted.take([Spends("export", "c")])
    assert (third.violated, third.wait > 0) == (["export"], True)
    assert counted.take([Spends("export", "other")]).violated == []
    counted.give_back(third)
    assert counted.take([Spends("export", "c")]).violated == ["export"]
    counted.give_back(first)
    assert counted.take([Spends("export", "c")]).violated == []
    assert dict(second.headers)[b"ratelimit-policy"] == b'"export";q=2;qu="concurrent-requests"'


def test_a_quota_that_is_off_neither_limits_nor_is_told():
    counted = quotas(limit_read="off", limit_bulk="off")
    for name in ("read", "bulk"):
        for _ in range(1000):
            spent = counted.take([Spends(name, "c")])
            assert (spent.violated, spent.headers) == ([], [])
    nothing = quotas(limits=False)
    assert nothing.take([Spends("write", "c")]).headers == []


@pytest.mark.parametrize("told", ["", "0/1", "5/0", "5", "-1/1", "1.5/1", "5/1 ", "many", "5/1s"])
def test_a_quota_that_is_none_is_refused_at_the_start(told):
    with pytest.raises(ValidationError, match="limit_write"):
        Settings(limit_write=told)

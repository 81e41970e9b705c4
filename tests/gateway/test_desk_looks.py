"""However many look at the page of the post, the post is asked once."""

import asyncio

import pytest

from gateway import desk
from gateway.web.refusal import Refusal


class Post:
    """Answers like the post, and counts how often it is asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    async def find(self):
        self.asked += 1
        await asyncio.sleep(0.01)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


FIRST, SECOND = object(), object()


async def test_many_who_look_at_once_are_shown_what_was_found_for_one():
    post, looks = Post(FIRST, SECOND), desk.Looks()
    assert await asyncio.gather(*(looks.at(None, post.find) for _ in range(50))) == [FIRST] * 50
    assert await looks.at(None, post.find) is FIRST
    assert await looks.at("H29", post.find) is SECOND
    assert post.asked == 2


async def test_what_is_shown_is_never_older_than_it_says(monkeypatch):
    monkeypatch.setattr(desk, "KEPT_SECONDS", 0.02)
    post, looks = Post(FIRST, SECOND), desk.Looks()
    assert await looks.at(None, post.find) is FIRST
    await asyncio.sleep(0.03)
    assert await looks.at(None, post.find) is SECOND


async def test_a_post_that_was_away_is_asked_again_at_once():
    post, looks = Post(Refusal.UNAVAILABLE, ConnectionResetError("gone"), FIRST), desk.Looks()
    assert await looks.at(None, post.find) is Refusal.UNAVAILABLE
    with pytest.raises(ConnectionResetError, match="gone"):
        await looks.at(None, post.find)
    assert await looks.at(None, post.find) is FIRST


async def test_one_who_goes_away_leaves_the_others_waiting_undisturbed():
    post, looks = Post(FIRST), desk.Looks()
    gone = asyncio.create_task(looks.at(None, post.find))
    stays = asyncio.create_task(looks.at(None, post.find))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays is FIRST


async def test_names_that_are_made_up_fill_no_memory():
    looks = desk.Looks()
    for number in range(3 * desk.MOST_KEPT):
        await looks.at(f"X{number}", Post(Refusal.UNKNOWN_PAGE).find)
    assert len(looks._kept) <= desk.MOST_KEPT

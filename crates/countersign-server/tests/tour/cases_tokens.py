"""Page tokens: bound to their query, and good for nothing once a byte of them is changed."""

import string
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import world
from verify_client import ApiError
from world import Case

# What a token could be written in: a change to another of these characters is still a well-formed token.
ALPHABET = string.ascii_letters + string.digits + "-_"


class Tokens(Case):
    def first_page(self, **query):
        """The first page of two of a list that has more, its query, and a longer list for comparison."""
        begun = [world.start() for _ in range(5)]
        query = {"start_at": begun[0].created_at, "limit": 2, **query}
        page = world.client.page(**query)
        self.assertIsNotNone(page.next_page_token)
        self.assertLessEqual(len(page.next_page_token), 8000)
        return page, query

    def test_a_token_stands_for_the_same_page_each_time(self):
        page, query = self.first_page()
        again = [world.client.page(page_token=page.next_page_token, **query) for _ in range(2)]
        self.assertEqual([one.id for one in again[0].results], [one.id for one in again[1].results])
        seen = {one.id for one in page.results}
        self.assertEqual(set(), seen & {one.id for one in again[0].results})

    def test_a_token_is_bound_to_its_query(self):
        page, query = self.first_page()
        token = page.next_page_token
        moved = query["start_at"] + timedelta(milliseconds=1)
        others = (
            {**query, "reverse": True},
            {**query, "start_at": moved},
            {**query, "start_at": None},
            {**query, "end_at": moved + timedelta(hours=1)},
        )
        for other in others:
            self.malformed(".pageToken", lambda: world.client.page(page_token=token, **other))
        # The default written out is the same query.
        world.client.page(page_token=token, reverse=False, **query)
        backwards, query = self.first_page(reverse=True, end_at=moved + timedelta(hours=1))
        world.client.page(page_token=backwards.next_page_token, **query)
        for other in ({"reverse": False}, {"reverse": None}, {"end_at": None}, {"end_at": moved}):
            changed = {**query, **other}
            self.malformed(".pageToken", lambda: world.client.page(page_token=backwards.next_page_token, **changed))

    def test_a_token_changed_in_any_byte_is_refused(self):
        page, query = self.first_page()
        token = page.next_page_token
        altered = []
        for at, had in enumerate(token):
            # Its neighbour differs in the lowest bit that this character carries, the other one in many.
            near = ALPHABET[(ALPHABET.index(had) + 1) % len(ALPHABET)] if had in ALPHABET else "A"
            far = "A" if had in "0123456789" else "7"
            altered += [token[:at] + other + token[at + 1 :] for other in (near, far)]
            altered.append(token[:at] + token[at + 1 :])
        altered += [token + more for more in ("A", "=", "==", " ", "\n", ".", token)]
        altered += [token.swapcase(), token[::-1], token[:1], "x", "null", "%", "ä", "\u0000", "A" * 8000]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda text: self.answer(text, query), altered))
        for text, status in zip(altered, answers):
            self.assertEqual((422, "InvalidPayload"), status, f"{text!r} in place of {token!r}")
        world.client.page(page_token=token, **query)

    def answer(self, token, query):
        """The status and the name of the error that a token is answered with."""
        try:
            page = world.client.page(page_token=token, **query)
        except ApiError as error:
            return error.status, error.body.get("code")
        return 200, page

    def test_a_token_that_is_too_long_is_malformed(self):
        self.malformed(".pageToken", lambda: world.client.page(page_token="A" * 8001))

"""Lists: their order, pages, windows and limits. Other cases start verifications meanwhile, as in real life."""

import time
from datetime import datetime, timedelta, timezone

import world
from world import Case

LONG_AGO = datetime(2001, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)


def started(count):
    """Verifications that were made one after another, each in a millisecond of its own."""
    found = []
    for _ in range(count):
        found.append(world.start())
        time.sleep(0.003)
    return found


def ids(page):
    return [one.id for one in page.results]


class Paging(Case):
    def pages(self, begun, **query):
        """Walks a list, and starts one more verification after each page but the last. Returns all, and the later."""
        seen, later = [], []
        for page in world.client.list(**query):
            self.assertLessEqual(len(page.results), query["limit"])
            seen.extend(page.results)
            if page.next_page_token is not None:
                later += started(1)
        self.assertEqual(len(seen), len({one.id for one in seen}), "something was listed twice")
        found = [one.id for one in seen]
        self.assertEqual([], [one.id for one in begun if one.id not in found], "something was lost")
        self.assertGreaterEqual(len(later), 5)
        return seen, later

    def test_newest_first_nothing_is_lost_and_nothing_repeated(self):
        begun = started(27)
        seen, later = self.pages(begun, limit=4, start_at=begun[0].created_at)
        times = [one.created_at for one in seen]
        self.assertEqual(sorted(times, reverse=True), times)
        # What came after the first page is newer than all of it, so it was not there any more.
        self.assertEqual(set(), {one.id for one in later} & {one.id for one in seen})
        mine = {one.id for one in begun}
        self.assertEqual([one.id for one in reversed(begun)], [one.id for one in seen if one.id in mine])

    def test_oldest_first_what_is_inserted_comes_at_the_end(self):
        begun = started(27)
        seen, later = self.pages(begun, limit=4, reverse=True, start_at=begun[0].created_at)
        times = [one.created_at for one in seen]
        self.assertEqual(sorted(times), times)
        mine = [one.id for one in begun + later]
        self.assertEqual(mine, [one.id for one in seen if one.id in set(mine)])

    def test_both_ways_are_the_same_list(self):
        begun = started(26)
        window = {"start_at": begun[0].created_at, "end_at": begun[-1].created_at + MILLISECOND}
        there = [one for page in world.client.list(limit=7, **window) for one in ids(page)]
        back = [one for page in world.client.list(limit=3, reverse=True, **window) for one in ids(page)]
        self.assertEqual(there, back[::-1])
        self.assertLessEqual({one.id for one in begun}, set(there))
        explicit = [one for page in world.client.list(limit=1000, reverse=False, **window) for one in ids(page)]
        self.assertEqual(there, explicit)

    def test_a_full_last_page_ends_the_list(self):
        begun = started(4)
        window = {"start_at": begun[0].created_at, "end_at": begun[-1].created_at + MILLISECOND}
        whole = world.client.page(limit=1000, **window)
        self.assertIsNone(whole.next_page_token)
        exact = world.client.page(limit=len(whole.results), **window)
        self.assertEqual(ids(whole), ids(exact))
        if exact.next_page_token is not None:
            after = world.client.page(limit=len(whole.results), page_token=exact.next_page_token, **window)
            self.assertEqual(([], None), (after.results, after.next_page_token))

    def test_an_item_of_a_list_is_the_verification_itself(self):
        begun = world.settled(world.start(world.whatsapp(), world.email()))
        window = {"start_at": begun.created_at, "end_at": begun.created_at + MILLISECOND}
        listed = {one.id: one for page in world.client.list(**window) for one in page.results}
        self.assertSame(begun, listed[begun.id])


class Limits(Case):
    def test_the_default_is_ten(self):
        begun = started(11)
        first = world.client.page(start_at=begun[0].created_at)
        self.assertEqual(10, len(first.results))
        self.assertIsNotNone(first.next_page_token)

    def test_one_and_a_thousand_are_the_bounds(self):
        begun = started(2)
        self.assertEqual(1, len(world.client.page(limit=1, start_at=begun[0].created_at).results))
        self.assertGreaterEqual(len(world.client.page(limit=1000, start_at=begun[0].created_at).results), 2)
        for limit in ("0", "1001", "-1", "x", "", "1.5", "1e2", str(2**64), str(2**32 + 1)):
            self.malformed(".limit", lambda: self.query(f"limit={limit}"))

    def query(self, text):
        return world.client.call("GET", f"{world.client.path()}?{text}", 200)

    def test_what_is_no_boolean_or_time_is_malformed(self):
        for text in ("maybe", "2", ""):
            self.malformed(".reverse", lambda: self.query(f"reverse={text}"))
        for name in ("startAt", "endAt"):
            for text in ("yesterday", "", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "1735689600"):
                self.malformed(f".{name}", lambda: self.query(f"{name}={text}"))

    def test_times_may_have_another_offset(self):
        begun = started(1)[0]
        offset = begun.created_at.astimezone(timezone(timedelta(hours=5, minutes=30)))
        text = offset.isoformat(timespec="milliseconds").replace("+", "%2B")
        found = self.query(f"startAt={text}&reverse=true&limit=1000")["results"]
        self.assertIn(str(begun.id), [one["id"] for one in found])


class Windows(Case):
    def test_the_start_is_inside_and_the_end_is_not(self):
        before, first, middle, end, after = started(5)
        for reverse in (False, True):
            window = {"start_at": first.created_at, "end_at": end.created_at}
            seen = [one for page in world.client.list(reverse=reverse, **window) for one in page.results]
            for one in seen:
                self.assertTrue(first.created_at <= one.created_at < end.created_at, one)
            found = {one.id for one in seen}
            self.assertLessEqual({first.id, middle.id}, found)
            self.assertEqual(set(), {before.id, end.id, after.id} & found)

    def test_either_bound_may_stand_alone(self):
        before, begun, after = started(3)
        since = [one for page in world.client.list(limit=100, start_at=begun.created_at) for one in ids(page)]
        self.assertLessEqual({begun.id, after.id}, set(since))
        self.assertNotIn(before.id, since)
        until = [one for page in world.client.list(limit=1000, end_at=begun.created_at) for one in ids(page)]
        self.assertIn(before.id, until)
        self.assertEqual(set(), {begun.id, after.id} & set(until))

    def test_an_empty_window_is_an_empty_page(self):
        begun = world.start()
        later = begun.created_at + timedelta(days=1)
        windows = [(LONG_AGO, LONG_AGO + timedelta(days=1)), (later, later + MILLISECOND)]
        windows.append((begun.created_at, begun.created_at))
        for start_at, end_at in windows:
            for reverse in (False, True):
                page = world.client.page(start_at=start_at, end_at=end_at, reverse=reverse)
                self.assertEqual(([], None), (page.results, page.next_page_token))
        raw = world.client.call("GET", world.client.path() + "?endAt=2001-01-01T00:00:00Z", 200)
        self.assertEqual({"results": []}, raw)

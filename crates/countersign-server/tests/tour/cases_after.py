"""What must hold for every answer of the API, looked at when all cases are over."""

import json
import re

import world
from verify_objects import Page, Verification, parse_json, read
from world import Case, pascal

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VERIFICATION = {"accepted", "pending", "verified", "failed", "expired", "canceled"}
STEP = {"unused", "pending", "sent", "delivered", "failed", "verified"}
ATTEMPT = {"prepared", "accepted", "sent", "delivered", "sending_failed", "delivery_failed"}


def strings(value, name=""):
    """Every string of a JSON value, with the name of the property that it stands in."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield "", key
            yield from strings(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, name)
    elif isinstance(value, str):
        yield name, value


class Everything(Case):
    def test_the_record_is_not_empty(self):
        self.assertGreater(len(world.wire), 500)
        self.assertLessEqual({200, 202, 400, 401, 404, 413, 415, 422, 429}, {answer.status for answer in world.wire})

    def test_no_answer_is_a_fault_of_the_server(self):
        self.assertEqual([], [answer for answer in world.wire if answer.status >= 500])

    def test_no_answer_may_be_stored(self):
        for answer in world.wire:
            control = [part.strip() for part in answer.headers.get("cache-control", "").split(",")]
            self.assertIn("no-store", control, answer)

    def test_every_refusal_has_the_same_form(self):
        for answer in world.wire:
            if answer.status < 400 or answer.status == 405:
                continue
            self.assertEqual("application/json", answer.headers.get("content-type", "").partition(";")[0], answer)
            body = parse_json(answer.body)
            self.assertLessEqual({"code", "message"}, body.keys(), answer)
            self.assertLessEqual(body.keys(), {"code", "message", "details"}, answer)
            self.assertTrue(pascal(body["code"]) and body["message"], answer)
            if answer.status == 422 and "details" in body:
                for path, texts in body["details"].items():
                    self.assertTrue(path == "" or path.startswith("."), answer)
                    self.assertTrue(texts and all(isinstance(text, str) and text for text in texts), answer)

    def test_every_429_says_when_to_come_back(self):
        for answer in world.wire:
            if answer.status == 429:
                self.assertRegex(answer.headers.get("retry-after", ""), r"\A[1-9][0-9]*\Z", answer)
            else:
                self.assertNotIn("retry-after", answer.headers, answer)

    def test_every_time_is_utc_with_milliseconds(self):
        names = set()
        for answer in world.wire:
            if answer.status in (200, 202):
                for name, text in strings(parse_json(answer.body)):
                    if name.endswith("At"):
                        names.add(name)
                        self.assertRegex(text, rf"\A{TIME.pattern}\Z", answer)
        self.assertEqual({"createdAt", "updatedAt", "expiresAt", "sentAt", "verifiedAt"}, names)

    def test_every_status_is_one_of_the_contract(self):
        seen = set()
        for answer in world.wire:
            if answer.status not in (200, 202):
                continue
            body = parse_json(answer.body)
            found = read(Page, body).results if "results" in body else [read(Verification, body)]
            for one in found:
                seen.add(one.status)
                self.assertIn(one.status, VERIFICATION)
                for step in one.steps:
                    self.assertIn(step.status, STEP)
                    self.assertEqual(step.status == "unused", not step.attempts, answer)
                    for attempt in step.attempts:
                        self.assertIn(attempt.status, ATTEMPT)
                        self.assertEqual(attempt.verified, attempt.verified_at is not None)
        self.assertLessEqual(VERIFICATION - {"accepted"}, seen)

    def test_no_code_and_no_key_is_in_any_answer(self):
        codes = {message["code"] for message in world.dev("GET", "/dev/outbox")["messages"]}
        long = [code for code in codes if len(code) == world.LONG] + [world.setup["accessKey"]]
        short = [code for code in codes if len(code) < world.LONG]
        self.assertGreater(len(long), 50)
        self.assertTrue(short)
        for answer in world.wire:
            raw = json.dumps(answer.headers) + answer.body.decode("utf-8", "replace")
            for secret in long:
                self.assertNotIn(secret, raw, answer.target)
            # Six digits in a row also occur in ids, numbers, times and tokens: those are taken out.
            for name, text in strings(parse_json(answer.body)):
                if name in ("phonenumber", "emailaddress", "identifier", "nextPageToken"):
                    continue
                text = UUID.sub("", TIME.sub("", text))
                for secret in short:
                    self.assertNotIn(secret, text, answer.target)

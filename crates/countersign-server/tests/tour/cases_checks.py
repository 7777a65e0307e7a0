"""Starting, and typing the code: right, wrong, too often, too late."""

import time
from datetime import timedelta

import world
from verify_client import ApiError
from verify_objects import Identifier, Verification
from world import Case


class Starting(Case):
    def test_a_start_shows_the_plan_and_the_defaults(self):
        who = Identifier(phonenumber="+31612345678", emailaddress="ada@example.com")
        begun = world.client.start(who, [world.sms(), world.email()])
        self.assertEqual(who, begun.identifier)
        self.assertEqual((3, 0, 600, 6), (begun.max_attempts, begun.failed_attempts, begun.timeout, begun.code_length))
        self.assertIn(begun.status, ("accepted", "pending"))
        self.assertEqual(0, begun.current_step_index)
        self.assertEqual(timedelta(seconds=600), begun.expires_at - begun.created_at)
        self.assertEqual([world.channel("sms"), world.channel("email")], [step.channel_id for step in begun.steps])
        self.assertEqual(["+31612345678", "ada@example.com"], [step.identifier for step in begun.steps])
        self.assertEqual([1, 0], [len(step.attempts) for step in begun.steps])
        self.assertEqual("unused", begun.steps[1].status)
        self.assertEqual([None, None], [step.navigator_id for step in begun.steps])
        message = world.messages(begun)[0]
        self.assertRegex(message["code"], r"\A[0-9]{6}\Z")
        self.assertEqual(("sms", "+31612345678", 0), (message["platform"], message["to"], message["stepIndex"]))
        self.assertIn(message["code"], message["text"])

    def test_a_message_that_was_handed_over_makes_it_pending(self):
        now = world.settled(world.start())
        self.assertEqual("pending", now.status)
        attempt = now.current_step.attempts[0]
        self.assertIn(attempt.status, ("accepted", "sent"))
        self.assertEqual((False, None), (attempt.verified, attempt.verified_at))
        self.assertIsNotNone(attempt.sent_at)
        self.assertEqual(world.messages(now)[0]["messageId"], str(attempt.message_id))

    def test_what_was_asked_for_is_shown(self):
        begun = world.start(locale="fr-CA", max_attempts=10, timeout=3600, code_length=8)
        shown = (begun.locale, begun.max_attempts, begun.timeout, begun.code_length)
        self.assertEqual(("fr-CA", 10, 3600, 8), shown)
        self.assertRegex(world.code(begun), r"\A[0-9]{8}\Z")
        least = world.start(max_attempts=1, timeout=30, code_length=6)
        self.assertEqual((1, 30, 6), (least.max_attempts, least.timeout, least.code_length))

    def test_the_locale_is_guessed_from_the_number(self):
        for phone, language in (("+31612345678", "nl"), ("+4915112345678", "de"), ("+905012345678", "tr")):
            begun = world.start(identifier=Identifier(phonenumber=phone))
            self.assertEqual(language, begun.locale.partition("-")[0], phone)
        by_mail = world.start(world.email(), identifier=Identifier(emailaddress="ada@example.com"))
        self.assertEqual("en-US", by_mail.locale)

    def test_numbers_are_shown_in_e164(self):
        begun = world.start(identifier=Identifier(phonenumber="+31 6 1234-5678"))
        self.assertEqual("+31612345678", begun.identifier.phonenumber)
        self.assertEqual("+31612345678", begun.steps[0].identifier)

    def test_an_sms_is_in_the_language_of_the_verification(self):
        def text(locale):
            message = world.messages(world.start(locale=locale))[0]
            self.assertIn(message["code"], message["text"])
            return message["text"].replace(message["code"], "")

        twelve = ["af", "ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr"]
        self.assertEqual(twelve, sorted(locale.partition("-")[0] for locale in world.setup["locales"]))
        texts = {locale: text(locale) for locale in twelve}
        self.assertEqual(12, len(set(texts.values())), texts)
        self.assertEqual(texts["en"], text("ja-JP"))
        self.assertEqual(texts["de"], text("de-AT"))

    def test_a_second_start_leaves_the_first_one_valid(self):
        who = world.person()
        first, second = world.start(identifier=who), world.start(identifier=who)
        self.assertNotEqual(first.id, second.id)
        self.refused(400, "VerificationCodeMismatch", lambda: world.client.check(first.id, world.code(second)))
        self.assertEqual("verified", world.client.check(first.id, world.code(first)).status)
        self.assertEqual("verified", world.client.check(second.id, world.code(second)).status)


class Checking(Case):
    def test_wrong_codes_are_counted_and_the_right_one_verifies(self):
        begun = world.settled(world.start(max_attempts=4))
        code = world.code(begun)
        check = lambda typed: world.client.check(begun.id, typed)
        for nth in (1, 2, 3):
            error = self.refused(400, "VerificationCodeMismatch", lambda: check(world.wrong(code)))
            self.assertEqual({"failedAttempts": nth, "remainingAttempts": 4 - nth}, error.body["details"])
            self.assertEqual(nth, world.client.get(begun.id).failed_attempts)
        done = world.client.check(begun.id, code)
        self.assertEqual(("verified", 3), (done.status, done.failed_attempts))
        self.assertEqual("verified", done.current_step.status)
        attempt = done.current_step.attempts[-1]
        self.assertTrue(attempt.verified)
        self.assertTrue(begun.created_at <= attempt.verified_at <= done.updated_at)
        self.assertEqual(begun.expires_at, done.expires_at)
        self.assertSame(done, world.client.get(begun.id))

    def test_after_it_was_verified_everything_is_refused(self):
        begun = world.start(world.whatsapp(), world.sms())
        code = world.code(begun)
        world.client.check(begun.id, code)
        done = world.settled(begun)
        for again in (code, world.wrong(code)):
            self.ended("verified", lambda: world.client.check(begun.id, again))
        self.ended("verified", lambda: world.client.resend(begun.id))
        self.ended("verified", lambda: world.client.failover(begun.id))
        self.ended("verified", lambda: world.client.call("DELETE", world.client.path(begun.id), 200))
        # What the carrier says now changes nothing, and sends nothing.
        world.carrier(world.messages(begun)[0], "failed")
        time.sleep(1)
        self.assertSame(done, world.client.get(begun.id))
        self.assertEqual(1, len(world.outbox(begun)))

    def test_the_last_wrong_code_ends_it(self):
        begun = world.settled(world.start(world.whatsapp(), world.sms(), max_attempts=2))
        code = world.code(begun)
        wrong = lambda: world.client.check(begun.id, world.wrong(code))
        self.refused(400, "VerificationCodeMismatch", wrong)
        self.refused(400, "MaxAttemptsReached", wrong)
        failed = world.client.get(begun.id)
        self.assertEqual(("failed", 2), (failed.status, failed.failed_attempts))
        self.refused(400, "MaxAttemptsReached", wrong)
        self.refused(400, "MaxAttemptsReached", lambda: world.client.check(begun.id, code))
        self.refused(400, "MaxAttemptsReached", lambda: world.client.resend(begun.id))
        self.refused(400, "MaxAttemptsReached", lambda: world.client.failover(begun.id))
        world.carrier(world.messages(begun)[0], "failed")
        time.sleep(1)
        self.assertSame(failed, world.client.get(begun.id))
        self.assertEqual(1, len(world.outbox(begun)))

    def test_a_code_may_be_typed_in_groups_and_in_other_digits(self):
        ways = (
            lambda code: f" {code[:3]} {code[3:6]}-{code[6:]} ",
            lambda code: code.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)}),
            lambda code: code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
        )
        for typed in ways:
            begun = world.start()
            self.assertEqual("verified", world.client.check(begun.id, typed(world.code(begun))).status)

    def test_what_is_no_code_is_malformed_and_not_counted(self):
        begun = world.start(max_attempts=1)
        code = world.code(begun)
        for typed in ("", " ", "-", code[:-1], code + "0", code[:-1] + "x", code[:6], code + "\u0000", "0" * 4000):
            self.malformed(".code", lambda: world.client.check(begun.id, typed))
        for body in ({}, {"code": None}, {"code": int(code)}, {"code": [code]}):
            self.malformed(".code", lambda: self.post(world.client.path(begun.id), body))
        self.malformed(".extra", lambda: self.post(world.client.path(begun.id), {"code": code, "extra": 1}))
        self.assertEqual(0, world.client.get(begun.id).failed_attempts)
        self.assertEqual("verified", world.client.check(begun.id, code).status)

    def test_racing_wrong_codes_are_counted_exactly(self):
        begun = world.start(max_attempts=6)
        code = world.code(begun)
        answers = world.at_once([lambda: world.client.check(begun.id, world.wrong(code))] * 12)
        self.assertTrue(all(isinstance(answer, ApiError) for answer in answers), answers)
        counts = [answer.body["details"] for answer in answers if answer.body["code"] == "VerificationCodeMismatch"]
        self.assertEqual([1, 2, 3, 4, 5], sorted(count["failedAttempts"] for count in counts))
        self.assertEqual(7, [answer.body["code"] for answer in answers].count("MaxAttemptsReached"))
        self.assertEqual(6, world.client.get(begun.id).failed_attempts)

    def test_of_racing_right_codes_one_wins(self):
        begun = world.start()
        code = world.code(begun)
        answers = world.at_once([lambda: world.client.check(begun.id, code)] * 12)
        self.assertEqual(1, sum(isinstance(answer, Verification) for answer in answers))
        lost = {answer.body["code"] for answer in answers if isinstance(answer, ApiError)}
        self.assertEqual({"UnexpectedVerificationStatus"}, lost)


class Ending(Case):
    def test_after_its_time_it_is_expired(self):
        begun = world.start(world.whatsapp(), world.sms(), timeout=30)
        code = world.code(begun)
        self.refused(400, "VerificationCodeMismatch", lambda: world.client.check(begun.id, world.wrong(code)))
        time.sleep(max(0.0, begun.expires_at.timestamp() - time.time()) + 0.1)
        self.assertEqual("expired", world.client.get(begun.id).status)
        self.ended("expired", lambda: world.client.check(begun.id, code))
        self.ended("expired", lambda: world.client.resend(begun.id))
        self.ended("expired", lambda: world.client.failover(begun.id))
        window = {"start_at": begun.created_at, "end_at": begun.created_at + timedelta(milliseconds=1)}
        listed = {one.id: one for page in world.client.list(**window) for one in page.results}
        self.assertEqual("expired", listed[begun.id].status)
        self.assertEqual((1, begun.expires_at), (listed[begun.id].failed_attempts, listed[begun.id].expires_at))
        world.carrier(world.messages(begun)[0], "failed")
        time.sleep(1)
        self.assertEqual(1, len(world.outbox(begun)))

    def test_a_canceled_one_stays_canceled(self):
        begun = world.start(world.whatsapp(), world.sms())
        code = world.code(begun)
        cancel = lambda: world.client.call("DELETE", world.client.path(begun.id), 200)
        self.assertEqual("canceled", cancel()["status"])
        self.assertEqual("canceled", world.client.get(begun.id).status)
        self.ended("canceled", cancel)
        self.ended("canceled", lambda: world.client.check(begun.id, code))
        self.ended("canceled", lambda: world.client.resend(begun.id))
        self.ended("canceled", lambda: world.client.failover(begun.id))

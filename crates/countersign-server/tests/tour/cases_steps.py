"""Steps: sending again, failing over by hand and by itself, what the carrier reports, templates and email."""

import time
import uuid

import world
from verify_client import ApiError, Omit
from verify_objects import (
    Attachment,
    Identifier,
    Parameter,
    Settings,
    ShortLinks,
    StepRequest,
    Template,
    UtmParameter,
    write,
)
from world import Case, client_of


class Resending(Case):
    def test_a_resend_waits_for_the_cooldown_and_then_sends_the_same_code(self):
        begun = world.settled(world.start())
        code = world.code(begun)
        self.refused(400, "VerificationCodeMismatch", lambda: world.client.check(begun.id, world.wrong(code)))
        error = self.refused(429, "TooManyRequests", lambda: world.client.resend(begun.id))
        wait = error.headers.get("retry-after", "")
        self.assertRegex(wait, r"\A[1-5]\Z")
        self.assertEqual(1, len(world.outbox(begun)))
        time.sleep(int(wait))
        again = world.client.resend(begun.id)
        self.assertEqual(2, len(again.steps[0].attempts))
        self.assertEqual((1, 0, begun.expires_at), (again.failed_attempts, again.current_step_index, again.expires_at))
        self.assertGreater(again.updated_at, begun.updated_at)
        self.assertEqual([code, code], [message["code"] for message in world.messages(begun, 2)])
        self.refused(429, "TooManyRequests", lambda: world.client.resend(begun.id))
        done = world.client.check(begun.id, code)
        self.assertEqual([False, True], [attempt.verified for attempt in done.steps[0].attempts])

    def test_a_resend_takes_no_body_or_a_named_step(self):
        ways = (Omit.BODY, Omit.INDEX, None, 0)
        begun = [world.settled(world.start()) for _ in ways]
        world.after_the_cooldown(begun[-1])
        for one, way in zip(begun, ways):
            self.assertEqual(2, len(world.client.resend(one.id, way).steps[0].attempts))

    def test_a_named_step_is_sent_again_without_moving_there(self):
        begun = world.settled(world.start(world.sms(), world.email()))
        world.after_the_cooldown(begun)
        again = world.client.resend(begun.id, 1)
        self.assertEqual(0, again.current_step_index)
        self.assertEqual([1, 1], [len(step.attempts) for step in again.steps])
        first, second = world.messages(begun, 2)
        self.assertEqual(("sms", "email"), (first["platform"], second["platform"]))
        self.assertEqual(first["code"], second["code"])

    def test_a_step_outside_the_plan_is_malformed(self):
        begun = world.settled(world.start())
        world.after_the_cooldown(begun)
        for index in (1, 99, -1, 2**31, 2**64, "0", 0.5, True, [0], {}):
            body = {"stepIndex": index}
            self.malformed(".stepIndex", lambda: self.post(world.client.path(begun.id, "resend"), body))
        self.malformed(".step", lambda: self.post(world.client.path(begun.id, "resend"), {"step": 0}))
        self.assertSame(begun, world.client.get(begun.id))
        self.assertEqual(1, len(world.outbox(begun)))


class FailingOver(Case):
    def test_it_goes_to_the_next_step_also_on_the_same_platform(self):
        for way in (Omit.BODY, Omit.INDEX, None):
            begun = world.settled(world.start(world.sms(), world.sms()))
            moved = world.client.failover(begun.id, way)
            self.assertEqual(1, moved.current_step_index)
            self.assertEqual([1, 1], [len(step.attempts) for step in moved.steps])
            self.assertEqual((begun.expires_at, 0), (moved.expires_at, moved.failed_attempts))
            first, second = world.messages(begun, 2)
            self.assertEqual((0, 1, first["code"]), (first["stepIndex"], second["stepIndex"], second["code"]))
            done = world.client.check(begun.id, first["code"])
            self.assertEqual(("verified", True), (done.steps[1].status, done.steps[1].attempts[0].verified))
            self.assertFalse(done.steps[0].attempts[0].verified)

    def test_it_goes_to_a_named_step_forth_and_back(self):
        begun = world.start(world.sms(), world.whatsapp(), world.email())
        moved = world.client.failover(begun.id, 2)
        self.assertEqual((2, "unused"), (moved.current_step_index, moved.steps[1].status))
        back = world.client.failover(begun.id, 0)
        self.assertEqual(0, back.current_step_index)
        self.assertEqual([2, 0, 1], [len(step.attempts) for step in back.steps])
        platforms = [message["platform"] for message in world.messages(begun, 3)]
        self.assertEqual(["email", "sms", "sms"], sorted(platforms))

    def test_past_the_end_and_to_the_current_step_it_is_refused(self):
        begun = world.start(world.sms(), world.email())
        self.refused(400, "NoNextStep", lambda: world.client.failover(begun.id, 0))
        self.refused(400, "NoNextStep", lambda: world.client.failover(begun.id, 2))
        self.refused(400, "NoNextStep", lambda: world.client.failover(begun.id, 99))
        world.client.failover(begun.id)
        moved = world.settled(begun)
        for way in (Omit.BODY, Omit.INDEX, None, 1):
            self.refused(400, "NoNextStep", lambda: world.client.failover(begun.id, way))
        for index in (-1, "0", 0.5, True, [0], {}):
            body = {"stepIndex": index}
            self.malformed(".stepIndex", lambda: self.post(world.client.path(begun.id, "failover"), body))
        self.malformed(".step", lambda: self.post(world.client.path(begun.id, "failover"), {"step": 0}))
        self.assertSame(moved, world.client.get(begun.id))
        self.assertEqual(2, len(world.outbox(begun)))

    def test_messages_are_capped(self):
        begun = world.start(world.sms(), world.sms())
        for nth in range(1, 20):
            self.assertEqual(nth % 2, world.client.failover(begun.id, nth % 2).current_step_index)
        error = self.refused(429, "TooManyRequests", lambda: world.client.failover(begun.id, 0))
        self.assertRegex(error.headers.get("retry-after", ""), r"\A[1-9][0-9]{0,2}\Z")
        self.assertEqual(20, len(world.messages(begun, 20)))
        self.assertEqual("verified", world.client.check(begun.id, world.code(begun)).status)


class FailingOverByItself(Case):
    def begun(self, *steps):
        """A verification with these steps whose first message the carrier failed to deliver, twice."""
        begun = world.settled(world.start(*steps))
        world.carrier(world.messages(begun)[0], "failed")
        world.carrier(world.messages(begun)[0], "failed")
        return begun

    def moves(self, *steps):
        begun = self.begun(*steps)
        now = world.reaches(begun, lambda one: one.current_step_index == 1, "the second step")
        self.assertEqual("failed", now.steps[0].status)
        self.assertIn(now.steps[0].attempts[0].status, ("sending_failed", "delivery_failed"))
        first, second = world.messages(begun, 2)
        self.assertEqual((1, first["code"]), (second["stepIndex"], second["code"]))
        time.sleep(1)
        now = world.client.get(begun.id)
        self.assertEqual(1, now.current_step_index)
        self.assertEqual([1, 1], [len(step.attempts) for step in now.steps[:2]])
        return now, [first, second]

    def stays(self, *steps):
        begun = self.begun(*steps)
        world.reaches(begun, lambda one: one.steps[0].status == "failed", "a failed step")
        time.sleep(1)
        now = world.client.get(begun.id)
        self.assertEqual((0, "pending"), (now.current_step_index, now.status))
        self.assertEqual(1, len(world.outbox(begun)))
        return now

    def test_a_failed_whatsapp_message_is_followed_by_an_sms(self):
        now, (_, second) = self.moves(world.whatsapp(), world.sms())
        self.assertEqual("sms", second["platform"])
        self.assertEqual("verified", world.client.check(now.id, second["code"]).steps[1].status)

    def test_a_failed_sms_is_followed_by_an_email_and_no_other_step(self):
        now, (_, second) = self.moves(world.sms(), world.email(), world.whatsapp())
        self.assertEqual(("email", "unused"), (second["platform"], now.steps[2].status))
        # The email fails as well.
        world.carrier(second, "failed")
        world.reaches(now, lambda one: one.current_step_index == 2, "the third step")
        self.assertEqual("whatsapp", world.messages(now, 3)[2]["platform"])

    def test_a_failed_sms_is_not_followed_by_another_sms(self):
        now = self.stays(world.sms(), world.sms())
        # By hand it still moves on.
        self.assertEqual(1, world.client.failover(now.id).current_step_index)
        world.messages(now, 2)

    def test_a_step_on_the_same_platform_is_not_skipped(self):
        self.stays(world.sms(), world.sms(), world.email())

    def test_a_report_about_an_older_step_moves_nothing(self):
        begun = world.settled(world.start(world.whatsapp(), world.sms(), world.email()))
        world.client.failover(begun.id)
        late = world.messages(begun, 2)
        world.carrier(next(one for one in late if one["stepIndex"] == 0), "failed")
        world.reaches(begun, lambda one: one.steps[0].status == "failed", "a failed step")
        time.sleep(1)
        self.assertEqual((1, 2), (world.client.get(begun.id).current_step_index, len(world.outbox(begun))))


class Reports(Case):
    def test_a_delivery_is_seen_and_never_taken_back(self):
        begun = world.settled(world.start(world.whatsapp(), world.sms()))
        message = world.messages(begun)[0]
        self.assertEqual("delivered", world.carrier(message, "delivered")["status"])
        world.carrier(message, "delivered")
        now = world.reaches(begun, lambda one: one.steps[0].status == "delivered", "a delivered step")
        self.assertEqual("delivered", now.steps[0].attempts[0].status)
        self.assertEqual("pending", now.status)
        self.assertGreaterEqual(now.updated_at, begun.updated_at)
        world.carrier(message, "failed")
        time.sleep(1)
        now = world.client.get(begun.id)
        self.assertEqual((0, "delivered"), (now.current_step_index, now.steps[0].attempts[0].status))
        self.assertEqual(1, len(world.outbox(begun)))

    def test_a_message_that_the_carrier_does_not_know_is_not_found(self):
        with self.assertRaisesRegex(AssertionError, "HTTP 404"):
            world.carrier({"messageId": uuid.uuid4()}, "delivered")


class Templates(Case):
    def test_a_template_is_shown_back_unchanged(self):
        project = uuid.UUID("a1405560-c8d3-4b1a-877d-3f449ad95352")
        full = Template(
            name="login",
            project_id=project,
            version="123e4567-e89b-42d3-a456-426614174000",
            locale="pt-BR",
            attachments=[Attachment("https://example.com/terms.pdf", "terms.pdf", True)],
            short_links=ShortLinks(True, "example.com"),
            variables={"default": "pt", "shop": "Ada's <shop> ☂"},
            utm_parameters=[UtmParameter("utm_source", "login")],
            parameters=[Parameter("string", "name", "Ada \"the\" first")],
            settings=Settings(False),
        )
        step = StepRequest(channel_id=world.channel("whatsapp"), template=full)
        begun = world.start(step)
        self.assertEqual(full, begun.steps[0].template)
        self.assertEqual(full, world.client.get(begun.id).steps[0].template)
        raw = world.client.call("GET", world.client.path(begun.id), 200)
        self.assertEqual(write(full), raw["steps"][0]["template"])
        message = world.messages(begun)[0]
        self.assertEqual("whatsapp", message["platform"])
        self.assertIn(message["code"], message["text"])

    def test_an_sms_takes_none(self):
        step = StepRequest(channel_id=world.channel("sms"), template=world.template())
        self.malformed(".steps[0].template", lambda: world.start(step))

    def test_whatsapp_needs_one_of_the_step_or_of_its_channel(self):
        bare = StepRequest(channel_id=world.channel("whatsapp"))
        try:
            begun = world.start(world.sms(), bare)
        except ApiError as error:
            refusal = error

            def again():
                raise refusal

            self.malformed(".steps[1].template", again)
        else:
            # The channel has one of its own: the step shows it.
            self.assertIsNotNone(begun.steps[1].template)


class ByEmail(Case):
    def test_it_verifies_an_address(self):
        who = Identifier(emailaddress="ada.lovelace@example.com")
        begun = world.settled(world.start(world.email(), identifier=who, locale="de"))
        self.assertEqual((who, who.emailaddress), (begun.identifier, begun.steps[0].identifier))
        message = world.messages(begun)[0]
        self.assertEqual(("email", who.emailaddress), (message["platform"], message["to"]))
        self.assertTrue(message["subject"])
        self.assertIn(message["code"], message["text"])
        self.assertIn(message["code"], message["html"])
        world.carrier(message, "delivered")
        world.reaches(begun, lambda one: one.steps[0].status == "delivered", "a delivered email")
        client = client_of(scheme="Bearer")
        self.assertEqual("verified", client.check(begun.id, message["code"]).status)

    def test_a_step_without_its_identifier_is_refused(self):
        address, phone = Identifier(emailaddress="ada@example.com"), Identifier(phonenumber="+31612345678")
        for who, steps, lacks in ((address, (world.email(), world.sms()), 1), (phone, (world.email(),), 0)):
            error = self.refused(422, "InvalidPayload", lambda: world.start(*steps, identifier=who))
            paths = list(error.body["details"])
            named = (f".steps[{lacks}]", ".identifier")
            self.assertTrue(paths and all(path.startswith(named) for path in paths), error)

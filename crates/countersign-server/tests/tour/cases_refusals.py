"""Requests to start that are out of range or of a wrong type: each is refused with 422, at the path of its fault."""

import copy
import uuid

import world
from world import Case

UNKNOWN = str(uuid.UUID(int=7))
PARAMETER = {"type": "string", "key": 1, "value": "x"}
PHONE = ["identifier", "phonenumber"]
EMAIL = ["identifier", "emailaddress"]
CHANGES = [
    # Path of what is wrong, where to put it, and what.
    (".identifier", ["identifier"], [None, "x", 1, [], {}]),
    (".identifier.phonenumber", PHONE, ["", "x", "+3100", "12", "+" + "1" * 40, 31612345678, []]),
    (".identifier.phonenumber", PHONE, ["0612345678", "+31612345678 ext 5"]),
    (".identifier.emailaddress", EMAIL, ["", "ada", "ada@", "@example.com", "a b@example.com"]),
    (".identifier.emailaddress", EMAIL, ["a@example.com\r\nBcc: b@example.com", 1, {}]),
    (".identifier.name", ["identifier", "name"], ["Ada"]),
    (".locale", ["locale"], ["", "not a locale!", "e", 1, ["en"], "en-US-" + "x" * 200]),
    (".maxAttempts", ["maxAttempts"], [0, 11, -1, "3", 2.5, True, [], 2**40, 1e300]),
    (".timeout", ["timeout"], [29, 3601, 0, -30, "600", 30.5, False, {}, 2**64]),
    (".codeLength", ["codeLength"], [5, 13, 0, -6, "6", 6.5, True, [], 2**32 + 6]),
    (".steps", ["steps"], [None, [], "x", 1, {}]),
    (".steps[0]", ["steps", 0], [None, "x", 1, []]),
    (".steps[1].channelId", ["steps", 1, "channelId"], ["", "x", 1, [], UNKNOWN, "sms"]),
    (".steps[1].channel", ["steps", 1, "channel"], ["sms"]),
    (".steps[2].template", ["steps", 2, "template"], ["x", 1, []]),
    (".steps[2].template.projectId", ["steps", 2, "template", "projectId"], ["x", 1]),
    (".steps[2].template.version", ["steps", 2, "template", "version"], ["newest", 1]),
    (".steps[2].template.locale", ["steps", 2, "template", "locale"], [1]),
    (".steps[2].template.colour", ["steps", 2, "template", "colour"], ["red"]),
    (".steps[2].template.attachments", ["steps", 2, "template", "attachments"], ["x", {}]),
    (".steps[2].template.variables", ["steps", 2, "template", "variables"], ["x", []]),
    # The contract calls a variable of any name `*`.
    (".steps[2].template.variables.*", ["steps", 2, "template", "variables"], [{"name": 1}]),
    (".steps[2].template.parameters[0].key", ["steps", 2, "template", "parameters"], [[PARAMETER]]),
    (".steps[2].template.settings.useMmLite", ["steps", 2, "template", "settings"], [{"useMmLite": "yes"}]),
    (".steps[2].template.shortLinks.enabled", ["steps", 2, "template", "shortLinks"], [{"enabled": 1}]),
    (".colour", ["colour"], ["red"]),
    # What only the server decides cannot be brought along.
    (".id", ["id"], [UNKNOWN]),
    (".code", ["code"], ["123456"]),
    (".status", ["status"], ["verified"]),
    (".failedAttempts", ["failedAttempts"], [-5]),
    (".expiresAt", ["expiresAt"], ["2099-01-01T00:00:00.000Z"]),
    (".steps[1].attempts", ["steps", 1, "attempts"], [[]]),
]


class Refusals(Case):
    def good(self):
        """A request that is fine in every part."""
        template = {"projectId": "a1405560-c8d3-4b1a-877d-3f449ad95352", "version": "latest", "locale": "en"}
        return {
            "identifier": {"phonenumber": "+31612345678", "emailaddress": "ada@example.com"},
            "locale": "en-US",
            "maxAttempts": 3,
            "timeout": 300,
            "codeLength": world.LONG,
            "steps": [
                {"channelId": str(world.channel("sms"))},
                {"channelId": str(world.channel("email"))},
                {"channelId": str(world.channel("whatsapp")), "template": template},
            ],
        }

    def start(self, body):
        return self.post(world.client.path(), body)

    def test_the_request_that_is_changed_below_is_fine(self):
        self.assertEqual(0, self.start(self.good())["currentStepIndex"])

    def test_each_field_is_refused_at_its_path(self):
        for path, (*way, last), values in CHANGES:
            for value in values:
                body = copy.deepcopy(self.good())
                place = body
                for name in way:
                    place = place[name]
                place[last] = value
                with self.subTest(path=path, value=value):
                    self.malformed(path, lambda: self.start(body))

    def test_what_is_required_is_missed(self):
        for name in ("identifier", "steps"):
            body = self.good()
            del body[name]
            self.malformed(f".{name}", lambda: self.start(body))
        self.refused(422, "InvalidPayload", lambda: self.start({}))

    def test_a_step_names_one_target(self):
        sms = str(world.channel("sms"))
        for step in ({}, {"channelId": sms, "navigatorId": UNKNOWN}, {"channelId": sms, "navigatorId": sms}):
            body = {**self.good(), "steps": [{"channelId": sms}, step]}
            error = self.refused(422, "InvalidPayload", lambda: self.start(body))
            paths = list(error.body["details"])
            self.assertTrue(paths and all(path.startswith(".steps[1]") for path in paths), error)
        unknown = {**self.good(), "steps": [{"navigatorId": UNKNOWN}]}
        self.malformed(".steps[0].navigatorId", lambda: self.start(unknown))

    def test_nothing_was_sent_for_what_was_refused(self):
        before = {message["messageId"] for message in world.dev("GET", "/dev/outbox")["messages"]}
        number = world.number()
        body = self.good()
        body["identifier"]["phonenumber"] = number
        body["steps"][2]["channelId"] = "x"
        self.malformed(".steps[2].channelId", lambda: self.start(body))
        sent = [one for one in world.dev("GET", "/dev/outbox")["messages"] if one["messageId"] not in before]
        self.assertEqual([], [one for one in sent if one["to"] == number])

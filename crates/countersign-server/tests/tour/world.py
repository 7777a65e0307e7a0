"""What the cases of the tour share: the server, its outbox, a carrier to play, and a record of all answers."""

import http.client
import itertools
import json
import re
import time
import unittest
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor

from verify_client import ApiError, VerifyClient
from verify_objects import Identifier, Parameter, StepRequest, Template, Verification, parse_json

# Filled by `arrive`.
base_url = ""
setup = {}
client = None
wire = []  # every exchange with the Verify API; appending to a list is safe between threads

# Long codes: by accident, twelve given digits occur in no id, time or number.
LONG = 12
# The resend cooldown of a development server, in seconds.
COOLDOWN = 5
# Longer than anything that the server does by itself at once, in seconds.
PATIENCE = 10.0

_numbers = itertools.count(2_000_000)


def arrive(url):
    """Reads the setup of the server at `url` and makes the client for its workspace."""
    global base_url, setup, client
    base_url = url.rstrip("/")
    setup = dev("GET", "/dev/setup")
    client = client_of()


def client_of(workspace=None, key=None, scheme="AccessKey"):
    """A client of the development workspace, or of another one or with another key. Its answers are recorded."""
    return VerifyClient(
        base_url,
        workspace or uuid.UUID(setup["workspaceId"]),
        key=setup["accessKey"] if key is None else key,
        scheme=scheme,
        observer=wire.append,
    )


def dev(method, path):
    """A call of the development tools, which are not part of the API."""
    base = urllib.parse.urlsplit(base_url)
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=30)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise AssertionError(f"{method} {path}: HTTP {response.status} {body!r}")
    return parse_json(body)


def channel(platform):
    """The id of the first development channel of a platform."""
    return next(uuid.UUID(each["id"]) for each in setup["channels"] if each["platform"] == platform)


def sms():
    return StepRequest(channel_id=channel("sms"))


def whatsapp():
    return StepRequest(channel_id=channel("whatsapp"), template=template())


def email():
    return StepRequest(channel_id=channel("email"))


def template():
    return Template(
        name="login",
        project_id=uuid.UUID("a1405560-c8d3-4b1a-877d-3f449ad95352"),
        version="latest",
        locale="en",
        parameters=[Parameter("string", "shop", "Ada's")],
    )


def number():
    """A Dutch mobile number that no other case of this run uses."""
    return f"+3161{next(_numbers):07d}"


def person():
    """Somebody with a number and an address that no other case of this run uses."""
    fresh = number()
    return Identifier(phonenumber=fresh, emailaddress=f"ada.{fresh[1:]}@example.com")


def start(*steps, **options):
    """Starts a verification of a new person with a long code; over SMS if no steps are given."""
    options.setdefault("code_length", LONG)
    who = options.pop("identifier", None) or person()
    return client.start(who, steps or (sms(),), **options)


def outbox(verification):
    """The messages of a verification so far, the oldest first."""
    return dev("GET", f"/dev/outbox?verificationId={verification.id}")["messages"]


def messages(verification, count=1):
    """Waits until a verification has `count` messages."""
    return until(lambda: outbox(verification), lambda found: len(found) >= count, f"{count} messages")


def code(verification):
    """The code that the person received."""
    return messages(verification)[0]["code"]


def carrier(message, said):
    """Plays the carrier: the message was `delivered`, or has `failed`."""
    return dev("POST", f"/dev/outbox/{message['messageId']}/{said}")


def wrong(right, nth=0):
    """A code of the same length that is not the right one; each `nth` (0 to 8) is another one."""
    return str((int(right[0]) + 1 + nth) % 10) + right[1:]


def until(ask, good, what):
    """Asks until the answer is good, and returns it."""
    deadline = time.monotonic() + PATIENCE
    while not good(answer := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}; last seen: {answer}")
        time.sleep(0.05)
    return answer


def reaches(verification, good, what):
    """Waits until the verification, read again and again, is as it should be."""
    return until(lambda: client.get(verification.id), good, what)


def settled(verification):
    """Waits until every message of a verification was handed over: after that nothing moves by itself."""
    handed_over = lambda now: all(one.status != "prepared" for step in now.steps for one in step.attempts or [])
    return reaches(verification, handed_over, "messages to be handed over")


def after_the_cooldown(verification):
    """Sleeps until a resend is allowed. The server's clock is this machine's; its times are cut to milliseconds."""
    sent = max(one.sent_at or verification.created_at for step in verification.steps for one in step.attempts or [])
    time.sleep(max(0.0, sent.timestamp() + COOLDOWN + 0.1 - time.time()))


def at_once(calls):
    """Makes several calls side by side and returns what each returned, or the `ApiError` it raised."""

    def one(call):
        try:
            return call()
        except ApiError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


class Case(unittest.TestCase):
    """A case of the tour, with the assertions that many need."""

    maxDiff = None

    def refused(self, status, name, call):
        """`call` is refused with this status and code. Returns the error, its body a dictionary."""
        with self.assertRaises(ApiError) as caught:
            call()
        error = caught.exception
        self.assertIsInstance(error.body, dict, error)
        self.assertEqual((status, name), (error.status, error.body.get("code")), error)
        return error

    def malformed(self, path, call):
        """`call` is refused with 422 and details for `path`: at it, or at its parent with its name in a message."""
        error = self.refused(422, "InvalidPayload", call)
        details = error.body.get("details")
        self.assertIsInstance(details, dict, error)
        parent, _, name = path.rpartition(".")
        said = details.get(path) is not None or any(
            key in (parent, parent or ".") and any(name in text for text in texts) for key, texts in details.items()
        )
        self.assertTrue(said, f"nothing about {path} in {error}")

    def ended(self, how, call):
        """`call` is refused because the verification has ended like this."""
        error = self.refused(400, "UnexpectedVerificationStatus", call)
        self.assertEqual(f"Unexpected Verification Status: verification already {how}", error.body["message"])

    def post(self, path, body, content_type="application/json", **more):
        """Posts bytes, or JSON that the typed client would not send. Returns JSON, or raises `ApiError`."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"AccessKey {setup['accessKey']}", "Content-Type": content_type, **more}
        return self.send("POST", path, headers, data)

    def send(self, method, path, headers, data=None):
        """Sends a request as it is. Returns JSON, or raises `ApiError`."""
        headers = {name: value for name, value in headers.items() if value is not None}
        answer = client.exchange(method, path, headers, data)
        if not 200 <= answer.status < 300:
            raise ApiError(answer.status, parse_json(answer.body), answer.headers)
        return parse_json(answer.body)

    def assertSame(self, before: Verification, after: Verification):
        """Nothing about the verification changed."""
        self.assertEqual(before, after)


def pascal(name):
    """Whether a name of an error is in PascalCase."""
    return re.fullmatch(r"([A-Z][a-z]+)+", name) is not None

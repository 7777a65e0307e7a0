"""What schemathesis cannot know: who this development server's workspace is, and what its messages say.

Only schemathesis' own copy of the description is changed, by what is configuration and so is not in it: ids, and phone
numbers and languages that exist.
"""

import itertools
import json
import os
import urllib.error
import urllib.parse
import urllib.request

import schemathesis
from hypothesis import strategies as st
from schemathesis.openapi.checks import UseAfterFree
from schemathesis.specs.openapi import stateful

URL = os.environ["COUNTERSIGN_URL"]


def asked(path, method="GET"):
    request = urllib.request.Request(URL + path, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


SETUP = asked("/dev/setup")
WORKSPACE = SETUP["workspaceId"]
KEY = "AccessKey " + SETUP["accessKey"]
# What page tokens are bound to, and the queries that they came from.
BOUND = ("reverse", "startAt", "endAt")
QUERIES = {}
COUNTER = itertools.count()
CHANNELS = {channel["platform"]: channel["id"] for channel in SETUP["channels"]}

# Patterns cannot say which country codes and languages there are.
schemathesis.openapi.format("phone", st.integers(0, 9_999_999).map(lambda number: f"+316{number + 10_000_000}"))
# No page token can be made up: an empty one is none, and links bring those of real pages.
schemathesis.openapi.format("page-token", st.just(""))
schemathesis.openapi.format("language", st.sampled_from(["nl", "nl-NL", "zh-Hant-TW", "EN-us", "he", "sr-Latn-RS"]))


@schemathesis.auth()
class Key:
    def get(self, case, context):
        return KEY

    def set(self, case, data, context):
        case.headers["Authorization"] = data


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path in raw_schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "workspaceId":
                    parameter["schema"] = {"type": "string", "enum": [WORKSPACE]}
                if parameter["name"] == "pageToken":
                    parameter["schema"]["format"] = "page-token"
    schemas = raw_schema["components"]["schemas"]
    start = schemas["StartRequest"]
    start["properties"]["locale"]["format"] = "language"
    schemas["StartRequest"] = {"anyOf": list(plans(start, schemas))}
    posted = raw_schema["paths"]["/workspaces/{workspaceId}/verify"]["post"]["requestBody"]["content"]
    for step, platform in zip(posted["application/json"]["example"]["steps"], ["sms", "email"], strict=True):
        step["channelId"] = CHANNELS[platform]


def plans(start, schemas):
    """Starts whose steps reach the person: with a phone number, with an email address, and with both."""
    phone = {"type": "string", "pattern": "^[+][1-9][0-9]+$", "format": "phone"}
    email = {"type": "string", "format": "email"}
    nothing = {"type": "null"}
    by_phone = [step(schemas, "sms"), step(schemas, "whatsapp")]
    by_email = [step(schemas, "email")]
    for phonenumber, emailaddress, steps in [
        (phone, nothing, by_phone),
        (nothing, email, by_email),
        (phone, email, by_phone + by_email),
    ]:
        addresses = {"phonenumber": phonenumber, "emailaddress": emailaddress}
        identifier = {
            "type": "object",
            "properties": addresses,
            "required": [name for name, schema in addresses.items() if schema is not nothing],
            "additionalProperties": False,
        }
        plan = {**start["properties"]["steps"], "items": {"oneOf": steps}}
        yield {**start, "properties": {**start["properties"], "identifier": identifier, "steps": plan}}


def step(schemas, platform):
    by_channel = schemas["StartStep"]["oneOf"][0]
    properties = {**by_channel["properties"], "channelId": {"type": "string", "enum": [CHANNELS[platform]]}}
    if platform == "sms":
        properties["template"] = {"type": "null"}
    return {**by_channel, "properties": properties}


def begins_a_story(operation, node, produced_anywhere):
    """A start or a list, whose ids are configuration. Left alone, schemathesis looks for calls that make workspaces,
    channels and request ids, and begins every story with a check of nothing."""
    return operation.definition.raw["operationId"] in ("startVerification", "listVerifications")


stateful.is_likely_root_transition = begins_a_story


def operation_id(case):
    return case.operation.definition.raw["operationId"]


def messages(verification):
    return asked("/dev/outbox?" + urllib.parse.urlencode({"verificationId": verification}))["messages"]


def whole(value):
    """The same with 6 for 6.0, which JSON Schema takes for an integer and this API does not: it reads numbers as they are
    written, like the service that it is compatible with."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: whole(inner) for name, inner in value.items()}
    return [whole(inner) for inner in value] if isinstance(value, list) else value


@schemathesis.hook
def before_call(context, case, kwargs):
    """Lets what is well formed be about something that is there."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.headers.get("Idempotency-Key") and next(COUNTER) % 8:
        # Short ones come again and again, and then all that follows is a 409; one in eight may.
        case.headers["Idempotency-Key"] = f"{next(COUNTER)}-{case.headers['Idempotency-Key']}"[:255]
    if operation_id(case) == "listVerifications" and case.query.get("pageToken") in QUERIES:
        for name in BOUND:
            case.query.pop(name, None)
        case.query.update(QUERIES[case.query["pageToken"]])
    if isinstance(case.body, dict):
        case.body = whole(case.body)
        if operation_id(case) == "checkVerification" and next(COUNTER) % 2:
            case.body["code"] = right_code(case.path_parameters["verificationId"]) or case.body["code"]


def right_code(verification):
    try:
        return messages(verification)[-1]["code"]
    except (urllib.error.HTTPError, IndexError):
        return None  # There is no such verification: the answer has to say so.


@schemathesis.hook
def after_call(context, case, response):
    if operation_id(case) == "startVerification" and response.status_code == 202:
        play_the_carrier(response.json()["id"])
    if operation_id(case) == "listVerifications" and response.status_code == 200:
        sent = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(response.request.url).query))
        token = response.json().get("nextPageToken", "none")
        QUERIES[token] = {name: sent[name] for name in BOUND if name in sent}


def play_the_carrier(started):
    """Of three messages one fails, one arrives, and of one nothing is heard."""
    for message in messages(started):
        told = ["failed", "delivered", None][next(COUNTER) % 3]
        if told:
            asked(f"/dev/outbox/{message['messageId']}/{told}", "POST")


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """DELETE cancels, and what is canceled can still be looked at: as canceled, or it is a failure all the same."""
    return not (isinstance(failure, UseAfterFree) and response.json()["status"] == "canceled")

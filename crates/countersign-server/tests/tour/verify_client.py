"""A client of the Verify API with nothing but Python's standard library.

It was written from the public documentation of that API alone, before its author saw this project's own contract or
code. What it reads, it reads strictly (`verify_objects.py`): an unknown property, a missing required one, a repeated
one, a wrong type or a time that does not parse raises `ProtocolError`.

The documentation contradicts itself or is silent in these places. The client takes either:

 1. `Authorization`: one text says `AccessKey <key>`, the examples say `Bearer <jwt>`. Both can be sent.
 2. The default `limit` of a list: 25 in one text, 10 in the other. None is sent unless the caller gives one.
 3. Base address: the examples have an empty `Host`. The caller gives it, a path in front included.
 4. Required properties of answers are not marked. Required here: what the texts describe for every verification, a
    step's and an attempt's `status`. The rest (one of two identifiers, one of two targets, template, attempts,
    message id, times of an attempt) may be absent.
 5. Absent or `null`: only `stepIndex` is called nullable. For an optional property of an answer both mean "none".
 6. Values of `status`: one example each (`accepted`, `unused`, `prepared`), no list. Any string but "" is read.
 7. `template.version`: a UUID in the answers, a UUID or `latest` in the requests. Read as a string.
 8. `template.parameters[].type` has one example (`string`) and no list. Read as a string.
 9. `resend` and `failover` without an index: no body, `{}` and `{"stepIndex": null}` can all be sent.
10. A page's first direction (newest or oldest first) and whether `startAt` and `endAt` are inclusive: not said.
11. Whether the query is repeated beside `pageToken`: not said. It is repeated, unchanged.
12. The end of a list is a missing `nextPageToken`. A `null` is read as missing, too. An empty string raises.
13. Bodies of errors have no schema, and "verification failed" (400) may be an error or a verification. `ApiError`
    carries any JSON, or the text of what is not JSON. No list of statuses is closed (429, 5xx): all raise it.
14. Digits of a second and the offset of a time: the examples have `.841Z`. Any RFC 3339 time is read.
15. Sizes in answers: the request has ranges (`codeLength` 6 to 12), the answers of the examples have 1. Any integer
    from 0 on is read. `currentStepIndex` has to be an index of `steps`, as it is described.
16. Which identifiers are needed, and if an answer repeats or masks them: not said. Both are optional strings.
"""

from __future__ import annotations

import http.client
import json
import typing
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from verify_objects import (
    Identifier,
    Page,
    ProtocolError,
    StepRequest,
    Verification,
    parse_json,
    read,
    write,
    write_time,
)


class ApiError(Exception):
    """A refusal: its HTTP status, its body (JSON, or text where it is not JSON) and its headers in lower case."""

    def __init__(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"HTTP {status}: {body!r}")
        self.status = status
        self.body = body
        self.headers = headers or {}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer as they were on the wire; names of headers are in lower case."""

    method: str
    target: str
    status: int
    headers: dict[str, str]
    body: bytes


class Omit:
    """What to leave out of a `resend` or `failover`: `Omit.INDEX` sends `{}`, `Omit.BODY` sends no body."""

    INDEX: typing.Final = object()
    BODY: typing.Final = object()


@dataclass(frozen=True)
class VerifyClient:
    """Calls the Verify API of one workspace. Safe to share between threads: each call has its own connection."""

    base_url: str
    workspace_id: UUID | str
    key: str = field(repr=False)
    scheme: str = "AccessKey"  # or "Bearer"
    timeout: float = 30.0  # seconds for a connection or an answer
    observer: Callable[[Exchange], None] | None = field(default=None, repr=False)  # sees each exchange

    def start(
        self,
        identifier: Identifier,
        steps: Sequence[StepRequest],
        *,
        locale: str | None = None,
        max_attempts: int | None = None,
        timeout: int | None = None,
        code_length: int | None = None,
    ) -> Verification:
        """Creates a verification and has its first message sent. `timeout` is in seconds."""
        body = {
            "identifier": write(identifier),
            "locale": locale,
            "maxAttempts": max_attempts,
            "timeout": timeout,
            "codeLength": code_length,
            "steps": write(list(steps)),
        }
        body = {name: value for name, value in body.items() if value is not None}
        return read(Verification, self.call("POST", self.path(), 202, body))

    def check(self, verification_id: UUID | str, code: str) -> Verification:
        """Checks the code that the user typed. A wrong one raises `ApiError` with status 400."""
        return read(Verification, self.call("POST", self.path(verification_id), 200, {"code": code}))

    def resend(self, verification_id: UUID | str, step_index: int | object | None = Omit.INDEX) -> Verification:
        """Sends the code of a step again; without an index that of the active step."""
        return self._move(verification_id, "resend", step_index)

    def failover(self, verification_id: UUID | str, step_index: int | object | None = Omit.INDEX) -> Verification:
        """Moves on to another step; without an index to the next one."""
        return self._move(verification_id, "failover", step_index)

    def get(self, verification_id: UUID | str) -> Verification:
        """Reads one verification."""
        return read(Verification, self.call("GET", self.path(verification_id), 200))

    def page(
        self,
        *,
        limit: int | None = None,
        page_token: str | None = None,
        reverse: bool | None = None,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
    ) -> Page:
        """Reads one page of verifications: the first one, or the one that a token stands for."""
        query = {
            "limit": limit,
            "pageToken": page_token,
            "reverse": None if reverse is None else str(reverse).lower(),
            "startAt": start_at and write_time(start_at),
            "endAt": end_at and write_time(end_at),
        }
        query = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        return read(Page, self.call("GET", self.path() + (f"?{query}" if query else ""), 200))

    def list(
        self,
        *,
        limit: int | None = None,
        reverse: bool | None = None,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
    ) -> Iterator[Page]:
        """Iterates over all pages, in the API's order or (`reverse`) the other way round."""
        seen: set[str] = set()
        token = None
        while True:
            page = self.page(limit=limit, page_token=token, reverse=reverse, start_at=start_at, end_at=end_at)
            yield page
            token = page.next_page_token
            if token is None:
                return
            if token in seen:
                raise ProtocolError("a page token came twice: the list would never end")
            seen.add(token)

    def path(self, *rest: UUID | str) -> str:
        """The path of the workspace's verifications, of one of them, or of an action on it."""
        parts = ("workspaces", self.workspace_id, "verify", *rest)
        return "".join("/" + urllib.parse.quote(str(part), safe="") for part in parts)

    def call(self, method: str, path: str, expected: int, body: object | None = None) -> object:
        """Sends JSON, returns that of the `expected` status. Any status outside 2xx raises `ApiError`."""
        headers = {"Accept": "*/*", "Authorization": f"{self.scheme} {self.key}"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        answer = self.exchange(method, path, headers, data)
        try:
            parsed: object = parse_json(answer.body)
        except ValueError as error:
            if 200 <= answer.status < 300:
                raise ProtocolError(f"no JSON: {error}") from error
            parsed = answer.body.decode("utf-8", "replace")
        if not 200 <= answer.status < 300:
            raise ApiError(answer.status, parsed, answer.headers)
        if answer.status != expected:
            raise ProtocolError(f"{method} {path}: HTTP {answer.status} in place of {expected}")
        if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ProtocolError(f"{method} {path}: not application/json")
        return parsed

    def exchange(self, method: str, path: str, headers: dict[str, str], data: bytes | None = None) -> Exchange:
        """Sends a request as it is and returns whatever comes back. Redirects are not followed."""
        base = urllib.parse.urlsplit(self.base_url)
        kind = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
        connection = kind(base.hostname or "", base.port, timeout=self.timeout)
        try:
            connection.request(method, base.path.rstrip("/") + path, data, headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            answer = Exchange(method, path, response.status, found, response.read())
        finally:
            connection.close()
        if self.observer is not None:
            self.observer(answer)
        return answer

    def _move(self, verification_id: UUID | str, action: str, step_index: int | object | None) -> Verification:
        body: object | None = {"stepIndex": step_index}
        if step_index is Omit.BODY:
            body = None
        elif step_index is Omit.INDEX:
            body = {}
        return read(Verification, self.call("POST", self.path(verification_id, action), 202, body))

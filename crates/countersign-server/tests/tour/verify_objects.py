"""The objects of the Verify API, and their strict reading from JSON. Written from its public documentation alone."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from dataclasses import dataclass
from datetime import datetime, timezone
from uuid import UUID

Filled = typing.NewType("Filled", str)  # a string that must not be empty


class ProtocolError(Exception):
    """An answer that is not what the API's documentation describes."""


@dataclass(frozen=True)
class Identifier:
    """Where a person can be reached."""

    phonenumber: str | None = None
    emailaddress: str | None = None


@dataclass(frozen=True)
class Attachment:
    """A file of a template's message."""

    media_url: str | None = None
    filename: str | None = None
    inline: bool | None = None


@dataclass(frozen=True)
class ShortLinks:
    """How links of a template's message are shortened."""

    enabled: bool | None = None
    domain: str | None = None


@dataclass(frozen=True)
class UtmParameter:
    """A parameter that is added to links, so that campaigns can be told apart."""

    key: str
    value: str


@dataclass(frozen=True)
class Parameter:
    """A typed value for a place in a template."""

    type: str
    key: str
    value: str


@dataclass(frozen=True)
class Settings:
    """Switches of one template's message."""

    use_mm_lite: bool | None = None


@dataclass(frozen=True)
class Template:
    """The text to send: a project, its version and locale, and what to fill in."""

    name: str | None = None
    project_id: UUID | None = None
    version: str | None = None
    locale: str | None = None
    attachments: list[Attachment] | None = None
    short_links: ShortLinks | None = None
    variables: dict[str, str] | None = None
    utm_parameters: list[UtmParameter] | None = None
    parameters: list[Parameter] | None = None
    settings: Settings | None = None


@dataclass(frozen=True)
class StepRequest:
    """A step to ask for: a channel or a navigator, and a template where the channel needs one."""

    channel_id: UUID | None = None
    navigator_id: UUID | None = None
    template: Template | None = None


@dataclass(frozen=True)
class Attempt:
    """One message of a step."""

    status: Filled
    message_id: UUID | None = None
    verified: bool | None = None
    sent_at: datetime | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """One way to reach the person, and what was tried on it."""

    status: Filled
    channel_id: UUID | None = None
    navigator_id: UUID | None = None
    identifier: str | None = None
    template: Template | None = None
    attempts: list[Attempt] | None = None


@dataclass(frozen=True)
class Verification:
    """One verification as the API answers it. `timeout` is in seconds."""

    id: UUID
    identifier: Identifier
    locale: Filled
    max_attempts: int
    failed_attempts: int
    timeout: int
    code_length: int
    status: Filled
    current_step_index: int
    steps: list[Step]
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        if self.current_step_index >= len(self.steps):
            raise ProtocolError(f"currentStepIndex {self.current_step_index} is no index of {len(self.steps)} steps")

    @property
    def current_step(self) -> Step:
        return self.steps[self.current_step_index]


@dataclass(frozen=True)
class Page:
    """A part of a list; without a token it is the last one."""

    results: list[Verification]
    next_page_token: Filled | None = None


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def wire_name(name: str) -> str:
    """The property of the API that a Python field stands for: `use_mm_lite` is `useMmLite`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def read_time(text: str) -> datetime:
    """A time of RFC 3339 with its offset; anything else raises."""
    if not _TIME.fullmatch(text):
        raise ProtocolError(f"no RFC 3339 time: {text!r}")
    try:
        # Python keeps microseconds: further digits are cut.
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError as error:
        raise ProtocolError(f"no such time: {text!r}") from error


def write_time(time: datetime) -> str:
    """A time as the API's examples have it: UTC with milliseconds."""
    if time.tzinfo is None:
        raise ValueError("a time for the API needs its offset")
    return time.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(kind: typing.Any, value: object, at: str = "$") -> typing.Any:
    """Reads a JSON value as `kind` (a dataclass of this file or the type of one of its fields)."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):  # `X | None`
        return None if value is None else read(args[0], value, at)
    if origin is list and isinstance(value, list):
        return [read(args[0], item, f"{at}[{index}]") for index, item in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {key: read(args[1], item, f"{at}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        return _read_object(kind, value, at)
    # A bool of Python is an int as well; one of JSON is not a number.
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and type(value) is int and value >= 0:
        return value
    if isinstance(value, str) and (kind is str or (kind is Filled and value)):
        return value
    if kind is UUID and isinstance(value, str) and _UUID.fullmatch(value):
        return UUID(value)
    if kind is datetime and isinstance(value, str):
        return read_time(value)
    raise ProtocolError(f"{at}: {value!r} is not a {kind}")


def _read_object(kind: typing.Any, value: dict[str, object], at: str) -> typing.Any:
    hints = typing.get_type_hints(kind)
    known = {wire_name(member.name): member for member in dataclasses.fields(kind)}
    if unknown := value.keys() - known.keys():
        raise ProtocolError(f"{at}: unknown {sorted(unknown)}")
    found = {}
    for name, member in known.items():
        if name in value:
            found[member.name] = read(hints[member.name], value[name], f"{at}.{name}")
        elif member.default is dataclasses.MISSING:
            raise ProtocolError(f"{at}: {name} is missing")
    return kind(**found)


def write(value: object) -> object:
    """The JSON of an object of this file; what is None is left out."""
    if dataclasses.is_dataclass(value):
        members = ((wire_name(member.name), getattr(value, member.name)) for member in dataclasses.fields(value))
        return {name: write(item) for name, item in members if item is not None}
    if isinstance(value, list):
        return [write(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


def parse_json(text: bytes) -> object:
    """Parses strict JSON: UTF-8, no property twice, no NaN and no Infinity."""

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError(f"a property twice in {[name for name, _ in pairs]}")
        return found

    def constant(name: str) -> object:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text.decode("utf-8"), object_pairs_hook=members, parse_constant=constant)

"""Who may ask, and for what: keys, schemes, workspaces, ids, sizes and kinds of bodies."""

import json
import time
import uuid

import world
from verify_client import ApiError
from world import Case, client_of


def everything(client, verification_id):
    """Each call of the API, by name."""
    return {
        "start": lambda: client.start(world.person(), [world.sms()]),
        "check": lambda: client.check(verification_id, "0" * world.LONG),
        "resend": lambda: client.resend(verification_id),
        "failover": lambda: client.failover(verification_id),
        "get": lambda: client.get(verification_id),
        "list": lambda: client.page(limit=1),
    }


class Keys(Case):
    def unauthorized(self, call):
        """`call` is refused for its key. Who tries many keys may be told to come back later, and then does so."""
        for _ in range(20):
            with self.assertRaises(ApiError) as caught:
                call()
            if caught.exception.status != 429:
                break
            time.sleep(int(caught.exception.headers["retry-after"]))

        def again():
            raise caught.exception

        self.refused(401, "Unauthorized", again)

    def test_both_schemes_are_accepted(self):
        begun = world.start()
        for scheme in ("AccessKey", "Bearer"):
            self.assertEqual(begun.id, client_of(scheme=scheme).get(begun.id).id)

    def test_without_the_right_key_every_call_is_refused(self):
        begun = world.start()
        key = world.setup["accessKey"]
        keys = ("", " ", "x", key + "x", key[:-1], key[1:], world.wrong(key) if key[0].isdigit() else "0" + key[1:])
        for scheme in ("AccessKey", "Bearer"):
            for other in keys:
                self.unauthorized(client_of(key=other, scheme=scheme).page)
        for client in (client_of(key="x"), client_of(scheme="Basic"), client_of(scheme="Digest")):
            for name, call in everything(client, begun.id).items():
                with self.subTest(name):
                    self.unauthorized(call)
        self.assertEqual(0, world.client.get(begun.id).failed_attempts)

    def test_without_any_key_every_call_is_refused(self):
        begun = world.start()
        paths = [("GET", ""), ("POST", "")] + [(how, f"/{begun.id}") for how in ("GET", "POST", "DELETE")]
        paths += [("POST", f"/{begun.id}/resend"), ("POST", f"/{begun.id}/failover")]
        for method, path in paths:
            for header in (None, world.setup["accessKey"], "AccessKey", f"AccessKey{world.setup['accessKey']}"):
                with self.subTest(method=method, path=path, header=header is not None):
                    send = lambda: self.send(method, world.client.path() + path, {"Authorization": header})
                    self.unauthorized(send)

    def test_the_key_is_asked_for_before_the_body_is_looked_at(self):
        post = lambda: self.post(world.client.path(), b"{", Authorization="AccessKey x")
        self.unauthorized(post)


class Unknown(Case):
    def test_other_workspaces_and_unknown_verifications_look_alike(self):
        begun = world.start()
        unknown = uuid.uuid4()
        here = everything(world.client, unknown)
        elsewhere = everything(client_of(workspace=uuid.uuid4()), begun.id)
        bodies = set()
        for name, call in elsewhere.items():
            with self.subTest(name):
                bodies.add(json.dumps(self.refused(404, "NotFound", call).body, sort_keys=True))
        for name in ("check", "resend", "failover", "get"):
            with self.subTest(name):
                bodies.add(json.dumps(self.refused(404, "NotFound", here[name]).body, sort_keys=True))
        self.assertEqual(1, len(bodies), bodies)
        near = uuid.UUID(int=begun.id.int ^ 1)
        self.refused(404, "NotFound", lambda: world.client.get(near))
        self.assertEqual(0, world.client.get(begun.id).failed_attempts)

    def test_what_is_no_id_is_malformed(self):
        for call in everything(world.client, "x").values():
            try:
                call()
            except ApiError as error:
                self.assertEqual((422, "InvalidPayload"), (error.status, error.body["code"]), error)
        self.malformed(".verificationId", lambda: world.client.get("x"))
        self.malformed(".workspaceId", client_of(workspace="x").page)

    def test_a_method_that_there_is_not_is_no_answer_of_success(self):
        begun = world.start()
        headers = {"Authorization": f"AccessKey {world.setup['accessKey']}"}
        for method, path in (("PUT", ""), ("PATCH", f"/{begun.id}"), ("DELETE", ""), ("GET", f"/{begun.id}/resend")):
            with self.assertRaises(ApiError) as caught:
                self.send(method, world.client.path() + path, headers)
            self.assertIn(caught.exception.status, (404, 405))


class Bodies(Case):
    def plan(self):
        return {"identifier": {"phonenumber": world.number()}, "steps": [{"channelId": str(world.channel("sms"))}]}

    def padded(self, size):
        """A good request to start that has exactly this many bytes."""
        text = json.dumps(self.plan())
        return (text + " " * (size - len(text))).encode()

    def test_64_kib_are_taken_and_no_byte_more(self):
        self.post(world.client.path(), self.padded(64 * 1024))
        for size in (64 * 1024 + 1, 100_000):
            self.refused(413, "PayloadTooLarge", lambda: self.post(world.client.path(), self.padded(size)))
        begun = world.start()
        for more in ("", "/resend", "/failover"):
            path = world.client.path(begun.id) + more
            self.refused(413, "PayloadTooLarge", lambda: self.post(path, b"{}" + b" " * 64 * 1024))

    def test_only_json_is_taken(self):
        begun = world.start()
        text = json.dumps(self.plan()).encode()
        kinds = ("text/plain", "application/x-www-form-urlencoded", "application/xml", "application/jsonx", "json")
        for kind in kinds:
            self.refused(415, "UnsupportedMediaType", lambda: self.post(world.client.path(), text, kind))
            for more in ("", "/resend", "/failover"):
                path = world.client.path(begun.id) + more
                self.refused(415, "UnsupportedMediaType", lambda: self.post(path, {"stepIndex": 0}, kind))
        self.refused(415, "UnsupportedMediaType", lambda: self.send("POST", world.client.path(), self.key(), text))
        for kind in ("application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"):
            self.post(world.client.path(), text, kind)

    def key(self):
        return {"Authorization": f"AccessKey {world.setup['accessKey']}"}

    def test_what_is_no_json_object_is_malformed(self):
        begun = world.start()
        good = json.dumps(self.plan()).encode()
        broken = [b"", b" ", b"{", good[:-1], good + b"x", good + good, b"\xff", b"[" * 5000]
        broken += [b"[]", b"null", b"1", b'"x"']
        for body in broken:
            self.unreadable(world.client.path(), body)
            self.unreadable(world.client.path(begun.id), body)
        for body in (b"{", b"[]", b"1", b'"x"', b"{}x"):
            self.unreadable(world.client.path(begun.id, "resend"), body)
            self.unreadable(world.client.path(begun.id, "failover"), body)
        now = world.client.get(begun.id)
        self.assertEqual((0, 0), (now.failed_attempts, now.current_step_index))

    def unreadable(self, path, body):
        with self.subTest(path=path, body=body[:40]):
            self.refused(422, "InvalidPayload", lambda: self.post(path, body))

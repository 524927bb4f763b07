"""A student without a screen: logs in to a hub, starts a server, opens a notebook, runs cells."""

import asyncio
import json
import struct
import time
import uuid
from urllib.parse import urlsplit

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


def message_in(frame):
    """A kernel's message: JSON, or with buffers (every explorer) offsets, then JSON."""
    if isinstance(frame, str):
        return json.loads(frame)
    (parts,) = struct.unpack("!i", frame[:4])
    offsets = [*struct.unpack(f"!{parts}i", frame[4 : 4 * (parts + 1)]), None]
    return json.loads(frame[offsets[0] : offsets[1]])


class Student:
    def __init__(self, url, name, password):
        self.url, self.name, self.password = url, name, password
        self.browser = httpx.AsyncClient(base_url=url, follow_redirects=True, timeout=120)
        self.socket = None
        self.kernel = None

    def token(self, path):
        """The cookie against forged requests, of the part of the site below this path."""
        found = [c.value for c in self.browser.cookies.jar if c.name == "_xsrf" and c.path == path]
        return found[-1] if found else ""

    async def log_in(self):
        """The status of the answer: 200 with the right password, 403 otherwise."""
        await self.browser.get("/hub/login")
        form = {"username": self.name, "password": self.password,
                "_xsrf": self.token("/hub/")}
        # The page that follows may say that the server does not run yet.
        answer = await self.browser.post("/hub/login", data=form, follow_redirects=False)
        return 200 if answer.status_code == 302 else answer.status_code

    async def start_server(self):
        await self.browser.get(f"/hub/spawn/{self.name}")
        lab = f"/user/{self.name}/lab"
        while True:  # the hub shows a page to wait on; then the server asks the hub who this is
            answer = await self.browser.get(lab)
            if answer.status_code == 200 and answer.url.path.startswith(lab):
                return
            await asyncio.sleep(1)

    async def api(self, method, place, /, whose=None, **content):
        whose = whose or self.name
        headers = {"X-XSRFToken": self.token(f"/user/{whose}/"), "Referer": self.url + "/"}
        answer = await self.browser.request(method, f"/user/{whose}/api/{place}", headers=headers,
                                            json=content or None)
        return answer.status_code, answer.json() if "json" in answer.headers.get(
            "content-type", "") else answer.text

    async def read(self, path):
        status, answer = await self.api("GET", f"contents/{path}")
        assert status == 200, (path, status, answer)
        return answer["content"]

    async def save(self, path, notebook):
        status, answer = await self.api("PUT", f"contents/{path}", type="notebook",
                                        format="json", content=notebook)
        assert status in (200, 201), (path, status, answer)

    async def start_kernel(self, path):
        status, answer = await self.api("POST", "sessions", path=path, name=path, type="notebook",
                                        kernel={"name": "python3"})
        assert status == 201, (path, status, answer)
        self.kernel = answer["kernel"]["id"]
        await self.connect()

    async def connect(self):
        path = f"/user/{self.name}/"
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.browser.cookies.jar
                            if path.startswith(c.path))
        address = urlsplit(self.url).netloc
        self.socket = await websocket_connect(
            HTTPRequest(f"ws://{address}{path}api/kernels/{self.kernel}/channels",
                        headers={"Cookie": cookies, "Origin": self.url}),
            max_message_size=2**30)

    async def send(self, code):
        number = uuid.uuid4().hex
        await self.socket.write_message(json.dumps({
            "header": {"msg_id": number, "msg_type": "execute_request", "username": self.name,
                       "session": self.kernel, "version": "5.3", "date": ""},
            "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
            "content": {"code": code, "silent": False, "store_history": True,
                        "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}}))
        return number

    async def run(self, code, seconds=120):
        """The printed text, the errors and the kinds of outputs, and how long it took.

        An error of "died" says that the kernel did not survive the cell.
        """
        number, begin = await self.send(code), time.monotonic()
        text, errors, kinds = "", [], set()
        while True:
            frame = await asyncio.wait_for(self.socket.read_message(), seconds)
            assert frame is not None, f"{self.name}: the connection to the kernel was closed"
            message = message_in(frame)
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] in ("restarting", "dead"):
                errors.append("died")
                break
            if message["parent_header"].get("msg_id") != number:
                continue
            if kind == "stream":
                text += content["text"]
            elif kind == "error":
                errors.append(f"{content['ename']}: {content['evalue']}")
            elif kind in ("display_data", "execute_result"):
                kinds |= set(content["data"])
                text += content["data"].get("text/plain", "")
            elif kind == "status" and content["execution_state"] == "idle":
                break
        return text, errors, kinds, time.monotonic() - begin

    async def close(self):
        if self.socket is not None:
            self.socket.close()
        await self.browser.aclose()

"""A browser as servers see one: keep-alive connections from an address of its own, assets after the page, cookies,
conditional requests for what it knows; no waiting but the think time that its caller gives."""

import asyncio
import random
import ssl
import urllib.parse

import names

TLS = ssl.create_default_context()
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE
WEB, GATE = "203.0.113.10", "10.20.2.30"
ASSETS = ("/tai-nguyen/chung.css", "/tai-nguyen/chung.js", "/tai-nguyen/logo.svg", "/favicon.ico")
AGENTS = [
    (
        "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile"
        " Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Linux; Android 13; CPH2457) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile"
        " Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Linux; Android 15; V2322) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile"
        " Safari/537.36"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3"
        " Mobile/15E%d Safari/604.1"
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/%d.0.0.0"
        " Mobile Safari/537.36 Zalo android/12100740"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/%d.0.0 "
        "Chrome/132.0.0.0 Safari/537.36"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%d.0) Gecko/20100101 Firefox/136.0",
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.%d"
        " Safari/605.1.15"
    ),
]


def agent(rng):
    return rng.choice(AGENTS) % rng.randrange(128, 135)


def quoted(text):
    return urllib.parse.quote(text)


class Browser:
    def __init__(self, source, user_agent, host, secure=False, server=WEB, port=None):
        self.source, self.agent, self.secure, self.server = source, user_agent, secure, server
        self.host = host if "." in host else f"{host}.{names.DOMAIN}"
        self.port = port or (443 if secure else 80)
        self.known, self.cookies, self.pipe = {}, {}, None

    async def connect(self):
        options = {"ssl": TLS, "server_hostname": self.host} if self.secure else {}
        self.pipe = await asyncio.wait_for(
            asyncio.open_connection(self.server, self.port, local_addr=(self.source, 0), **options), 10
        )

    def close(self):
        if self.pipe:
            self.pipe[1].close()
            self.pipe = None

    def head(self, method, path, referer, body, kind, headers):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"User-Agent: {self.agent}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if "Mozilla" in self.agent:
            lines += [
                "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
                "Accept-Language: vi-VN,vi;q=0.9,en;q=0.5",
                "Accept-Encoding: gzip, deflate",
            ]
        if referer:
            lines.append(f"Referer: http{'s' if self.secure else ''}://{self.host}{referer}")
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if path in self.known:
            lines.append("If-None-Match: " + self.known[path])
        if body is not None:
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")

    async def ask(
        self, path, method="GET", referer=None, body=None, kind="application/x-www-form-urlencoded", **headers
    ):
        """The status and the body; (0, b"") where the connection failed."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        for _ in range(2):
            try:
                if self.pipe is None:
                    await self.connect()
                self.pipe[1].write(self.head(method, path, referer, body, kind, headers))
                return await asyncio.wait_for(self.read(path, method), 20)
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError):
                self.close()
        return 0, b""

    async def read(self, path, method):
        reader = self.pipe[0]
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, headers = int(lines[0].split()[1]), {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        data = b""
        if headers.get("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                data += await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readexactly(2)
        elif method != "HEAD" and status not in (204, 304):
            data = await reader.readexactly(int(headers.get("content-length", 0)))
        if "etag" in headers:
            self.known[path] = headers["etag"]
        if "set-cookie" in headers:
            name, _, value = headers["set-cookie"].split(";")[0].partition("=")
            self.cookies[name] = value
        if headers.get("connection") == "close":
            self.close()
        return status, data

    async def page(self, path, referer=None):
        """A page and, at the first page of the visit, what belongs to it."""
        fresh = not self.known
        answer = await self.ask(path, referer=referer)
        if fresh:
            for asset in ASSETS:
                await self.ask(asset, referer=path)
        return answer


def form(values):
    return urllib.parse.urlencode(values).encode()


def multipart(rng, values, field, filename, content):
    edge = f"----WebKitFormBoundary{rng.getrandbits(64):016x}"
    parts = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in values.items()
    )
    parts += f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'
    kind = "application/pdf" if filename.endswith("pdf") else "image/jpeg"
    body = (parts + f"Content-Type: {kind}\r\n\r\n").encode() + content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"

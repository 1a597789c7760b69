"""The applications behind the web server: public services (port 8000: log-in, catalogue, search, forms with uploads) and
what the data-sharing gateway stands before (port 9000: registers of citizens, land, households; document exchange).

The look-up of a file's state builds its SQL from what was typed, as too many real ones do: that is the hole that
the attacks of the day find."""

import hashlib
import html
import json
import random
import sqlite3
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import names

STYLE = (
    '<link rel="stylesheet" href="/tai-nguyen/chung.css"><script src="/tai-nguyen/chung.js" defer></script>'
    '<link rel="icon" href="/favicon.ico">'
)
SERVICES = names.services()
SESSIONS, LOCK = {}, threading.Lock()


def database(accounts):
    base = sqlite3.connect(":memory:", check_same_thread=False)
    base.execute("CREATE TABLE taikhoan (ten TEXT, matkhau TEXT, hoten TEXT)")
    base.execute("CREATE TABLE hoso (ma TEXT, nguoinop TEXT, dichvu TEXT, trangthai TEXT)")
    with open(accounts) as text:
        base.executemany("INSERT INTO taikhoan VALUES (?, ?, ?)", json.load(text))
    rng = random.Random(7)
    for n in range(300):
        base.execute(
            "INSERT INTO hoso VALUES (?, ?, ?, ?)",
            (
                f"H{n:05d}",
                names.person(rng),
                rng.choice(SERVICES)[1],
                rng.choice(("Đang xử lý", "Đã trả kết quả", "Chờ bổ sung")),
            ),
        )
    return base


class Log:
    def __init__(self, path):
        self.out = open(path, "a", buffering=1)

    def write(self, level, message, **fields):
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
        self.out.write(
            json.dumps(
                {"@timestamp": stamp, "log.level": level, "service.name": NAME, "message": message, **fields},
                ensure_ascii=False,
            )
            + "\n"
        )


def page(title, body):
    menu = "".join(
        f'<li><a href="{u}">{t}</a></li>'
        for u, t in (
            ("/", "Trang chủ"),
            ("/dich-vu", "Dịch vụ công"),
            ("/tra-cuu", "Tra cứu hồ sơ"),
            ("/dang-nhap", "Đăng nhập"),
        )
    )
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Cổng dịch vụ'
        f' công</title>{STYLE}</head><body><header><img src="/tai-nguyen/logo.svg" alt="Quốc huy"><h1>Cổng dịch vụ'
        f" công tỉnh Đông Hòa</h1><ul>{menu}</ul></header><main><h2>{title}</h2>{body}</main></body></html>"
    ).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "dvc/2.4", ""

    def log_message(self, *arguments):
        pass

    def client(self):
        return self.headers.get("X-Forwarded-For", self.client_address[0]).split(",")[-1].strip()

    def answer(self, status, body, kind="text/html; charset=utf-8", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def json(self, status, value):
        self.answer(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def body(self):
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 8 << 20))

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.route(b"")

    def do_POST(self):
        self.route(self.body())

    def route(self, body):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        for prefix, handle in self.routes:
            if url.path == prefix or (prefix.endswith("/") and prefix != "/" and url.path.startswith(prefix)):
                return handle(self, url.path[len(prefix) :], query, body)
        self.answer(404, page("Không tìm thấy trang", "<p>Trang ông/bà tìm không tồn tại.</p>"))


class Services(Handler):
    def user(self):
        for part in self.headers.get("Cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == "phien":
                return SESSIONS.get(value)
        return None

    def home(self, rest, query, body):
        links = "".join(f'<li><a href="/dich-vu/{c}">{t}</a></li>' for c, t in SERVICES[:8])
        self.answer(200, page("Trang chủ", f"<ul>{links}</ul>"))

    def catalogue(self, rest, query, body):
        word = query.get("tu-khoa", "").lower()
        found = [s for s in SERVICES if word in s[1].lower()]
        first = 10 * (int(query["trang"]) - 1) if query.get("trang", "").isdigit() else 0
        rows = "".join(f'<li><a href="/dich-vu/{c}">{t}</a></li>' for c, t in found[first : first + 10])
        self.answer(200, page("Danh mục dịch vụ", f"<p>{len(found)} dịch vụ: {html.escape(word)}</p><ul>{rows}</ul>"))

    def service(self, code, query, body):
        title = dict(SERVICES).get(code)
        if title is None:
            return self.answer(404, page("Không tìm thấy dịch vụ", ""))
        self.answer(
            200,
            page(
                title,
                f'<p>Mã: {code}. Thời hạn: 5 ngày. Lệ phí: 50.000 đ.</p><a href="/ho-so/nop?ma={code}">Nộp hồ sơ</a>',
            ),
        )

    def log_in(self, rest, query, body):
        if self.command != "POST":
            return self.answer(
                200,
                page(
                    "Đăng nhập",
                    '<form method="post"><input name="ten"><input name="mat-khau" type="password"></form>',
                ),
            )
        form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        user, word = form.get("ten", ""), form.get("mat-khau", "")
        with LOCK:
            row = BASE.execute("SELECT hoten FROM taikhoan WHERE ten = ? AND matkhau = ?", (user, word)).fetchone()
        if row is None:
            LOG.write("WARN", "Đăng nhập không thành công", client_ip=self.client(), user=user, uri=self.path)
            return self.answer(200, page("Đăng nhập", "<p>Sai tên đăng nhập hoặc mật khẩu.</p>"))
        token = hashlib.sha256(f"{user}{time.time()}".encode()).hexdigest()[:32]
        SESSIONS[token] = user
        LOG.write("INFO", "Đăng nhập thành công", client_ip=self.client(), user=user, uri=self.path)
        self.answer(302, b"", Location="/ho-so", Set_Cookie=f"phien={token}; Path=/; HttpOnly")

    def files(self, rest, query, body):
        if self.user() is None:
            return self.answer(302, b"", Location="/dang-nhap")
        self.answer(200, page("Hồ sơ của tôi", "<p>Chưa có thông báo mới.</p>"))

    def submit(self, rest, query, body):
        if self.user() is None:
            return self.answer(302, b"", Location="/dang-nhap")
        if self.command == "POST":
            LOG.write("INFO", "Nộp hồ sơ", client_ip=self.client(), user=self.user(), bytes=len(body))
            return self.answer(302, b"", Location="/ho-so")
        self.answer(
            200, page("Nộp hồ sơ", '<form method="post" enctype="multipart/form-data"><input name="ho-ten"></form>')
        )

    def look_up(self, rest, query, body):
        if "ma" not in query:
            return self.answer(200, page("Tra cứu hồ sơ", '<form><input name="ma"></form>'))
        try:
            with LOCK:
                rows = BASE.execute(f"SELECT ma, nguoinop, trangthai FROM hoso WHERE ma = '{query['ma']}'").fetchmany(
                    50
                )
        except (sqlite3.Error, ValueError) as error:
            LOG.write("ERROR", f"Lỗi truy vấn: {error}", client_ip=self.client(), uri=self.path)
            return self.answer(
                500, page("Lỗi hệ thống", f"<p>sqlite3.OperationalError: {html.escape(str(error))}</p>")
            )
        text = "".join("<tr>" + "".join(f"<td>{html.escape(str(v))}</td>" for v in row) + "</tr>" for row in rows)
        self.answer(200, page("Tra cứu hồ sơ", f"<table>{text or 'Không có hồ sơ.'}</table>"))

    def wards(self, rest, query, body):
        self.json(200, [{"ma": n, "ten": f"Phường {w}"} for n, w in enumerate(names.WARDS)])

    routes = [
        ("/", home),
        ("/dich-vu", catalogue),
        ("/dich-vu/", service),
        ("/dang-nhap", log_in),
        ("/ho-so", files),
        ("/ho-so/nop", submit),
        ("/tra-cuu", look_up),
        ("/api/dia-gioi", wards),
    ]


class Registers(Handler):
    def citizen(self, number, query, body):
        rng = random.Random(number)
        if not number.isdigit():
            return self.json(400, {"loi": "Số định danh không hợp lệ"})
        if rng.random() < 0.03:
            return self.json(404, {"loi": "Không có dữ liệu"})
        self.json(
            200,
            {
                "soDinhDanh": number,
                "hoTen": names.person(rng),
                "ngaySinh": f"19{rng.randrange(50, 99)}-05-12",
                "diaChi": names.address(rng),
                "quanHe": [names.person(rng) for _ in range(4)],
            },
        )

    def households(self, rest, query, body):
        rng = random.Random(query.get("trang", "1"))
        size = min(int(query.get("so-luong", "20")) if query.get("so-luong", "20").isdigit() else 20, 500)
        self.json(
            200,
            {
                "duLieu": [
                    {"chuHo": names.person(rng), "diaChi": names.address(rng), "ma": rng.randrange(10**9)}
                    for _ in range(size)
                ]
            },
        )

    def land(self, rest, query, body):
        rng = random.Random(rest)
        self.json(
            200,
            {
                "thua": rest,
                "to": rng.randrange(1, 90),
                "dienTich": rng.randrange(40, 900),
                "chuSuDung": names.person(rng),
            },
        )

    def synchronise(self, rest, query, body):
        self.json(201, {"nhan": len(body), "ma": hashlib.md5(body).hexdigest()})

    def send(self, rest, query, body):
        LOG.write(
            "INFO", "Văn bản đi", don_vi=self.headers.get("X-Don-Vi", ""), bytes=len(body), client_ip=self.client()
        )
        self.json(202, {"ma": hashlib.md5(body).hexdigest()})

    def receive(self, rest, query, body):
        self.json(200, {"vanBan": []})

    routes = [
        ("/lgsp/v1/cong-dan/", citizen),
        ("/lgsp/v1/ho-kinh-doanh", households),
        ("/lgsp/v1/dat-dai/", land),
        ("/lgsp/v1/dong-bo", synchronise),
        ("/trucvb/v1/gui", send),
        ("/trucvb/v1/nhan", receive),
    ]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    NAME, port, log, accounts = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    LOG, BASE = Log(log), database(accounts)
    Server(("0.0.0.0", port), Services if NAME == "dichvucong" else Registers).serve_forever()

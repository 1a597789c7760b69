"""What all makers of samples share: the day, the random numbers, time-ordered logs, the list of answers."""
import datetime
import gzip
import json
import os
import random
import shutil
import subprocess

ZONE = datetime.timezone(datetime.timedelta(hours=7))  # Asia/Ho_Chi_Minh
DAY = datetime.datetime(2026, 3, 12, tzinfo=ZONE)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Rule ids are read from the pack by name, so that the answers cannot fall behind it.
PACK = os.path.join(os.path.dirname(ROOT), "Signatures")


def at(hour, minute=0, second=0, millisecond=0):
    """A moment of the sample day, as a datetime."""
    return DAY + datetime.timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=millisecond)


def after(moment, seconds):
    return moment + datetime.timedelta(seconds=seconds)


def generator(name):
    """Random numbers of one file: changing a file's maker leaves the other files as they are."""
    return random.Random("nightjar " + name)


def rule_ids():
    ids = {}
    for folder, _, files in os.walk(PACK):
        for file in files:
            if not file.endswith(".yml"):
                continue
            head = {}
            with open(os.path.join(folder, file), encoding="utf-8") as text:
                for line in text:
                    key, _, value = line.partition(": ")
                    if key in ("id", "name"):
                        head.setdefault(key, value.strip())
            if "id" in head:
                ids[head["name"]] = head["id"]
    return ids


class Log:
    """Lines with their times; written in the order of time, equal times in the order they were added."""

    def __init__(self, path):
        self.path = path
        self.lines = []

    def add(self, moment, line):
        self.lines.append((moment, len(self.lines), line))

    def write(self):
        self.lines.sort(key=lambda entry: entry[:2])
        data = "".join(line + "\n" for _, _, line in self.lines).encode("utf-8")
        write(self.path, data)


def write(path, data):
    """Writes below Samples; `.gz` and `.zst` are compressed, always to the same bytes."""
    full = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if path.endswith(".gz"):
        data = gzip.compress(data, 9, mtime=0)
    elif path.endswith(".zst"):
        if not shutil.which("zstd"):
            raise SystemExit("the zstd command is needed to write " + path)
        data = subprocess.run(["zstd", "-19", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout
    with open(full, "wb") as file:
        file.write(data)


class Answers:
    """The incidents of medium severity and above that a scan of all samples must find: these and no others."""

    def __init__(self):
        self.ids = rule_ids()
        self.rows = []

    def add(self, path, rule, entity, first, last):
        self.rows.append(
            {"input": path, "rule": self.ids.get(rule, rule), "name": rule, "entity": entity, "first": stamp(first),
             "last": stamp(last)})

    def write(self):
        self.rows.sort(key=lambda row: (row["first"], row["entity"]))
        write("answers.jsonl", "".join(json.dumps(row) + "\n" for row in self.rows).encode())


def stamp(moment):
    """UTC with as many decimals as there are."""
    text = moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return text + "Z"


STAFF = [
    "an.nguyen", "binh.tran", "chi.le", "dung.pham", "giang.hoang", "hung.vu", "khanh.do", "lan.bui", "minh.dang",
    "nga.ngo", "phuong.ly", "quang.mai", "son.trinh", "thu.dinh", "tuan.cao", "yen.phan",
]

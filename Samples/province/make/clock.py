"""The map between the seconds that a run takes and the day it stands for.

A day is cut into stretches. Within a stretch one second of the run stands for `rate` seconds of the day: 1 to 20 where
a tool works (its own pace is kept, or slowed as a long line would), 60 to 400 where nothing but ordinary life goes on.
The same map turns every stamp of every log and of every captured packet, so that they agree.
"""

import asyncio
import bisect
import json
import time

DAY = 86400.0
NIGHT_ENDS, NIGHT_BEGINS = 6.5 * 3600, 19.0 * 3600


class Clock:
    """`pieces`: (second of the run, second of the day, rate), ascending; `start`: the run's epoch second 0."""

    def __init__(self, midnight, pieces, total, start=0.0):
        self.midnight, self.pieces, self.total, self.start = midnight, pieces, total, start
        self.runs = [p[0] for p in pieces]
        self.days = [p[1] for p in pieces]

    def day_of(self, epoch):
        """Seconds since the day's midnight for an instant of the run."""
        run = epoch - self.start
        at = max(0, bisect.bisect_right(self.runs, run) - 1)
        piece = self.pieces[at]
        return piece[1] + (run - piece[0]) * piece[2]

    def epoch_of(self, day):
        """The instant of the run that stands for a second of the day."""
        at = max(0, bisect.bisect_right(self.days, day) - 1)
        piece = self.pieces[at]
        return self.start + piece[0] + (day - piece[1]) / piece[2]

    def stamp(self, epoch):
        """The day's own epoch seconds."""
        return self.midnight + self.day_of(epoch)

    def now(self):
        return self.day_of(time.time())

    async def until(self, day):
        await asyncio.sleep(max(0.0, self.epoch_of(day) - time.time()))

    async def pause(self, seconds):
        await self.until(self.now() + seconds)

    def wait(self, day):
        time.sleep(max(0.0, self.epoch_of(day) - time.time()))

    def save(self, path):
        with open(path, "w") as out:
            json.dump(
                {"midnight": self.midnight, "pieces": self.pieces, "total": self.total, "start": self.start}, out
            )

    @staticmethod
    def load(path):
        with open(path) as text:
            return Clock(**json.load(text))


def plan(midnight, windows, calm_seconds):
    """`windows`: (day second, run seconds, rate) of the stretches that tools need, in order and apart; `calm_seconds`:
    how long all the rest of the day may take. Nights are passed over three times as quickly as office hours."""
    edges = [(0.0, NIGHT_ENDS, 1.0), (NIGHT_ENDS, NIGHT_BEGINS, 3.0), (NIGHT_BEGINS, DAY, 1.0)]
    taken = [(begin, begin + seconds * rate, rate) for begin, seconds, rate in windows]
    calm = []
    for begin, end, weight in edges:
        at = begin
        for first, last, _ in taken:
            if last <= at or first >= end:
                continue
            if first > at:
                calm.append((at, first, weight))
            at = max(at, last)
        if at < end:
            calm.append((at, end, weight))
    weighed = sum((end - begin) * weight for begin, end, weight in calm)
    parts = [(begin, end, weighed / calm_seconds / weight) for begin, end, weight in calm] + taken
    pieces, run = [], 0.0
    for begin, end, rate in sorted(parts):
        pieces.append((run, begin, rate))
        run += (end - begin) / rate
    return Clock(midnight, pieces, run)

#!/usr/bin/env python3
"""Joins Ethernet captures end to end into one, repeated up to a size: traffic to measure engines with.

usage: join_captures.py OUT.pcap MEGABYTES CAPTURE_OR_FOLDER...

Classic captures (either byte order, micro- or nanoseconds) with link type 1 are taken, in order of their paths; others,
and those that span more than a day (damaged or sparse), are passed over. Each capture's times are shifted so that it
begins a second after the one before it ended, and so is each repetition: no flow of one runs into the next. Times that
run backwards within a capture are kept as they are. Says what it took: captures, packets, bytes.
"""
import os, struct, sys

DAY = 86_400 * 10**9
MAGIC = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}


def packets(path):
    """(nanoseconds, captured bytes, original length) of each packet; nothing where it is no Ethernet capture."""
    with open(path, "rb") as f:
        data = f.read()
    if len(data) < 24:
        return
    order = "<" if struct.unpack("<I", data[:4])[0] in MAGIC else ">"
    magic = struct.unpack(order + "I", data[:4])[0]
    if magic not in MAGIC or struct.unpack(order + "I", data[20:24])[0] & 0xFFFF != 1:
        return
    unit, at = MAGIC[magic], 24
    while at + 16 <= len(data):
        seconds, part, kept, length = struct.unpack(order + "IIII", data[at:at + 16])
        if kept > 262144 or at + 16 + kept > len(data):
            return
        yield seconds * 10**9 + part * unit, data[at + 16:at + 16 + kept], length
        at += 16 + kept


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    out, limit = sys.argv[1], int(float(sys.argv[2]) * 1e6)
    paths = []
    for given in sys.argv[3:]:
        if os.path.isdir(given):
            for folder, _, names in os.walk(given):
                paths += [os.path.join(folder, name) for name in names]
        else:
            paths.append(given)
    pieces, captures = [], 0
    clock = start = 1_700_000_000 * 10**9
    for path in sorted(paths):
        read = list(packets(path))
        if not read:
            continue
        first, last = min(time for time, _, _ in read), max(time for time, _, _ in read)
        if last - first > DAY:
            continue
        captures += 1
        shift = clock - first
        pieces += [(time + shift, data, length) for time, data, length in read]
        clock = last + shift + 10**9
    if not pieces:
        sys.exit("no Ethernet capture in %s" % ", ".join(sys.argv[3:]))
    written = count = rounds = 0
    with open(out, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while written < limit:
            shift = rounds * (clock - start)
            for time, data, length in pieces:
                seconds, rest = divmod(time + shift, 10**9)
                f.write(struct.pack("<IIII", seconds & 0xFFFFFFFF, rest // 1000, len(data), length) + data)
                written += 16 + len(data)
                count += 1
                if written >= limit:
                    break
            rounds += 1
    print("%d captures, %d packets, %d bytes, %d rounds" % (captures, count, written, rounds))


main()

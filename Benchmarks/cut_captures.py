#!/usr/bin/env python3
"""Cuts captures in three, gives the parts one sensor's label, and compares the alerts with those of the whole capture.

usage: cut_captures.py NIGHTJAR RULES [--most N] CAPTURE_OR_FOLDER...

Classic captures with at least three packets and at least one alert count, up to N of them (default 50); not those whose
times run backwards across a cut, for a sensor's captures are read in order of time. Cuts fall where packets do, at one
and two thirds. Alerts are compared as a multiset of signature, addresses, ports and time. Exit status
1 where one differs.
"""
import argparse, collections, json, os, struct, subprocess, sys, tempfile


def read(path):
    """(header, packets with their headers) of a classic capture; nothing where it is none."""
    with open(path, "rb") as f:
        data = f.read()
    magics = [b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d"]
    if len(data) < 24 or data[:4] not in magics:
        return None
    order = "<" if data[0] in (0xD4, 0x4D) else ">"
    at, packets = 24, []
    while at + 16 <= len(data):
        kept = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        if kept > 262144 or at + 16 + kept > len(data):
            return None
        packets.append(data[at:at + 16 + kept])
        at += 16 + kept
    return data[:24], packets


def alerts(arguments, files):
    with tempfile.TemporaryDirectory() as folder:
        eve, config = os.path.join(folder, "eve.json"), os.path.join(folder, "any.yaml")
        with open(config, "w") as f:
            f.write('%YAML 1.1\n---\nvars:\n  address-groups:\n    HOME_NET: "any"\n    EXTERNAL_NET: "any"\n')
        subprocess.run([arguments.nightjar, "scan", "--no-default-rules", "--rules", arguments.rules,
                        "--suricata-config", config, "--checksums", "none", "--sensor", "*=tap", "--db", ":memory:",
                        "--eve", eve, "--quiet"] + files, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = collections.Counter()
        for line in open(eve, errors="replace") if os.path.exists(eve) else []:
            event = json.loads(line)
            if event.get("event_type") == "alert":
                found[(event["alert"]["signature_id"], event["timestamp"]) + tuple(
                    event.get(key) for key in ("src_ip", "src_port", "dest_ip", "dest_port", "proto"))] += 1
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nightjar")
    parser.add_argument("rules")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--most", type=int, default=50)
    arguments = parser.parse_args()
    paths = []
    for path in arguments.paths:
        if os.path.isdir(path):
            paths += [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
        else:
            paths.append(path)
    equal = tried = 0
    for path in sorted(paths):
        if tried >= arguments.most:
            break
        capture = read(path)
        if not capture or len(capture[1]) < 3:
            continue
        header, packets = capture
        cuts = [0, len(packets) // 3, 2 * len(packets) // 3, len(packets)]
        order = "<" if header[0] in (0xD4, 0x4D) else ">"
        times = [struct.unpack(order + "II", packets[cut][:8]) for cut in cuts[:3]]
        if times != sorted(times):
            continue
        whole = alerts(arguments, [path])
        if not whole:
            continue
        tried += 1
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for part in range(3):
                files.append(os.path.join(folder, "part%d.pcap" % part))
                with open(files[-1], "wb") as f:
                    f.write(header + b"".join(packets[cuts[part]:cuts[part + 1]]))
            parts = alerts(arguments, files)
        if parts == whole:
            equal += 1
        else:
            missing, extra = list((whole - parts).items()), list((parts - whole).items())
            print("%s: missing %s extra %s" % (path, missing[:3], extra[:3]))
    print("captures cut in three with the whole one's alerts: %d of %d" % (equal, tried))
    sys.exit(0 if tried and equal == tried else 1)


main()

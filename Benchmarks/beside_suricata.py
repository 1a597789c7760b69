#!/usr/bin/env python3
"""Compares the EVE records that nightjar and Suricata 8 write of the same captures, field by field.

usage: beside_suricata.py NIGHTJAR [--peer COMMAND] [--keep FOLDER] [--every N] [--show N] CAPTURE_OR_FOLDER...

Records are paired by type, ends (either way round), and what names them among their like: a signature's number, a
transaction's, a name. Of each pair the fields that both have are compared, but for flow_id, file names, and the time of
a flow record and of what is left at a flow's end, which is Suricata's clock when it wrote them. One table:
records by type (paired, only Suricata's, only ours), and the share of equal fields among those both have; then the
fields that differ most often and those that one engine alone writes.
COMMAND runs the peer, with {rules}, {pcap} and {out} in it (default: suricata on the PATH); --keep leaves what it
wrote for the next run. Skips (exit status 0) where there is no Suricata.
"""
import argparse, collections, json, os, shlex, shutil, subprocess, tempfile

TYPES = ["alert", "http", "dns", "tls", "flow", "fileinfo", "ssh", "smtp", "anomaly"]
PASSED_OVER = {"flow_id", "pcap_filename", "parent_id", "metadata", "stream", "packet", "packet_info", "in_iface",
               "event_type", "ip_v", "app_proto_ts", "app_proto_tc", "payload_printable"}
RULES = """
alert http any any -> any any (msg:"a request"; http.method; content:"GET"; sid:1;)
alert http any any -> any any (msg:"an answer"; http.stat_code; content:"200"; sid:2;)
alert dns any any -> any any (msg:"a question"; dns.query; content:"."; sid:3;)
alert tls any any -> any any (msg:"a name"; tls.sni; content:"."; sid:4;)
alert tcp any any -> any any (msg:"a packet"; content:"USER "; depth:5; sid:5;)
alert udp any any -> any any (msg:"a datagram"; content:"|00 00|"; offset:2; depth:2; sid:6;)
alert icmp any any -> any any (msg:"an echo"; itype:8; sid:7;)
alert smtp any any -> any any (msg:"a letter"; content:"MAIL FROM"; nocase; sid:8;)
alert ssh any any -> any any (msg:"a shell"; flow:to_server; content:"SSH-"; sid:9;)
"""


def flat(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            if path or key not in PASSED_OVER and not (key == "timestamp" and value.get("event_type") == "flow"):
                yield from flat(inner, path + "." + key if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for place, inner in enumerate(value):
            yield from flat(inner, "%s[%d]" % (path, place))
    else:
        yield path, json.dumps(value, sort_keys=True)


def name(event):
    kind = event["event_type"]
    ends = tuple(sorted([(str(event.get("src_ip")), event.get("src_port", 0)),
                         (str(event.get("dest_ip")), event.get("dest_port", 0))]))
    inner = event.get(kind) or {}
    more = ()
    if kind == "alert":
        more = (inner.get("signature_id"),)
    elif kind == "http":
        more = (event.get("tx_id"),)
    elif kind == "dns":
        more = (inner.get("type"), inner.get("id"))
    elif kind == "fileinfo":
        more = (inner.get("filename"), event.get("tx_id"))
    elif kind == "anomaly":
        more = (inner.get("type"), inner.get("event"))
    return (kind, event.get("proto"), ends) + more


def read(path):
    records = collections.defaultdict(list)
    for line in open(path, errors="replace") if os.path.exists(path) else []:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        # Anomalies of packets and streams are not logged unless asked for.
        if event.get("event_type") in TYPES and (event.get("anomaly") or {}).get("type") in (None, "applayer"):
            records[name(event)].append(event)
    return records


class Tally:
    def __init__(self):
        self.paired, self.theirs, self.ours = (collections.Counter() for _ in range(3))
        self.both, self.equal = collections.Counter(), collections.Counter()
        self.differs, self.examples = collections.Counter(), {}
        self.alone = [collections.Counter(), collections.Counter()]
        self.missing = [collections.Counter(), collections.Counter()]
        self.where = {}

    def compare(self, kind, theirs, ours, path):
        self.paired[kind] += 1
        left, right = dict(flat(theirs)), dict(flat(ours))
        if theirs.get("pkt_src") == "stream (flow timeout)":
            left.pop("timestamp", None)
            right.pop("timestamp", None)
        for field in left.keys() | right.keys():
            plain = kind + " " + "".join(c for c in field if not c.isdigit())
            if field not in right:
                self.alone[0][plain] += 1
                self.where.setdefault(plain, (os.path.basename(path), left[field]))
            elif field not in left:
                self.alone[1][plain] += 1
                self.where.setdefault(plain, (os.path.basename(path), right[field]))
            else:
                self.both[kind] += 1
                if left[field] == right[field]:
                    self.equal[kind] += 1
                else:
                    self.differs[plain] += 1
                    self.examples.setdefault(plain, []).append((os.path.basename(path), left[field], right[field]))

    def add(self, theirs, ours, path):
        for key in theirs.keys() | ours.keys():
            left, right = theirs.get(key, []), ours.get(key, [])
            for pair in zip(left, right):
                self.compare(key[0], pair[0], pair[1], path)
            more = len(left) - len(right)
            if more:
                self.missing[0 if more > 0 else 1][(key[0], os.path.basename(path), str(key[1:])[:110])] += abs(more)
                (self.theirs if more > 0 else self.ours)[key[0]] += abs(more)

    def report(self, show):
        print("%-9s %8s %9s %9s %9s %9s" % ("type", "paired", "suricata", "nightjar", "fields", "equal"))
        for kind in TYPES:
            print("%-9s %8d %9d %9d %9d %8.2f%%" % (
                kind, self.paired[kind], self.theirs[kind], self.ours[kind], self.both[kind],
                100.0 * self.equal[kind] / max(1, self.both[kind])))
        for title, counts in (("fields that differ", self.differs), ("fields of Suricata alone", self.alone[0]),
                              ("fields of nightjar alone", self.alone[1]), ("records of Suricata alone",
                                                                           self.missing[0]),
                              ("records of nightjar alone", self.missing[1])):
            print("\n" + title)
            for field, count in counts.most_common(show):
                example = self.examples.get(field, [self.where.get(field, "")])[0]
                print("  %6d  %s  %s" % (count, field, str(example)[:160]))


def captures(paths, every):
    found = []
    for path in paths:
        if os.path.isdir(path):
            found += [os.path.join(folder, one) for folder, _, names in os.walk(path) for one in names
                      if one.endswith((".pcap", ".pcapng", ".cap"))]
        else:
            found.append(path)
    return sorted(found)[::every]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nightjar")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--peer", default="suricata -S {rules} -r {pcap} -l {out} -k none")
    parser.add_argument("--keep")
    parser.add_argument("--every", type=int, default=1, help="take every Nth capture")
    parser.add_argument("--show", type=int, default=20)
    arguments = parser.parse_args()
    if not shutil.which(shlex.split(arguments.peer)[0]):
        print("skipped: there is no Suricata")
        return
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        rules = os.path.join(folder, "some.rules")
        with open(rules, "w") as file:
            file.write(RULES)
        for path in captures(arguments.paths, arguments.every):
            out = os.path.join(arguments.keep or folder, path.strip("/").replace("/", "__"))
            theirs, ours = os.path.join(out, "eve.json"), os.path.join(folder, "ours.json")
            if not os.path.isdir(out):
                os.makedirs(out)
                command = [part.format(rules=rules, pcap=path, out=out) for part in shlex.split(arguments.peer)]
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if os.path.exists(ours):
                os.remove(ours)
            subprocess.run([arguments.nightjar, "scan", "--no-default-rules", "--rules", rules, "--checksums", "none",
                            "--db", ":memory:", "--eve", ours, "--eve-types", ",".join(TYPES), "--quiet", path],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            tally.add(read(theirs), read(ours), path)
    tally.report(arguments.show)


main()

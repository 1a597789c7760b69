#!/usr/bin/env python3
"""Compares what nightjar sees in captures with what tshark sees: flows, HTTP requests, DNS names, TLS server names.

usage: beside_tshark.py NIGHTJAR [--show N] [--every N] CAPTURE_OR_FOLDER...

Captures with tunnels, with frames that are no IP in Ethernet or damaged, and with the same addresses and ports under
several VLANs (which are one connection for tshark) are passed over: each program looks elsewhere there. Flows are TCP's
and UDP's, by addresses and ports; requests by connection, method and target; names are those of questions on port 53
and of hello messages over TCP. Agreement is twice what both saw over what each saw, over all captures.
tshark goes by content first, as nightjar does, and by port after that; its target ends at the first blank, so that the
request line is read again here: from behind the method to the last blank before the version. Not counted: requests with
methods that it does not know (it takes them for more of the request before) and those without a version (for it they
are no HTTP); requests in a SYN that the server did not acknowledge; names in datagrams that ICMP quotes; its own word
for a name that is too long.
Set apart, and in the last column only: what is on connections of which tshark says that segments were lost (what is
missing decides there who reads on where), and on those in which another protocol spoke first (SOCKS, PostgreSQL, IMAP,
or one that tshark has no name for):
what it sees behind it, neither nightjar nor Suricata, as it comes, looks for.
Skips (exit status 0) where tshark is not installed; exit status 1 where a kind agrees on less than 99 %.
"""
import argparse, collections, json, os, re, shutil, subprocess, sys, tempfile

FIELDS = ["frame.protocols", "_ws.malformed", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport",
          "tcp.dstport", "udp.srcport", "udp.dstport", "ip.len", "frame.len", "http.request.method",
          "http.request.uri", "http.request.version", "dns.qry.name", "tls.handshake.extensions_server_name",
          "tcp.flags.syn", "tcp.ack", "vlan.id", "_ws.col.info", "tcp.analysis.lost_segment",
          "tcp.analysis.ack_lost_segment"]
TUNNELS = {"gre", "vxlan", "geneve", "teredo", "gtp", "ppp", "pppoes", "l2tp", "mpls", "erspan", "wlan", "capwap",
           "ipcomp", "nflog", "pktap"}
# Protocols that hand a connection on to another one.
GREETINGS = {"pgsql", "socks", "imap"}
LOSSES = ["tcp.analysis.lost_segment", "tcp.analysis.ack_lost_segment"]
METHODS = set("GET POST HEAD PUT DELETE OPTIONS TRACE CONNECT PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK "
              "SEARCH REPORT CHECKOUT UNCHECKOUT CHECKIN UPDATE LABEL MKWORKSPACE MKACTIVITY MERGE NOTIFY SUBSCRIBE "
              "UNSUBSCRIBE POLL".split())
REQUEST_LINE = re.compile(r"^\S+\s+(\S.*?)\s+HTTP/\d")
KINDS = ["flows", "requests", "dns names", "server names"]


def address(text):
    import ipaddress
    return str(ipaddress.ip_address(text))


def flow(source, source_port, destination, destination_port, protocol):
    ends = [(address(source), int(source_port)), (address(destination), int(destination_port))]
    return (protocol,) + tuple(sorted(ends))


def plain(name):
    """A name as it is, which tshark shows with its own word for the root and control characters as octal numbers."""
    name = name.lower().rstrip(".")
    name = "" if name == "<root>" else name
    return re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), name)


def read(path):
    """tshark's fields of each packet, as lists by name."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=\x01", "-E", "aggregator=\x02", "-o",
               "tcp.desegment_tcp_streams:TRUE", "-o", "tcp.try_heuristic_first:TRUE", "--enable-heuristic",
               "http_tcp"]
    for field in FIELDS:
        command += ["-e", field]
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode(errors="replace")
    for line in out.split("\n"):
        values = [value.split("\x02") if value else [] for value in line.split("\x01")]
        if len(values) == len(FIELDS):
            yield dict(zip(FIELDS, values))


def is_read_elsewhere(row, protocols):
    layers = [word for word in protocols if word in ("ip", "ipv6")]
    # A datagram that is longer than its frame is damaged too: nobody can say what its rest was.
    is_cut = row["ip.len"] and row["frame.len"] and int(row["ip.len"][0]) > int(row["frame.len"][0])
    return row["_ws.malformed"] or is_cut or not {"icmp", "icmpv6"}.intersection(protocols) and (
        len(layers) > 1 or TUNNELS.intersection(protocols))


def requests(row):
    """Method and target of each request that ends in this packet; one request alone with its line read again."""
    found = [(method, target) for method, target, version in zip(
        row["http.request.method"], row["http.request.uri"], row["http.request.version"])
        if method in METHODS and version.startswith("HTTP/")]
    line = REQUEST_LINE.match(row["_ws.col.info"][0]) if len(found) == 1 and row["_ws.col.info"] else None
    if line and " " in line[0].split(" ", 1)[1].rsplit(" ", 1)[0]:
        return [(found[0][0], line[1])]
    return found


def by_tshark(path):
    """What is seen by kind, each with its connection; and the connections that are set apart."""
    seen = {kind: collections.Counter() for kind in KINDS}
    apart, taken, spoken, tags, early = set(), set(), set(), {}, []
    for row in read(path):
        protocols = row["frame.protocols"][0].split(":") if row["frame.protocols"] else []
        if is_read_elsewhere(row, protocols):
            return None
        sources, targets = row["ip.src"] + row["ipv6.src"], row["ip.dst"] + row["ipv6.dst"]
        if len(sources) != 1 or len(targets) != 1 or {"icmp", "icmpv6"}.intersection(protocols):
            continue
        ends = None
        for name, number in (("tcp", 6), ("udp", 17)):
            ports = row[name + ".srcport"], row[name + ".dstport"]
            if len(ports[0]) == 1 and len(ports[1]) == 1:
                ends = flow(sources[0], ports[0][0], targets[0], ports[1][0], number)
                seen["flows"][(ends,)] = 1
        if not ends:
            continue
        if tags.setdefault(ends, row["vlan.id"]) != row["vlan.id"]:
            return None
        if "http" in protocols:
            spoken.add(ends)
        # What tshark has no name for may be another protocol too: SOCKS on a port of its own.
        is_unknown = protocols[-2:] == ["tcp", "data"] and ends not in spoken
        if is_unknown or GREETINGS.intersection(protocols) or any(row[loss] for loss in LOSSES):
            apart.add(ends)
        is_synchronising = row["tcp.flags.syn"] not in ([], ["0"], ["False"])
        if is_synchronising and row["tcp.ack"] and int(row["tcp.ack"][0]) > 1:
            taken.add(ends)
        if ends[0] == 6:
            for request in requests(row):
                if is_synchronising:
                    early.append((ends,) + request)
                else:
                    seen["requests"][(ends,) + request] += 1
            for name in row["tls.handshake.extensions_server_name"]:
                seen["server names"][(ends, name.lower())] = 1
        if 53 in (ends[1][1], ends[2][1]):
            for name in row["dns.qry.name"]:
                if name.lower() != "<name too long>":
                    seen["dns names"][(ends, plain(name))] = 1
    for request in early:
        if request[0] in taken:
            seen["requests"][request] += 1
    return seen, apart


def by_nightjar(nightjar, path):
    seen = {kind: collections.Counter() for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        eve = os.path.join(folder, "eve.json")
        subprocess.run([nightjar, "scan", "--no-default-rules", "--rules", RULES, "--checksums", "none", "--midstream",
                        "true", "--db", ":memory:", "--eve", eve, "--eve-types", "http,dns,tls,flow", "--quiet", path],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for line in open(eve, errors="replace") if os.path.exists(eve) else []:
            event = json.loads(line)
            kind = event["event_type"]
            if event.get("proto") not in ("TCP", "UDP"):
                continue
            ends = flow(event["src_ip"], event["src_port"], event["dest_ip"], event["dest_port"],
                        6 if event["proto"] == "TCP" else 17)
            if kind == "flow":
                seen["flows"][(ends,)] = 1
            elif kind == "http":
                http = event["http"]
                if http.get("http_method") in METHODS and http.get("protocol", "").startswith("HTTP/"):
                    seen["requests"][(ends, http["http_method"], http.get("url", ""))] += 1
            elif kind == "dns" and 53 in (event["src_port"], event["dest_port"]):
                for query in event["dns"].get("queries", []):
                    seen["dns names"][(ends, query.get("rrname", "").lower())] = 1
            elif kind == "tls" and event["tls"].get("sni") and ends[0] == 6:
                seen["server names"][(ends, event["tls"]["sni"].lower())] = 1
    return seen


class Total:
    """What both saw, what tshark saw and what nightjar saw."""

    def __init__(self):
        self.both = self.theirs = self.ours = 0

    def add(self, theirs, ours):
        self.both += sum((theirs & ours).values())
        self.theirs += sum(theirs.values())
        self.ours += sum(ours.values())

    @property
    def share(self):
        return 200.0 * self.both / (self.theirs + self.ours) if self.theirs + self.ours else 100.0


RULES = ""


def main():
    global RULES
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nightjar")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--every", type=int, default=1, help="take every Nth capture")
    arguments = parser.parse_args()
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        return
    paths = []
    for path in arguments.paths:
        if os.path.isdir(path):
            paths += [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names
                      if name.endswith((".pcap", ".pcapng", ".cap"))]
        else:
            paths.append(path)
    totals, whole = {kind: Total() for kind in KINDS}, {kind: Total() for kind in KINDS}
    shown = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        RULES = os.path.join(folder, "one.rules")
        with open(RULES, "w") as f:
            f.write('alert tcp any any -> any any (content:"no capture has this"; sid:1;)\n')
        for path in sorted(paths)[::arguments.every]:
            answer = by_tshark(path)
            if answer is None:
                continue
            theirs, apart = answer
            ours = by_nightjar(arguments.nightjar, path)
            for kind in KINDS:
                whole[kind].add(theirs[kind], ours[kind])
                for seen in (theirs[kind], ours[kind]):
                    for key in [key for key in seen if key[0] in apart and kind in ("requests", "server names")]:
                        del seen[key]
                totals[kind].add(theirs[kind], ours[kind])
                missing, extra = theirs[kind] - ours[kind], ours[kind] - theirs[kind]
                if (missing or extra) and shown[kind] < arguments.show:
                    shown[kind] += 1
                    print("%s: %s: missing %d %s extra %d %s" % (
                        os.path.basename(path), kind, sum(missing.values()), list(missing)[:2], sum(extra.values()),
                        list(extra)[:2]))
    for kind, total in totals.items():
        print("%-13s both %6d  tshark %6d  nightjar %6d  agreement %.2f %%  (with what is set apart %.2f %%)" % (
            kind, total.both, total.theirs, total.ours, total.share, whole[kind].share))
    sys.exit(0 if all(total.share >= 99 for total in totals.values()) else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares what nightjar sees in captures with what tshark sees: flows, HTTP requests, DNS names, TLS server names.

usage: beside_tshark.py NIGHTJAR [--show N] [--every N] CAPTURE_OR_FOLDER...

Captures with tunnels, with frames that are no IP in Ethernet or damaged, are passed over: each program looks elsewhere
there. Flows are TCP's and UDP's, by addresses and ports; requests by method and target; names are those of questions on
port 53 and of hello messages over TCP. Agreement is twice what both saw over what each saw, over all captures.
tshark goes by content first, as nightjar does, and by port after that. Not counted: requests with methods that it does
not know (it takes them for more of the request before); requests in segments with SYN, which no server took; what it
sees behind SOCKS and behind another protocol's greeting (PostgreSQL's), where neither nightjar nor Suricata, as it
comes, looks; names in datagrams that ICMP quotes; its own word for a name that is too long.
Skips (exit status 0) where tshark is not installed; exit status 1 where a kind agrees on less than 99 %.
"""
import argparse, collections, json, os, re, shutil, subprocess, sys, tempfile

FIELDS = ["frame.protocols", "_ws.malformed", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport",
          "tcp.dstport", "udp.srcport", "udp.dstport", "ip.len", "frame.len", "http.request.method",
          "http.request.uri", "dns.qry.name",
          "tls.handshake.extensions_server_name", "tcp.flags.syn"]
TUNNELS = {"gre", "vxlan", "geneve", "teredo", "gtp", "ppp", "pppoes", "l2tp", "mpls", "erspan", "wlan", "socks",
           "capwap", "ipcomp", "nflog", "pktap"}
METHODS = set("GET POST HEAD PUT DELETE OPTIONS TRACE CONNECT PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK "
              "SEARCH REPORT CHECKOUT UNCHECKOUT CHECKIN UPDATE LABEL MKWORKSPACE MKACTIVITY MERGE NOTIFY SUBSCRIBE "
              "UNSUBSCRIBE POLL".split())
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


def by_tshark(path):
    seen = {kind: collections.Counter() for kind in KINDS}
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=\x01", "-E", "aggregator=\x02", "-o",
               "tcp.desegment_tcp_streams:TRUE", "-o", "tcp.try_heuristic_first:TRUE", "--enable-heuristic",
               "http_tcp"]
    for field in FIELDS:
        command += ["-e", field]
    others = set()
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode(errors="replace")
    for line in out.split("\n"):
        values = [value.split("\x02") if value else [] for value in line.split("\x01")]
        if len(values) != len(FIELDS):
            continue
        row = dict(zip(FIELDS, values))
        protocols = row["frame.protocols"][0].split(":") if row["frame.protocols"] else []
        layers = [word for word in protocols if word in ("ip", "ipv6")]
        # A datagram that is longer than its frame is damaged too: nobody can say what its rest was.
        is_cut = row["ip.len"] and row["frame.len"] and int(row["ip.len"][0]) > int(row["frame.len"][0])
        if row["_ws.malformed"] or is_cut or "icmp" not in protocols and "icmpv6" not in protocols and (
                len(layers) > 1 or TUNNELS.intersection(protocols)):
            return None
        sources, targets = row["ip.src"] + row["ipv6.src"], row["ip.dst"] + row["ipv6.dst"]
        is_plain = len(sources) == 1 and len(targets) == 1 and not {"icmp", "icmpv6"}.intersection(protocols)
        for name, number in (("tcp", 6), ("udp", 17)):
            ports = row[name + ".srcport"], row[name + ".dstport"]
            if is_plain and len(ports[0]) == 1 and len(ports[1]) == 1:
                ends = flow(sources[0], ports[0][0], targets[0], ports[1][0], number)
                seen["flows"][ends] = 1
                if {"pgsql", "data"}.intersection(protocols):
                    others.add(ends)
        for method, target in zip(row["http.request.method"], row["http.request.uri"]):
            is_sent = row["tcp.flags.syn"] in ([], ["0"], ["False"])
            if is_sent and method in METHODS and not {"ssdp", "socks"}.intersection(protocols):
                seen["requests"][(method, target)] += 1
        if "53" in row["udp.srcport"] + row["udp.dstport"] + row["tcp.srcport"] + row["tcp.dstport"]:
            for name in row["dns.qry.name"]:
                if is_plain and name.lower() != "<name too long>":
                    seen["dns names"][plain(name)] = 1
        if row["tcp.srcport"] and is_plain and ends not in others:
            for name in row["tls.handshake.extensions_server_name"]:
                seen["server names"][name.lower()] = 1
    return seen


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
            if kind == "flow" and event.get("proto") in ("TCP", "UDP"):
                seen["flows"][flow(event["src_ip"], event["src_port"], event["dest_ip"], event["dest_port"],
                                   6 if event["proto"] == "TCP" else 17)] = 1
            elif kind == "http" and event["http"].get("http_method") in METHODS:
                seen["requests"][(event["http"]["http_method"], event["http"].get("url", ""))] += 1
            elif kind == "dns" and 53 in (event["src_port"], event["dest_port"]):
                for query in event["dns"].get("queries", []):
                    seen["dns names"][query.get("rrname", "").lower()] = 1
            elif kind == "tls" and event["tls"].get("sni"):
                seen["server names"][event["tls"]["sni"].lower()] = 1
    return seen


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
    totals = {kind: [0, 0, 0] for kind in KINDS}
    shown = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        RULES = os.path.join(folder, "one.rules")
        with open(RULES, "w") as f:
            f.write('alert tcp any any -> any any (content:"no capture has this"; sid:1;)\n')
        for path in sorted(paths)[::arguments.every]:
            theirs = by_tshark(path)
            if theirs is None:
                continue
            ours = by_nightjar(arguments.nightjar, path)
            for kind in KINDS:
                both = sum((theirs[kind] & ours[kind]).values())
                totals[kind][0] += both
                totals[kind][1] += sum(theirs[kind].values())
                totals[kind][2] += sum(ours[kind].values())
                missing, extra = theirs[kind] - ours[kind], ours[kind] - theirs[kind]
                if (missing or extra) and shown[kind] < arguments.show:
                    shown[kind] += 1
                    print("%s: %s: missing %d %s extra %d %s" % (
                        os.path.basename(path), kind, sum(missing.values()), list(missing)[:2], sum(extra.values()),
                        list(extra)[:2]))
    isGood = True
    for kind, (both, theirs, ours) in totals.items():
        share = 200.0 * both / max(1, theirs + ours)
        isGood = isGood and (share >= 99 or theirs + ours == 0)
        print("%-13s both %6d  tshark %6d  nightjar %6d  agreement %.2f %%" % (kind, both, theirs, ours, share))
    sys.exit(0 if isGood else 1)


main()

#!/usr/bin/python3
"""Holds incidents to the answers of a day.

  nightjar incidents --db day.db --json 'severity >= medium' > incidents.jsonl
  python3 score.py answers.jsonl incidents.jsonl [--estate-addresses HOST=ADDRESS,...] [--json]

Recall: an attack is found if an incident at medium or above is about one of its parties (source, victim as source,
call-back), overlaps its time (two minutes' grace) and names a technique that fits (the same, or of the same kind: KINDS). An
incident about its target, or one that names a party without being about it (the steps of a chain have different ones), counts too,
if the technique is the same.
Precision: an incident is true if it is about a party of an attack in that attack's time (an hour's grace after it), or
about a target in that time with a technique that fits; else it is false.
Chains: the attacks of a chain should be one incident that fits each of them."""

import argparse
import datetime
import json
import sys

KINDS = [
    {"T1046", "T1595", "T1592", "T1590", "T1018"},  # scans
    {"T1595", "T1190", "T1083", "T1059", "T1203", "T1210", "T1505", "T1592"},  # attacks on web applications
    {"T1110", "T1078", "T1133", "T1021", "T1589", "T1087", "T1114"},  # log-ins and accounts
    {"T1505", "T1059", "T1105", "T1071", "T1095", "T1571", "T1041", "T1190"},  # what runs on a taken server
    {"T1548", "T1136", "T1098", "T1070", "T1078", "T1003", "T1068"},  # what follows a log-in
    {"T1071", "T1572", "T1048", "T1041", "T1568", "T1573", "T1132", "T1008", "T1029"},  # channels out
    {"T1566", "T1204", "T1598"},
    {"T1491", "T1565", "T1505"},
    {"T1530", "T1567", "T1213", "T1048", "T1041", "T1078", "T1020", "T1030", "T1119"},
]  # data taken
HOSTS = {
    "web-01": ("10.20.1.10", "203.0.113.10"),
    "app-01": ("10.20.2.20",),
    "lgsp-01": ("10.20.2.30", "203.0.113.11"),
    "mail-01": ("10.20.1.25", "203.0.113.12"),
    "file-01": ("10.20.1.21", "203.0.113.13"),
    "dns-01": ("10.20.1.53", "203.0.113.5"),
    "gw-01": ("203.0.113.14",),
}
GRACE, AFTER = 120, 3600


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def bases(techniques):
    return {t.split(".")[0] for t in techniques}


def fits(answer, incident):
    ours, theirs = bases(answer["technique"]), bases(incident["techniques"])
    return bool(ours & theirs) or any(ours & kind and theirs & kind for kind in KINDS)


def parties(answer):
    made = {answer["source"], answer.get("callback")} | set(answer.get("sources", [])) | set(answer.get("also", []))
    return {p for p in made if p}


def targets(answer):
    target = answer["target"]
    return (
        {target, *HOSTS.get(target, ())}
        | {h for h, a in HOSTS.items() if target in a}
        | set(answer.get("accounts", []))
    )


def meets(answer, incident, after):
    return (
        seconds(incident["first"]) <= seconds(answer["last"]) + after
        and seconds(incident["last"]) >= seconds(answer["first"]) - GRACE
    )


def found(answer, incident):
    if not meets(answer, incident, GRACE):
        return False
    entity = incident["entity"]["value"]
    if entity in parties(answer):
        return fits(answer, incident)
    named = {entity} & targets(answer) or set(incident["related"].get("ip", ())) & parties(answer)
    return bool(named and bases(answer["technique"]) & bases(incident["techniques"]))


def true(answer, incident):
    entity = incident["entity"]["value"]
    if not meets(answer, incident, AFTER):
        return False
    return entity in parties(answer) or (entity in targets(answer) and fits(answer, incident))


def told(incident):
    return (
        f"{incident['title']} | {incident['entity']['value']} |"
        f" {incident['first'][11:19]}-{incident['last'][11:19]} | "
        + ",".join(incident["techniques"])
    )


def judge(answers, incidents):
    """The whole account as a dictionary."""
    hits = {a["id"]: [i for i in incidents if found(a, i)] for a in answers}
    false = [i for i in incidents if not any(true(a, i) for a in answers)]
    chains = {}
    for name in sorted({a["chain"] for a in answers if a["chain"]}):
        members = [a for a in answers if a["chain"] == name]
        best = max(incidents, key=lambda i: sum(found(a, i) for a in members), default=None)
        held = [a["id"] for a in members if best and found(a, best)]
        chains[name] = {
            "attacks": [a["id"] for a in members],
            "held": held,
            "incident": told(best) if held else None,
            "stages": best["stages"] if held else [],
        }
    return {
        "attacks": len(answers),
        "found": [n for n, h in hits.items() if h],
        "missed": [n for n, h in hits.items() if not h],
        "incidents": len(incidents),
        "false": [told(i) for i in false],
        "by": {n: [told(i) for i in h] for n, h in hits.items()},
        "chains": chains,
    }


def tell(account, answers):
    recall = len(account["found"]) / max(1, account["attacks"])
    precision = 1 - len(account["false"]) / max(1, account["incidents"])
    print(f"recall     {len(account['found'])} of {account['attacks']} = {recall:.1%}")
    print(
        f"precision  {account['incidents'] - len(account['false'])} of {account['incidents']} = {precision:.1%} "
        "(incidents at medium or above)"
    )
    for answer in answers:
        hits = account["by"][answer["id"]]
        print(
            f"  {'found ' if hits else 'MISSED'} {answer['id']:15} {answer['source'] or 'many':16}"
            f" {answer['first'][11:19]}-{answer['last'][11:19]}  {hits[0] if hits else answer['what']}"
            + (f" (+{len(hits) - 1})" if hits[1:] else "")
        )
    for line in account["false"]:
        print("  FALSE ", line)
    for name, chain in account["chains"].items():
        print(
            f"  chain  {name}: {len(chain['held'])} of {len(chain['attacks'])} in one incident: {chain['incident']} "
            f"[{', '.join(chain['stages'])}]"
        )


def lines(path):
    with open(path) as text:
        return [json.loads(line) for line in text if line.strip()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("answers")
    parser.add_argument("incidents")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    answers = lines(chosen.answers)
    incidents = [i for i in lines(chosen.incidents) if i["severity"] in ("medium", "high", "critical")]
    account = judge(answers, incidents)
    if chosen.json:
        print(json.dumps(account, ensure_ascii=False, indent=1))
    else:
        tell(account, answers)
    sys.exit(0 if not account["missed"] else 1)


if __name__ == "__main__":
    main()

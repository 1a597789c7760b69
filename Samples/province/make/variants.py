"""The attacks of a day by another set of tools: the same steps, answers and chains, done otherwise."""

import other_tools
import quiet_tools

SETS = {"usual": None, "other": other_tools.CHANGES, "quiet": quiet_tools.CHANGES}
CHAINS = (
    ("scan-ports", "nikto", "find-pages", "upload-shell", "commands", "inner-scan", "deface"),
    ("guess-ssh", "enter-ssh"),
    ("spray-mail", "open-mailbox"),
)
# Interval in seconds of the beacon, and how far it strays
BEACONS = {"other": (600, 0.25), "quiet": (120, 0.4)}


def change(steps, tools, world, rng):
    """Hands the steps to the set of tools; those of a chain stay in order."""
    table = SETS[tools]
    if table is None:
        return
    by = {step.name: step for step in steps}
    for name, (run, tool, seconds, rate) in table.items():
        step = by[name]
        step.run, step.seconds, step.rate = run or step.run, seconds, rate
        step.answer["tool"] = tool
    for name in ("upload-shell", "commands", "inner-scan", "deface"):
        by[name].shell = "anh-bia.jpg.php"
    by["beacon"].every, by["beacon"].jitter = BEACONS[tools]
    by["beacon"].gets = True
    by["beacon"].answer["what"] = f"a beacon every {BEACONS[tools][0]} s"
    by["guess-many"].length = 5 * 3600
    drain(by["drain"], tools, world, rng)
    by["enter-ssh"].answer["accounts"] = ["kho"] + (["svc-sync"] if tools == "other" else [])
    if tools == "quiet":
        by["enter-ssh"].answer["technique"] = ["T1078", "T1548.003", "T1053.003", "T1070.002"]
    for chain in CHAINS:
        for one, two in zip(chain, chain[1:]):
            by[two].day = max(by[two].day, by[one].day + by[one].seconds * by[one].rate + 120)


def drain(step, tools, world, rng):
    """In office hours, in few pages, or from beside the key's owner, record by record."""
    step.pages, step.agent, step.day = 60, "okhttp/4.9.3", rng.uniform(8.5, 15) * 3600
    if tools == "quiet":
        owner = next(address for client, _, address in world.keys if client == step.client)
        step.source = step.answer["source"] = owner.rsplit(".", 1)[0] + ".231"

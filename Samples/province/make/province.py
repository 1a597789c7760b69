#!/usr/bin/python3
"""A day of a province: sudo python3 province.py --seed 1 --day 2026-03-12 --attacks yes --out DIR. See README.md."""

import argparse
import datetime
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import attacks_hosts
import attacks_inside
import attacks_web
import campaign
import clock as clocks
import lab
import names
import needs
import other_logs
import other_tools
import rewrite
import variants
import world as worlds

HERE = os.path.dirname(os.path.abspath(__file__))
SENSORS = {
    "dmz": ("br-dmz", "not net 10.20.2.0/24 and not arp"),
    "data-centre": ("br-dc", "not arp"),
    "office": ("eth-lan", "not net 10.20.1.0/24 and not net 10.20.2.0/24 and not arp"),
    "uplink": (
        "eth-net",
        (
            "not arp and not host 203.0.113.2 and not (tcp and (port 80 or 443 or 25 or 143 or 993 or 587 or 21 "
            "or 22 or portrange 30000-30099)) and not port 53"
        ),
    ),
}


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--day", required=True, help="YYYY-MM-DD")
    parser.add_argument("--attacks", choices=("yes", "no"), default="yes")
    parser.add_argument("--tools", choices=tuple(variants.SETS), default="usual", help="what the attacks are done with")
    parser.add_argument("--servers", choices=("usual", "other"), default="usual", help="what the hosts run")
    parser.add_argument("--out", required=True)
    parser.add_argument("--size", type=float, default=1.0, help="how many ordinary people there are")
    parser.add_argument("--calm", type=float, default=600, help="seconds of the run for what no tool needs")
    return parser.parse_args()


def campaign_of(seed, day, world, attacks, tools="usual"):
    rng, outsiders = random.Random(f"attacks {seed} {day}"), {}
    world.names, world.relay = {}, {}
    if not attacks:
        return [], outsiders
    sources = campaign.Sources(rng)
    steps = attacks_web.steps(rng, sources, outsiders) + attacks_hosts.steps(rng, sources, outsiders, world)
    steps += attacks_inside.steps(rng, sources, outsiders, world)
    variants.change(steps, tools, world, rng)
    return steps, outsiders


def extras(place, steps, outsiders, folder):
    """The machines of those who attack, and what waits on them."""
    for name, address in outsiders.items():
        place.outsider(name, address)
    os.makedirs("/etc/netns/njp-sau", exist_ok=True)
    for step in steps:
        if step.name == "tunnel":
            place.member("ham-trong", "lan", step.source, "10.20.10.1")
            quiet = {"stdin": -3, "stdout": -3, "stderr": -3}
            if step.answer["tool"] == "dns2tcp":
                other_tools.serve_tunnel(place, step, folder)
            elif step.answer["tool"] == "iodine":
                place.spawn("ham", ["iodined", "-f", "-c", "-P", "mat-khau", "172.30.0.1/27", step.domain], **quiet)
            place.spawn("ham", ["nc", "-l", "-k", "7000"], **quiet)
            place.spawn(
                "c2",
                [
                    "/usr/bin/python3",
                    "-c",
                    (
                        "import asyncio, office\nasync def run():\n await (await asyncio."
                        "start_server(office.web_server, '0.0.0.0', 80)).serve_forever()\nasyncio.run(run())"
                    ),
                ],
                cwd=HERE,
                **quiet,
            )
            os.makedirs(folder + "/hai", exist_ok=True)
            with open(folder + "/hai/tool.sh", "w") as out:
                out.write("#!/bin/sh\nid > /tmp/.r\nfor d in /home/*; do ls -la $d >> /tmp/.r; done\n")
            place.spawn("hai", ["/usr/bin/python3", "-m", "http.server", "80", "-d", folder + "/hai"], **quiet)


def at_home(place, stage, rng, world):
    """Officials who work from home: VPN, then a shell on a server."""
    spaces = [f"nha{n}" for n in range(3)]
    for n, space in enumerate(spaces):
        place.outsider(space, f"198.18.140.{10 + n}")

    def session(space, user, word, at, wrong):
        stage.clock.wait(at)
        if wrong:
            login = stage.file(space + ".login", [user, word + "0"])
            stage.tool(space, attacks_hosts.vpn_command(stage, login), 3, space)
        login = stage.file(space + ".login", [user, word])
        stage.tool(
            space,
            attacks_hosts.vpn_command(stage, login).replace("--dev null", "--dev tun0")
            + " & P=$!; sleep 3; sshpass -p "
            f"'{word}' ssh {attacks_hosts.OPTIONS} {user}@10.20.1.21 'ls -l /srv; date'; sleep 9; kill $P",
            20,
            space,
        )

    for n in range(7):
        user, _, word = rng.choice(world.admins)
        at = rng.choice((rng.uniform(5, 7), rng.uniform(18, 22.5))) * 3600
        yield threading.Thread(target=session, args=(spaces[n % 3], user, word, at, n == 3), daemon=True)


def back_up(place, stage, world):
    stage.clock.wait(1.5 * 3600)
    user, _, word = world.admins[0]
    place.inside(
        "app-01",
        f"dd if=/dev/urandom of=/tmp/sl.tgz bs=1M count=6 2>/dev/null; sshpass -p '{word}' scp "
        f"{attacks_hosts.OPTIONS} /tmp/sl.tgz {user}@10.20.1.21:/srv/sao-luu/hoso-$(date +%s).tgz",
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def audit(folder, on):
    """execve of the web server's account is audited, if the kernel lets us; nothing else on this machine has that account."""
    if not on:
        subprocess.run("auditctl -D; auditctl -e 0", shell=True, stdout=-3, stderr=-3)
        return None
    os.makedirs(folder + "/audit", exist_ok=True)
    with open(folder + "/audit/auditd.conf", "w") as out:
        out.write(
            f"local_events = yes\nlog_file = {folder}/audit.log\nlog_format = RAW\nflush = INCREMENTAL_ASYNC\nfreq ="
            " 20\nmax_log_file = 50\nmax_log_file_action = IGNORE\nname_format = USER\nname = web-01\nspace_left ="
            " 75\nspace_left_action = IGNORE\nadmin_space_left = 50\nadmin_space_left_action ="
            " IGNORE\ndisk_full_action = IGNORE\ndisk_error_action = IGNORE\n"
        )
    child = subprocess.Popen(["auditd", "-n", "-c", folder + "/audit"], start_new_session=True, stdout=-3, stderr=-3)
    time.sleep(1)
    subprocess.run(
        "auditctl -D; auditctl -b 2048; auditctl -a always,exclude -F 'msgtype>=1100' -F 'msgtype<=1299'; "
        "auditctl -a always,exit -F arch=b64 -S execve -F uid=33 -k web-lenh; auditctl -e 1",
        shell=True,
        stdout=-3,
        stderr=-3,
    )
    return child


def capture(place, folder):
    return [
        place.spawn(
            "gw-01",
            ["tcpdump", "-i", link, "-s", "0", "-B", "16384", "-Z", "root", "-w", f"{folder}/{sensor}.pcap", filter],
            stdin=-3,
            stdout=-3,
            stderr=-3,
        )
        for sensor, (link, filter) in SENSORS.items()
    ]


def live(place, options, folder):
    """Runs the day; gives its clock and answers."""
    world = worlds.World(options.seed)
    attacks = options.attacks == "yes"
    steps, outsiders = campaign_of(options.seed, options.day, world, attacks, options.tools)
    windows = campaign.placed(steps, random.Random(options.seed))
    midnight = datetime.datetime.fromisoformat(options.day + "T00:00:00+07:00").timestamp()
    clock = clocks.plan(midnight, windows, options.calm)
    taken = [a for s in steps for a in s.answer.get("sources", [])]
    world.taken = sorted({a for a in outsiders.values() if a} | set(taken))
    worlds.start(place, world, options.servers)
    extras(place, steps, outsiders, folder)
    stage = campaign.Stage(place, clock, world, folder + "/tools")
    rng = random.Random(f"home {options.seed} {options.day}")
    others = list(at_home(place, stage, rng, world))
    others.append(threading.Thread(target=back_up, args=(place, stage, world), daemon=True))
    auditor = audit(folder, True)
    place.children.append(auditor)
    time.sleep(20)
    world.save(folder + "/world.json")
    sensors = capture(place, folder)
    time.sleep(2)
    clock.start = time.time() + 3
    clock.save(folder + "/tools/clock.json")
    print(f"a day in {clock.total:.0f} s, {len(steps)} steps", flush=True)
    for space in ("net", "lan", "wan"):
        place.spawn(
            space,
            [
                "/usr/bin/python3",
                HERE + "/people.py",
                space,
                folder + "/tools/clock.json",
                folder + "/world.json",
                str(options.size),
            ],
            stdin=-3,
            stdout=open(f"{folder}/{space}.out", "w"),
            stderr=-2,
        )
    threads = others + [threading.Thread(target=stage.play, args=(step,), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    time.sleep(max(0, clock.start + clock.total + 2 - time.time()))
    for sensor in sensors:
        os.killpg(sensor.pid, signal.SIGTERM)
    time.sleep(2)
    if auditor:
        auditor.terminate()
    audit(folder, False)
    return clock, stage.answers


def write_logs(chosen, folder, clock):
    if chosen.servers == "other":
        rewrite.write_logs(chosen.out, other_logs.log_files(folder, other_logs.OtherTurner(clock)))
    else:
        rewrite.write_logs(chosen.out, rewrite.log_files(folder, rewrite.Turner(clock)))


def main():
    chosen = options()
    needs.check(chosen.servers, chosen.tools, chosen.attacks == "yes")
    os.chdir(HERE)
    folder = os.path.abspath(chosen.out) + ".run"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/tools")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # everything is taken down
    place = lab.Lab(folder)
    try:
        clock, answers = live(place, chosen, folder)
        shutil.rmtree(chosen.out + "/logs", ignore_errors=True)
        shutil.rmtree(chosen.out + "/captures", ignore_errors=True)
        os.makedirs(chosen.out, exist_ok=True)
        write_logs(chosen, folder, clock)
        rewrite.write_captures(folder, chosen.out, clock, SENSORS)
        rewrite.write_answers(answers, chosen.out, clock)
    finally:
        subprocess.run("rm -rf /etc/netns/njp-*", shell=True)
        audit(folder, False)
        place.down()


if __name__ == "__main__":
    main()

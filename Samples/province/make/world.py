"""Who lives in the province: accounts, keys, addresses, all from the seed; and the start of all hosts."""

import json
import random

import lab
import names
import other_servers
import servers


class World:
    def __init__(self, seed):
        rng = random.Random(f"world {seed}")
        self.seed = seed
        self.officials = names.officials(rng, 60)
        self.admins = self.officials[:5]
        self.keeper = ("kho", "Kho dữ liệu", f"{rng.choice(('123456a@', 'abc@123', 'matkhau1', 'kho2026'))}")
        self.webmasters = [
            (f"bt-{host}", name, f"Bt@{rng.randrange(1000, 9999)}") for host, name in names.AGENCIES[:10]
        ]
        self.mail_weak = (rng.choice(("vanthu", "lichcongtac", "hopthu")), "Hộp thư chung", "Donghoa@2025")
        self.citizens = [
            (f"{names.account(name)}{n}", f"Mk{n}@donghoa", name)
            for n, name in enumerate(names.person(rng) for _ in range(300))
        ]
        self.keys = servers.gateway_keys(rng)
        self.offices = [f"10.20.10.{n}" for n in range(20, 20 + len(self.officials))]

    def save(self, path):
        with open(path, "w") as out:
            json.dump(self.__dict__, out, ensure_ascii=False)

    @staticmethod
    def load(path):
        world = World.__new__(World)
        with open(path) as text:
            world.__dict__.update(json.load(text))
        return world


def start(place, world, kind="usual"):
    """Wires the network and boots every host; `kind`: which of the servers run."""
    place.network()
    some = other_servers if kind == "other" else servers
    tls = servers.certificate(place.folder)
    setups = {
        "web-01": some.web(tls, world.admins),
        "app-01": servers.applications(world.admins, world.citizens),
        "lgsp-01": servers.gateway(world.keys),
        "dns-01": some.resolver(),
        "mail-01": servers.mail(tls, world.officials + [world.mail_weak]),
        "file-01": some.files_host(world.admins + world.webmasters + [world.keeper], world.keeper[0]),
    }
    files, script = servers.gate(tls, world.officials[:20])
    place.boot("gw-01", files, script)
    for name, (bridge, address, gateway) in servers.HOSTS.items():
        place.host(name, bridge, address, gateway)
        place.boot(name, setups[name][0], setups[name][1])


if __name__ == "__main__":
    import sys
    import time

    here = lab.Lab("/tmp/njp-lab")
    try:
        start(here, World(1))
        time.sleep(25)
        sys.stdin.readline()
    finally:
        here.down()

"""Network namespaces and the hosts in them: each host is an overlay over this machine's own root, with its own name,
processes and files, so that every server is the real one. No link leads out of the namespaces: the machine itself has
no interface in any of them."""

import os
import shutil
import signal
import subprocess
import time

PREFIX = "njp-"
INTERNET = ("198.18.0.0/15", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.128/25")
PUBLIC = "203.0.113.0/28"
LAN = "10.20.10.0/24"
WAN = "10.30.0.0/16"
HIDDEN = ("/work", "/root", "/tmp", "/home", "/old_root", "/farm", "/var/tmp")


def run(command, check=True, **options):
    return subprocess.run(command, shell=isinstance(command, str), check=check, **options)


def sh(namespace, command, check=True, **options):
    return run(["ip", "netns", "exec", PREFIX + namespace, "sh", "-c", command], check=check, **options)


class Lab:
    def __init__(self, folder):
        self.folder = folder
        self.inits, self.spaces, self.children, self.next_link = {}, [], [], 0
        os.makedirs(folder, exist_ok=True)

    # Wires

    def space(self, name):
        run(["ip", "netns", "add", PREFIX + name])
        self.spaces.append(name)
        sh(
            name,
            "ip link set lo up; sysctl -qw net.ipv4.ip_forward=1 net.ipv4.tcp_timestamps=0 "
            "net.ipv4.conf.all.rp_filter=0 net.ipv6.conf.all.disable_ipv6=1 net.ipv4.icmp_ratelimit=0",
        )

    def wire(self, one, one_name, other, other_name):
        self.next_link += 1
        a, b = f"njp{self.next_link}a", f"njp{self.next_link}b"
        run(["ip", "link", "add", a, "type", "veth", "peer", "name", b])
        for link, space, name in ((a, one, one_name), (b, other, other_name)):
            run(["ip", "link", "set", link, "netns", PREFIX + space, "name", name])
            sh(
                space,
                f"ip link set {name} up; ethtool -K {name} tx off rx off tso off gso off gro off >/dev/null 2>&1",
                check=False,
            )

    def host(self, name, bridge, address, gateway):
        """A host at a bridge of the gateway; routes go to what the namespaces hold, there is no default route."""
        self.space(name)
        self.wire(name, "eth0", "gw-01", "v-" + name[:8])
        sh("gw-01", f"ip link set v-{name[:8]} master {bridge}")
        sh(name, f"ip addr add {address}/24 dev eth0")
        for net in INTERNET + (PUBLIC, WAN, "10.20.0.0/16", "10.8.0.0/24"):
            sh(name, f"ip route add {net} via {gateway}")

    def outsider(self, name, address):
        """A machine of its own on the Internet side, for tools that cannot choose their source address."""
        self.space(name)
        self.wire(name, "eth0", "net", "o-" + name[:8])
        sh("net", f"ip addr add 100.64.0.1/32 dev o-{name[:8]}; ip route add {address}/32 dev o-{name[:8]} table 10")
        sh(
            name,
            f"ip addr add {address}/32 dev eth0; ip route add 100.64.0.1 dev eth0; "
            f"for n in {' '.join(INTERNET)} {PUBLIC}; do ip route add $n via 100.64.0.1; done",
        )

    def network(self):
        for name in ("gw-01", "net", "lan", "wan"):
            self.space(name)
            if name != "gw-01":  # single machines (table 10) go before whole networks that are answered for here
                sh(name, "ip rule add pref 10 lookup 10; ip rule add pref 100 lookup local; ip rule del pref 0")
        for bridge, address in (("br-dmz", "10.20.1.1/24"), ("br-dc", "10.20.2.1/24")):
            sh(
                "gw-01",
                f"ip link add {bridge} type bridge && ip link set {bridge} up && ip addr add {address} dev {bridge}",
            )
        self.wire("gw-01", "eth-net", "net", "eth0")
        self.wire("gw-01", "eth-lan", "lan", "eth0")
        self.wire("gw-01", "eth-wan", "wan", "eth0")
        sh(
            "gw-01",
            "ip addr add 100.64.1.1/30 dev eth-net; ip addr add 10.20.10.1/24 dev eth-lan; "
            f"ip addr add 10.30.255.1/30 dev eth-wan; ip route add local {PUBLIC} dev lo",
        )
        for net in INTERNET:
            sh("gw-01", f"ip route add {net} via 100.64.1.2 dev eth-net")
        sh("gw-01", f"ip route add {WAN} via 10.30.255.2 dev eth-wan")
        sh(
            "net",
            f"ip addr add 100.64.1.2/30 dev eth0; ip route add {PUBLIC} via 100.64.1.1; "
            "sysctl -qw net.ipv4.ip_nonlocal_bind=1",
        )
        for net in INTERNET:
            sh("net", f"ip route add local {net} dev lo")
        self.office("lan", LAN, "10.20.10.1", "10.20.10.2/24")
        self.office("wan", WAN, "10.30.255.1", "10.30.255.2/30")

    def office(self, space, net, gateway, own):
        """A network whose every address is answered for by one namespace."""
        sh(
            space,
            f"ip addr add {own} dev eth0; sysctl -qw net.ipv4.ip_nonlocal_bind=1; "
            "sysctl -qw net.ipv4.conf.eth0.proxy_arp=1 net.ipv4.conf.all.arp_ignore=0",
        )
        sh(space, f"ip route add local {net} dev lo")
        # The gateway lies in the network that is answered for here: without this its own questions would seem forged.
        sh(space, f"ip route add {gateway}/32 dev eth0 table 10")
        for reach in INTERNET + (PUBLIC, "10.20.1.0/24", "10.20.2.0/24"):
            sh(space, f"ip route add {reach} via {gateway} dev eth0")

    def member(self, name, office, address, gateway):
        """A single machine of an office with a namespace of its own, behind the office's switch."""
        self.space(name)
        self.wire(name, "eth0", office, "m-" + name[:8])
        sh(office, f"ip addr add 100.64.2.1/32 dev m-{name[:8]}; ip route add {address}/32 dev m-{name[:8]} table 10")
        sh(
            name,
            f"ip addr add {address}/32 dev eth0; ip route add 100.64.2.1 dev eth0; for n in {' '.join(INTERNET)}"
            f" {PUBLIC} 10.20.1.0/24 10.20.2.0/24; do ip route add $n via 100.64.2.1; done",
        )

    # Hosts

    def boot(self, name, files, start):
        """`files`: path in the host → content (str or bytes); `start`: a shell script, run as the host's first process."""
        base = os.path.join(self.folder, name)
        for part in ("up", "work", "root", "log"):
            os.makedirs(os.path.join(base, part), exist_ok=True)
        for path, content in files.items():
            target = base + "/up" + path
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as out:
                out.write(content if isinstance(content, bytes) else content.encode())
            os.chmod(target, 0o755 if path.endswith((".sh", ".py")) else 0o644)
            os.utime(target, (1769900000, 1769900000))  # a file's age is in its ETag and in what clients see
        root = base + "/root"
        hidden = "\n".join(f"[ -d {root}{d} ] && mount -t tmpfs -o mode=1777,size=64m none {root}{d}" for d in HIDDEN)
        script = f"""set -e
mount --make-rprivate /
mount -t overlay overlay -o lowerdir=/,upperdir={base}/up,workdir={base}/work {root}
{hidden}
mount -t tmpfs -o mode=755,size=64m none {root}/run
mount -t tmpfs -o mode=755,size=1m none {root}/dev
for d in null zero full random urandom tty; do touch {root}/dev/$d; mount --bind /dev/$d {root}/dev/$d; done
mkdir -p {root}/dev/net {root}/dev/pts {root}/dev/shm {root}/var/log/collected
touch {root}/dev/net/tun; mount --bind /dev/net/tun {root}/dev/net/tun
mount -t devpts -o newinstance,ptmxmode=0666 devpts {root}/dev/pts; ln -s pts/ptmx {root}/dev/ptmx
ln -s /proc/self/fd {root}/dev/fd
mount --bind {base}/log {root}/var/log/collected
mount -t proc proc {root}/proc
hostname {name}
cat > {root}/run/start.sh <<'START'
{start}
sleep infinity &
wait  # the first process also takes in what nobody waits for
START
exec chroot {root} /bin/bash /run/start.sh
"""
        log = open(f"{base}/boot.log", "w")
        process = subprocess.Popen(
            [
                "nice",
                "-n",
                "10",
                "ip",
                "netns",
                "exec",
                PREFIX + name,
                "unshare",
                "--mount",
                "--uts",
                "--ipc",
                "--pid",
                "--fork",
                "--kill-child",
                "bash",
                "-c",
                script,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self.inits[name] = process
        return process

    def inside(self, name, command, check=True, **options):
        """Runs a command in a booted host."""
        pid = self.inner(name)
        return run(
            ["nsenter", "-t", pid, "-m", "-u", "-i", "-n", "-p", "-r", "-w/", "bash", "-c", command],
            check=check,
            **options,
        )

    def inner(self, name):
        parent = self.inits[name].pid
        for _ in range(50):
            chain = [str(parent)]
            while chain:
                with open(f"/proc/{chain[0]}/task/{chain[0]}/children") as text:
                    below = text.read().split()
                if not below:
                    break
                chain = below
                with open(f"/proc/{chain[0]}/cmdline") as text:
                    line = text.read()
                if "unshare" not in line and os.readlink(f"/proc/{chain[0]}/ns/pid") != os.readlink(
                    "/proc/self/ns/pid"
                ):
                    return chain[0]
            time.sleep(0.1)
        raise RuntimeError(f"{name} did not start: {self.folder}/{name}/boot.log")

    def spawn(self, space, command, **options):
        """A process in a namespace that lives until the lab is taken down."""
        child = subprocess.Popen(
            ["nice", "-n", "10", "ip", "netns", "exec", PREFIX + space] + command, start_new_session=True, **options
        )
        self.children.append(child)
        return child

    def down(self):
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        time.sleep(1)
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
        for process in self.inits.values():
            if process.poll() is None:
                process.kill()
            process.wait()
        for name in self.spaces:
            run(["ip", "netns", "del", PREFIX + name], check=False)
        shutil.rmtree(self.folder, ignore_errors=True) if os.environ.get("NJP_KEEP") is None else None

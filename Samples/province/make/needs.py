"""What a run takes from the machine: without it a server would be missing, and an attack on it would hit nothing."""

import glob
import os
import shutil
import sys

# Programs, and the Debian package of each where it is called otherwise
LAB = {
    "auditctl": "auditd",
    "curl": "",
    "dovecot": "dovecot-imapd",
    "ethtool": "",
    "ip": "iproute2",
    "nc": "netcat-openbsd",
    "nft": "nftables",
    "openvpn": "",
    "postfix": "",
    "rsyslogd": "rsyslog",
    "sshd": "openssh-server",
    "sshpass": "",
    "sudo": "",
    "tcpdump": "",
    "ulogd": "ulogd2",
    "zstd": "",
}
SERVERS = {
    "usual": {"named": "bind9", "nginx": "nginx-light", "php-fpm*": "php-fpm", "vsftpd": ""},
    "other": {"apache2": "", "named": "bind9", "nginx": "nginx-light", "php-fpm*": "php-fpm", "proftpd": "proftpd-core", "unbound": ""},
}
USUAL = ("ffuf", "gobuster", "hydra", "medusa", "nikto", "nmap", "sqlmap", "wapiti")
OTHER = ("dirb", "hping3", "ncrack", "nmap", "patator", "sqlmap", "swaks", "wfuzz", "whatweb")
TOOLS = {
    "usual": {**{name: "" for name in USUAL}, "iodine": "", "iodined": "iodine"},
    "other": {**{name: "" for name in OTHER}, "dns2tcpc": "dns2tcp", "dns2tcpd": "dns2tcp"},
    "quiet": {**{name: "" for name in OTHER}, "dns2tcpc": "dns2tcp", "dns2tcpd": "dns2tcp"},
}
PLACES = os.environ.get("PATH", "").split(":") + ["/usr/sbin", "/sbin", "/usr/local/bin"]


def is_there(program):
    if "*" in program:
        return any(glob.glob(f"{place}/{program}") for place in PLACES)
    return shutil.which(program, path=":".join(PLACES)) is not None


def check(servers, tools, attacks):
    """Ends the run where something is not installed, and says what."""
    wanted = {**LAB, **SERVERS[servers], **(TOOLS[tools] if attacks else {})}
    missing = sorted({package or program for program, package in wanted.items() if not is_there(program)})
    if missing:
        sys.exit(f"not installed: {' '.join(missing)}\nTry: apt-get install --no-install-recommends {' '.join(missing)}")

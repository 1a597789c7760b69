"""The province firewall's packet log, as the kernel writes it."""
from auth import Syslog
from common import after, at

INSIDE = ["10.20.0.10", "10.20.0.20", "10.20.0.25", "10.20.0.53"]


def packet(log, moment, source, target, port, protocol="TCP", prefix="FW-DROP: ", inside="eth1"):
    pick = log.random
    uptime = (moment - at(0)).total_seconds() + 91544.2
    tail = "SPT=%d DPT=%d " % (pick.randrange(32768, 60999), port)
    tail += "WINDOW=1024 RES=0x00 SYN URGP=0" if protocol == "TCP" else "LEN=40"
    log.say(
        moment, "kernel", "[%12.6f] %sIN=eth0 OUT=%s MAC=02:00:00:aa:bb:01:02:00:00:aa:bb:fe:08:00 SRC=%s DST=%s LEN=44 TOS=0x00 "
        "PREC=0x00 TTL=%d ID=%d PROTO=%s %s" % (
            uptime, prefix, inside, source, target, pick.randrange(40, 60), pick.randrange(1, 65535), protocol, tail),
        False, 0)


def ordinary(log, knocks=160, visits=240):
    """Single knocks of the internet's background, each address on one or two ports; and what is let through."""
    pick = log.random
    for _ in range(knocks):
        moment = at(pick.randrange(24), pick.randrange(60), pick.randrange(60))
        source = "192.0.2.%d" % pick.randrange(1, 254)
        for port in pick.sample([22, 23, 80, 445, 3389, 8080, 5060, 1433, 6379, 2323], pick.randrange(1, 3)):
            packet(log, moment, source, pick.choice(INSIDE), port, "UDP" if port == 5060 else "TCP")
    for _ in range(visits):
        moment = at(pick.randrange(6, 23), pick.randrange(60), pick.randrange(60))
        packet(log, moment, "198.51.100.%d" % pick.randrange(1, 250), "10.20.0.10", 443, prefix="FW-ACCEPT: ")


def make(answers):
    log = Syslog("ordinary/firewall.log", "fw-01")
    ordinary(log)
    log.write()

    log = Syslog("attacks/firewall.log", "fw-01")
    ordinary(log)
    ports = [21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 995, 1433, 1521, 1723, 2049, 3306, 3389, 5432, 5900,
             6379, 8000, 8080, 8443, 8888, 9200, 11211, 27017]
    log.random.shuffle(ports)
    moment = first = at(2, 1, 7)
    for port in ports:
        packet(log, moment, "203.0.113.71", "10.20.0.10", port)
        last, moment = moment, after(moment, log.random.randrange(1, 5))
    answers.add(log.path, "port_scan", "203.0.113.71", first, last)

    moment = first = at(11, 11, 30)
    for number in range(40):
        packet(log, moment, "203.0.113.72", "10.20.4.%d" % (10 + number), 3389)
        last, moment = moment, after(moment, log.random.randrange(1, 4))
    answers.add(log.path, "port_scan", "203.0.113.72", first, last)
    log.write()

"""Hits and misses of the anomaly rules: what is ordinary for hours or days, then what is not. A miss is as near to its hit
as the rule's meaning allows."""
from datetime import timedelta

from auth import Syslog
from common import DAY, after, at, generator, write
from wire import Capture

INSIDE, OUTSIDE = "10.20.3.21", "203.0.113.90"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def day(number, hour=0, minute=0, second=0):
    """A moment `number` days before the sample day."""
    return DAY - timedelta(days=number) + timedelta(hours=hour, minutes=minute, seconds=second)


def connections(path, rows):
    """Zeek's conn.log. Rows: moment, source, target, port, seconds, bytes out, bytes in."""
    names = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state"
    types = "time string addr port addr port enum string interval count count string"
    lines = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn",
             "#fields\t" + names.replace(" ", "\t"), "#types\t" + types.replace(" ", "\t")]
    for number, (moment, source, target, port, seconds, sent, got) in enumerate(sorted(rows)):
        lines.append("%.6f\tC%d\t%s\t%d\t%s\t%d\ttcp\t-\t%.3f\t%d\t%d\tSF" % (
            moment.timestamp(), number, source, 32768 + number * 7 % 28000, target, port, seconds, sent, got))
    write(path, "".join(line + "\n" for line in lines).encode())


def requests(path, rows, host=None):
    """Combined log, of a virtual host or not. Rows: moment, address, target, and of these what differs: user, status, size, agent."""
    lines = []
    for moment, address, target, other in sorted(rows, key=lambda row: row[0]):
        lines.append('%s%s - %s [%s] "GET %s HTTP/1.1" %d %d "-" "%s"\n' % (
            host + ":443 " if host else "", address, other.get("user", "-"),
            moment.strftime("%d/%b/%Y:%H:%M:%S +0700"), target, other.get("status", 200), other.get("size", 512),
            other.get("agent", BROWSER)))
    write(path, "".join(lines).encode())


def beacon():
    """A call home each minute for 40 minutes. Miss: as many, whenever somebody clicks."""
    for kind in ("hit", "miss"):
        random = generator("beacon " + kind)
        moment, rows = at(9), []
        for _ in range(40):
            even = kind == "hit"
            moment = after(moment, 60 + random.uniform(-1, 1) if even else random.choice((1, 2, 4, 9, 40, 200, 410)))
            rows.append((moment, INSIDE, OUTSIDE, 443, 0.4, 312 if even else random.randrange(300, 9000), 180))
        connections("beacon.%s.log" % kind, rows)


def long_connection():
    """Open for nine hours. Miss: for seven."""
    for kind, hours in (("hit", 9), ("miss", 7)):
        connections("long_connection.%s.log" % kind, [(at(1), INSIDE, OUTSIDE, 443, hours * 3600, 40_000, 90_000)])


def many_destinations():
    """Seven hundred addresses in seven minutes. Miss: three hundred."""
    for kind, count in (("hit", 700), ("miss", 300)):
        rows = [(at(9, 1, number * 0.6), INSIDE, "198.51.%d.%d" % (100 + number // 250, number % 250 + 1), 443, 0.1, 60, 0)
                for number in range(count)]
        connections("many_destinations.%s.log.gz" % kind, rows)


def office(random):
    """Eight clients that mostly fetch, for six hours."""
    return [(at(8 + hour, number * 7 % 60, number), "10.20.3.%d" % (30 + client), "203.0.113.80", 443, 20,
             random.randrange(4000, 60_000), random.randrange(200_000, 2_000_000))
            for hour in range(6) for client in range(8) for number in range(4)]


def data_sent_out():
    """One sends 200 MB within an hour. Miss: and fetches as much."""
    for kind in ("hit", "miss"):
        rows = office(generator("data_sent_out"))
        rows += [(at(12, number), INSIDE, OUTSIDE, 443, 50, 5_000_000, 9000 if kind == "hit" else 5_000_000)
                 for number in range(40)]
        connections("data_sent_out.%s.log" % kind, rows)


def data_fetched_by_key():
    """Seven users of an interface, of whom one fetches all that there is. Miss: a fortieth of it."""
    for kind, size in (("hit", 1_000_000), ("miss", 25_000)):
        random = generator("data_fetched_by_key")
        rows = [(at(8 + hour, number * 9, user), "10.20.4.%d" % (20 + user), "/api/v1/ho-so/%d" % random.randrange(9999),
                 {"user": "lgsp-%02d" % user, "size": random.randrange(2000, 12_000)})
                for hour in range(6) for user in range(6) for number in range(5)]
        rows += [(at(12, 0, number * 50), "10.20.4.77", "/api/v1/ho-so?trang=%d" % number, {"user": "lgsp-77", "size": size})
                 for number in range(60)]
        requests("data_fetched_by_key.%s.log" % kind, rows)


CAMERA = "nightjar-sample.duckdns.org"


def answered(path, name, address, calls=0):
    """A name asked for and answered, then a call to `OUTSIDE` each minute."""
    capture = Capture(path)
    capture.dns(at(9), INSIDE, "10.20.0.53", name, answer=bytes(int(part) for part in address.split(".")))
    for number in range(calls):
        capture.dialogue(at(9, 1 + number), INSIDE, OUTSIDE, 443, [(True, b"\x00" * 48), (False, b"\x00" * 16)])
    capture.write()


def names_answered():
    """A name that anybody gets. Miss: a name of somebody's own."""
    for rule in ("dynamic_name_answered", "doubtful_name"):
        answered(rule + ".hit.pcap", CAMERA, OUTSIDE)
        answered(rule + ".miss.pcap", "cong.example.org", OUTSIDE)


def name_then_call_out():
    """Such a name, then calls to where it led. Miss: it led elsewhere."""
    answered("name_then_call_out.hit.pcap", CAMERA, OUTSIDE, 40)
    answered("name_then_call_out.miss.pcap", CAMERA, "203.0.113.91", 40)


def interface(path, rows):
    """An access log of an interface in JSON. Rows: moment, address, client, number of the record, bytes."""
    lines = ['{"time":"%s","remote_addr":"%s","request_method":"GET","request_uri":"/api/v1/ho-so/%d","status":200,'
             '"body_bytes_sent":%d,"api_client":"%s"}\n' % (moment.isoformat(), address, record, size, client)
             for moment, address, client, record, size in sorted(rows)]
    write(path, "".join(lines).encode())


def key_from_new_network():
    """A key that asks from one address for ten hours, then from elsewhere. Miss: from a neighbour's."""
    for kind, other in (("hit", "10.20.9.40"), ("miss", "10.20.4.40")):
        rows = [(at(1 + number // 6, number % 6 * 10, 7), "10.20.4.21", "agency-07", 1000 + number, 412) for number in range(60)]
        rows += [(at(11, 30, number * 4), other, "agency-07", 2000 + number, 412) for number in range(12)]
        interface("key_from_new_network.%s.log" % kind, rows)


def keys(path, name, count, size):
    """Six keys that ask now and then, one of them `count` times within an hour, each time for `size` bytes."""
    random = generator(name)
    rows = [(at(8 + hour, number * 9, key), "10.20.4.%d" % (20 + key), "agency-%02d" % key, random.randrange(1, 9999), 412)
            for hour in range(6) for key in range(6) for number in range(5)]
    rows += [(at(12, 0, number * 3000 // count), "10.20.4.23", "agency-03", 10_000 + number, size) for number in range(count)]
    interface(path, rows)


def requests_with_key():
    """260 requests. Miss: forty."""
    for kind, count in (("hit", 260), ("miss", 40)):
        keys("requests_with_key.%s.log" % kind, "requests_with_key", count, 412)


def data_taken_with_key():
    """As many, for 50,000 bytes each. Miss: for 600."""
    for kind, size in (("hit", 50_000), ("miss", 600)):
        keys("data_taken_with_key.%s.log" % kind, "data_taken_with_key", 240, size)


WORDS = "thoi tiet giao thong ngan hang truong hoc benh vien du lich sach bao the thao am nhac phim anh nha dat".split()


def generated_domains():
    """Thirty names of random letters that do not exist. Miss: thirty that are put together of words."""
    for kind in ("hit", "miss"):
        random = generator("generated_domains " + kind)
        capture = Capture("generated_domains.%s.pcap" % kind)
        for number in range(30):
            name = ("".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(random.randrange(10, 16)))
                    if kind == "hit" else random.choice(WORDS) + random.choice(WORDS) + random.choice(WORDS))
            capture.dns(at(9, 0, number * 8), INSIDE, "10.20.0.53", name + ".com")
        capture.write()


def log_silence():
    """A line each half hour for four days; then twelve hours of nothing. Miss: two."""
    for kind, pause in (("hit", 24), ("miss", 3)):
        log = Syslog("log_silence.%s.log" % kind, "app-07", "iso")
        for number in range(5 * 48):
            if not 4 * 48 < number <= 4 * 48 + pause:
                log.cron(day(5, 0, number * 30), "root", "run-parts /etc/cron.hourly")
        log.write()


def log_volume_drop():
    """A log of 2,100 lines an hour, three hours of each of nine days, then of fifty. Miss: of a thousand."""
    for kind, last in (("hit", 50), ("miss", 1000)):
        lines = []
        for number in range(9, -1, -1):
            count = 3 * (2100 if number else last)
            for place in range(count):
                moment = day(number, 8) + timedelta(seconds=place * 10_800 // count)
                lines.append("%s fw-02 job: step done\n" % moment.strftime("%Y-%m-%dT%H:%M:%S+07:00"))
        write("log_volume_drop.%s.log.gz" % kind, "".join(lines).encode())


def logins(path, days, last, net="198.51.100.%d"):
    """A user who logs in at nine each day, from `last` behind it: moment and address."""
    log = Syslog(path, "app-07", "iso")
    for number in range(days, 0, -1):
        for times in range(2):
            log.accepted(day(number, 9, 3 + number + 20 * times), "lan.bui", net % (20 + times))
    log.accepted(last[0], "lan.bui", last[1])
    log.write()


def login_at_unusual_hour():
    """At three in the morning. Miss: at eleven."""
    for kind, hour in (("hit", 3), ("miss", 11)):
        logins("login_at_unusual_hour.%s.log" % kind, 18, (at(hour, 12), "198.51.100.20"))


def login_from_new_network():
    """From elsewhere. Miss: from a neighbour's address."""
    for kind, address in (("hit", "198.18.44.18"), ("miss", "198.51.7.18")):
        logins("login_from_new_network.%s.log" % kind, 10, (at(9, 12), address))


def login_from_new_country():
    """From Germany. Miss: from another town of the country."""
    for kind, address in (("hit", "198.51.100.18"), ("miss", "203.0.113.218")):
        logins("login_from_new_country.%s.log" % kind, 10, (at(9, 12), address), "203.0.113.%d")


def impossible_travel():
    """From Ha Noi, an hour later from Germany. Miss: from Sai Gon, as an aeroplane goes."""
    for kind, address in (("hit", "198.51.100.18"), ("miss", "203.0.113.218")):
        log = Syslog("impossible_travel.%s.log" % kind, "app-07", "iso")
        log.accepted(at(8, 0), "lan.bui", "203.0.113.18", "publickey")
        log.accepted(at(9, 0), "lan.bui", address, "publickey")
        log.write()


def sudo_new_program():
    """A program that its user never ran as root. Miss: the one of every day."""
    for kind, command in (("hit", "/usr/bin/nc -l 4444"), ("miss", "/usr/bin/systemctl status nginx")):
        log = Syslog("sudo_new_program.%s.log" % kind, "app-07", "iso")
        for number in range(17, 0, -1):
            for times in range(2):
                log.sudo(day(number, 9, 20 * times), "deploy", "/usr/bin/systemctl reload nginx")
        log.sudo(at(9, 4), "deploy", command)
        log.write()


def pages_without_assets():
    """Five clients of whom one takes pages only. Miss: it takes a style sheet as well."""
    for kind in ("hit", "miss"):
        rows = []
        for client in range(4):
            for number in range(200):
                target = "/tin-tuc/%d" % number if number % 3 == 0 else "/assets/%d.png" % number
                rows.append((at(9, client, number * 0.55), "203.0.113.%d" % (60 + client), target, {}))
        for number in range(400):
            target = "/assets/site.css" if kind == "miss" and number % 50 == 7 else "/tin-tuc/%d" % number
            rows.append((at(9, 10, number * 0.6), "203.0.113.99", target, {}))
        requests("pages_without_assets.%s.log.gz" % kind, rows)


def rare_user_agent():
    """A site that fails for everybody, and once for something nobody else uses. Miss: it was there four times before."""
    for kind in ("hit", "miss"):
        rows = [(day(4) + timedelta(seconds=number * 60), "203.0.113.%d" % (number % 200 + 1), "/tim", {"status": 502})
                for number in range(5600)]
        times = [at(2)] + [day(number, 2) for number in (1, 2, 3, 4) if kind == "miss"]
        rows += [(moment, "203.0.113.7", "/tim", {"status": 500, "agent": "python-requests/2.32"}) for moment in times]
        requests("rare_user_agent.%s.log.gz" % kind, rows, "congdichvu.example.org")


def request_volume():
    """Thirty requests an hour for a day and a half, then 24,000 in one. Miss: 4,000."""
    for kind, count in (("hit", 24_000), ("miss", 4000)):
        rows = [(day(2, 0, number * 2), "203.0.113.%d" % (number % 50 + 1), "/", {}) for number in range(36 * 30)]
        rows += [(day(1, 13) + timedelta(seconds=number * 3500 // count), "203.0.113.%d" % (number % 200 + 1), "/ket-qua-thi", {})
                 for number in range(count)]
        requests("request_volume.%s.log.gz" % kind, rows, "congdichvu.example.org")


def server_errors_jump():
    """Ten minutes in which every second answer is an error, behind two ordinary hours. Miss: every tenth."""
    for kind, every in (("hit", 2), ("miss", 10)):
        rows = []
        for slot in range(13):
            for number in range(150):
                bad = number % (every if slot == 12 else 75) == 0
                rows.append((at(9, slot * 10, number * 3.9), "203.0.113.%d" % (number % 60 + 1), "/tra-cuu",
                             {"status": 500 if bad else 200}))
        requests("server_errors_jump.%s.log.gz" % kind, rows, "congdichvu.example.org")


def make(answers):
    for sample in (beacon, long_connection, many_destinations, data_sent_out, data_fetched_by_key, key_from_new_network,
                   requests_with_key, data_taken_with_key, generated_domains, log_silence, log_volume_drop,
                   login_at_unusual_hour, login_from_new_network, login_from_new_country, impossible_travel,
                   sudo_new_program, pages_without_assets, rare_user_agent, request_volume, server_errors_jump,
                   names_answered, name_then_call_out):
        sample()

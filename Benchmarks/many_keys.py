"""A log of very many addresses: what a scan remembers of them must stay within --memory, and the few that matter be
found.

    python3 Benchmarks/many_keys.py LOG [EVENTS] [ADDRESSES]

writes an access log (nginx's combined form) of one day: EVENTS requests (10,000,000) from ADDRESSES different ones
(1,000,000; each at least once) for ordinary pages, in order of time. Three of them matter: 203.0.113.61 fetches
forty pages a second for two minutes at ten, 203.0.113.62 guesses passwords at fourteen, 203.0.113.63 looks for holes at
eighteen. Then:

    /usr/bin/time -f '%U %S %e s, %M KiB' nightjar scan LOG --memory 256M --db keys.db --now 2026-03-13T00:00:00Z
    nightjar incidents --db keys.db
"""
import random
import sys

AGENTS = ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"]
PAGES = ["/", "/tin-tuc", "/dich-vu-cong", "/lien-he", "/css/main.css", "/js/app.js", "/anh/logo.png"]
HOLES = ["/?id=1%27%20UNION%20SELECT%20user,password%20FROM%20accounts--%20", "/tai?tep=../../../../etc/passwd",
         "/tim?q=%3Cscript%3Ealert(1)%3C/script%3E", "/.env", "/.git/config"]
DAY = 86_400


def line(second, address, target, status=200, method="GET", agent=AGENTS[0]):
    return '%s - - [12/Mar/2026:%02d:%02d:%02d +0000] "%s %s HTTP/1.1" %d 5120 "-" "%s"\n' % (
        address, second // 3600, second // 60 % 60, second % 60, method, target, status, agent)


def heavy(second):
    """What the three that matter do in a second of the day."""
    if 36_000 <= second < 36_120:
        return [line(second, "203.0.113.61", "/ho-so/%d" % (second * 40 + number)) for number in range(40)]
    if 50_400 <= second < 50_700:
        return [line(second, "203.0.113.62", "/login", 401, "POST")]
    if 64_800 <= second < 64_860:
        return [line(second, "203.0.113.63", HOLES[second % len(HOLES)])]
    return []


def main(path, events=10_000_000, addresses=1_000_000):
    pick = random.Random(20_260_312)
    order = list(range(addresses))
    pick.shuffle(order)
    with open(path, "w", encoding="ascii", buffering=1 << 20) as log:
        for second in range(DAY):
            log.write("".join(heavy(second)))
            for number in range(events * second // DAY, events * (second + 1) // DAY):
                # Each address once, in turn, then any of them.
                place = order[number] if number < addresses else int(pick.random() * addresses)
                address = "10.%d.%d.%d" % (place >> 16, place >> 8 & 255, place & 255)
                log.write(line(second, address, PAGES[number % 7], 200, "GET", AGENTS[number & 1]))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1], *(int(word) for word in sys.argv[2:4]))

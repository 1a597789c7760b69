"""Everybody who means no harm, on the Internet side (`net`), in the office (`lan`), and the agencies' systems (`wan`):
python3 people.py SPACE CLOCK WORLD SIZE. All times are of the day; the clock says when to act."""

import asyncio
import random
import sys

import names
from clock import Clock
from office import OFFICE_LIVES
from web_client import Browser, GATE, agent, form, multipart, quoted
from world import World

SITES = [host for host, _ in names.AGENCIES]
CRAWLERS = [
    ("198.18.66.1", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    ("198.18.67.9", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    ("198.18.68.4", "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)"),
]


def office_hours(rng):
    """A second of the day, as people use the portals: two humps at work, some in the evening, few at night."""
    pick = rng.random()
    if pick < 0.42:
        return min(max(rng.gauss(9.4, 1.0), 6.5), 12.2) * 3600
    if pick < 0.76:
        return min(max(rng.gauss(15.0, 1.1), 12.5), 18.5) * 3600
    if pick < 0.94:
        return rng.uniform(18.5, 23.3) * 3600
    return rng.uniform(0, 24) * 3600


def outside(rng, world):
    """An address of the Internet that no attacker has; one in twelve is behind a carrier's few."""
    if rng.random() < 0.08:
        return f"198.19.200.{rng.randrange(1, 12)}"
    while True:
        net = rng.choice(("198.18.", "198.18.", "198.19.", "192.0.2", "198.51.100", "203.0.113"))
        if net.endswith("."):
            made = f"{net}{rng.randrange(0, 200)}.{rng.randrange(1, 255)}"
        else:
            made = f"{net}.{rng.randrange(130, 250)}"
        if made not in world.taken:
            return made


async def visitor(clock, rng, world):
    host = "cong" if rng.random() < 0.35 else rng.choice(SITES)
    browser = Browser(outside(rng, world), agent(rng), host, secure=rng.random() < 0.15)
    news, at = names.articles(host), "/"
    await browser.page("/" if rng.random() < 0.7 else "/tin-tuc/" + rng.choice(news)[0])
    for _ in range(min(int(rng.expovariate(0.4)), 9)):
        browser.close()
        await clock.pause(rng.uniform(6, 90))
        pick = rng.random()
        if pick < 0.55:
            to = "/tin-tuc/" + rng.choice(news)[0]
        elif pick < 0.72:
            to = (
                f"/tim-kiem.php?q={quoted(rng.choice((rng.choice(names.TOPICS), names.person(rng), rng.choice(names.THINGS))))}"
            )
        elif pick < 0.97:
            to = rng.choice(
                ("/gioi-thieu", "/tin-tuc", "/van-ban", "/lien-he", "/thu-tuc-hanh-chinh", "/so-do-trang")
            )
        else:
            to = rng.choice(("/tin-tuc/bai-cu-2019", "/uploads/van-ban.pdf", "/apple-touch-icon.png", "/wap"))
        await browser.page(to, at)
        at = to
    browser.close()


async def citizen(clock, rng, world, source=None):
    """Uses public services: looks for one, logs in (sometimes wrongly at first), fills in a form."""
    browser = Browser(source or outside(rng, world), agent(rng), "dichvucong", secure=rng.random() < 0.3)
    thing = rng.choice(names.THINGS)
    code, title = rng.choice(names.services())
    await browser.page("/")
    for path in (
        f"/dich-vu?tu-khoa={quoted(thing)}",
        f"/dich-vu?tu-khoa={quoted(thing)}&trang={rng.randrange(1, 5)}",
        f"/dich-vu/{code}",
    ):
        await clock.pause(rng.uniform(8, 60))
        await browser.page(path, "/dich-vu")
    if rng.random() < 0.4:
        await clock.pause(rng.uniform(8, 60))
        await browser.page(f"/tra-cuu?ma=H{rng.randrange(99999):05d}", "/tra-cuu")
    if rng.random() < 0.5:
        await log_in(clock, rng, world, browser, code)
    browser.close()


async def log_in(clock, rng, world, browser, code):
    await browser.page("/dang-nhap", f"/dich-vu/{code}")
    user, word, _ = rng.choice(world.citizens)
    wrong = 0 if rng.random() < 0.8 else rng.randrange(1, 4)
    for n in range(wrong + 1):
        await clock.pause(rng.uniform(6, 25))
        typed = word if n == wrong else word[:-1] + rng.choice("123")
        status, _ = await browser.ask("/dang-nhap", "POST", "/dang-nhap", form({"ten": user, "mat-khau": typed}))
    if status != 302:
        return
    await browser.page("/ho-so", "/dang-nhap")
    await clock.pause(rng.uniform(10, 50))
    await browser.page(f"/ho-so/nop?ma={code}", "/ho-so")
    await clock.pause(rng.uniform(40, 300))
    values = {
        "ho-ten": names.person(rng),
        "dia-chi": names.address(rng),
        "ly-do": (
            "Đề nghị "
            + rng.choice(names.ACTS).lower()
            + " "
            + rng.choice(names.THINGS)
            + "; lý do: thay đổi địa chỉ & số nhà (cũ: tổ 5)"
        ),
    }
    body, kind = multipart(rng, values, "tep", names.plain(values["ho-ten"]) + ".pdf", b"%PDF-1.4\n" + b"0" * 900)
    await browser.ask("/ho-so/nop", "POST", f"/ho-so/nop?ma={code}", body, kind)
    await browser.ask("/api/dia-gioi", referer="/ho-so")


async def crawler(clock, rng, source, name):
    """Reads robots.txt, then pages with pauses; some links are dead."""
    for host in rng.sample(SITES, len(SITES)) + ["cong"]:
        browser = Browser(source, name, host)
        await browser.ask("/robots.txt")
        await browser.ask("/sitemap.xml")
        for slug, _ in rng.sample(names.articles(host), 6):
            await clock.pause(rng.uniform(30, 240))
            await browser.ask("/tin-tuc/" + slug if rng.random() < 0.93 else f"/tin-tuc/bai-{rng.randrange(9999)}")
            browser.close()


async def monitor(clock, source, host, every, phase):
    """A probe of the portals' availability, from the same address all day."""
    browser = Browser(source, "UptimeRobot/2.0 (http://www.uptimerobot.com/)", host)
    at = phase
    while at < 86000:
        await clock.until(at)
        await browser.ask("/", "HEAD")
        browser.close()
        at += every


async def api_client(clock, rng, world, client, key, source, size):
    """An agency's system: looks up what its officials ask for, and sends documents."""
    browser = Browser(
        source,
        rng.choice(("Apache-HttpClient/4.5.14 (Java/17.0.9)", "okhttp/4.12.0", "GuzzleHttp/7")),
        "lgsp",
        server=GATE,
        port=8080,
    )
    for at in sorted(office_hours(rng) for _ in range(int(260 * size))):
        await clock.until(at)
        pick, unit = rng.random(), client.split("-")[0]
        if pick < 0.5:
            path, method, body = f"/lgsp/v1/cong-dan/0{rng.randrange(10**10, 10**11)}", "GET", None
        elif pick < 0.65:
            path, method, body = f"/lgsp/v1/ho-kinh-doanh?trang={rng.randrange(1, 90)}&so-luong=20", "GET", None
        elif pick < 0.8:
            path, method, body = f"/lgsp/v1/dat-dai/{rng.randrange(1, 400)}", "GET", None
        elif pick < 0.92:
            path, method, body = f"/trucvb/v1/nhan?don-vi={unit}", "GET", None
        else:
            path, method = "/trucvb/v1/gui", "POST"
            body = f"<edXML><don-vi>{unit}</don-vi><trich-yeu>{rng.choice(names.TOPICS)}</trich-yeu></edXML>".encode()
        await browser.ask(path, method, body=body, kind="application/xml", X_API_Key=key, X_Don_Vi=unit)
        browser.close()


async def at_times(clock, times, act):
    """Runs `act` at each time of the day; what takes long does not hold up the rest."""
    running = set()
    for at in sorted(times):
        await clock.until(at)
        task = asyncio.create_task(act())
        running.add(task)
        task.add_done_callback(running.discard)
    if running:
        await asyncio.wait(running, timeout=30)


def internet(clock, rng, world, size):
    yield at_times(clock, [office_hours(rng) for _ in range(int(1350 * size))], lambda: visitor(clock, rng, world))
    yield at_times(clock, [office_hours(rng) for _ in range(int(340 * size))], lambda: citizen(clock, rng, world))
    yield at_times(
        clock,
        [rng.uniform(7.6, 16.8) * 3600 for _ in range(int(60 * size))],
        lambda: citizen(clock, rng, world, "203.0.113.130"),
    )
    for source, name in CRAWLERS:
        yield crawler(clock, rng, source, name)
    for n, host in enumerate(["cong", "dichvucong"] + SITES[:18]):
        yield monitor(clock, "198.18.90.7", host, 300 if n < 2 else 1800, 11 * n)


def agencies(clock, rng, world, size):
    for client, key, source in world.keys:
        yield api_client(clock, rng, world, client, key, source, size)


async def main(space, clock, world, size):
    rng = random.Random(f"{space} {world.seed} {clock.midnight}")
    lives = {"net": internet, "wan": agencies}.get(space, lambda *_: ())(clock, rng, world, size)
    tasks = [asyncio.create_task(life) for life in lives]
    tasks += [asyncio.create_task(life) for life in OFFICE_LIVES[space](clock, rng, world, size)]
    await clock.until(0)
    try:
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), clock.total + 20)
    except asyncio.TimeoutError:
        pass
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception():
            print(space, repr(task.exception()), file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Clock.load(sys.argv[2]), World.load(sys.argv[3]), float(sys.argv[4])))

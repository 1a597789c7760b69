"""Samples of what a log and the wire both tell, a hit and a miss each: a folder with a log and a capture."""
from auth import Syslog
from chains import guessed
from common import at
from wire import Capture

MAIL = (b"Subject: Bang ke\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: application/octet-stream; name=\"bang-ke.docm\"\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=\"bang-ke.docm\"\r\n\r\nUEsDBBQABgAIAAAA\r\n--b--\r\n.\r\n")


def bait(path):
    capture = Capture(path)
    capture.dialogue(at(10, 5, 0), "203.0.113.178", "10.20.0.25", 25, [
        (False, b"220 mail.example.org ESMTP\r\n"), (True, b"EHLO mx.khach.example\r\n"), (False, b"250 mail.example.org\r\n"),
        (True, b"MAIL FROM:<a@khach.example>\r\n"), (False, b"250 2.1.0 Ok\r\n"), (True, b"RCPT TO:<b@example.org>\r\n"),
        (False, b"250 2.1.5 Ok\r\n"), (True, b"DATA\r\n"), (False, b"354 End data\r\n"), (True, MAIL),
        (False, b"250 2.0.0 Ok: queued as 7C1A2FD6313\r\n"), (True, b"QUIT\r\n"), (False, b"221 2.0.0 Bye\r\n")])
    capture.write()


def taken_in(path, client):
    log = Syslog(path, "mail-07", "iso")
    log.say(at(10, 5, 0), "postfix/smtpd", "connect from unknown[%s]" % client, facility=2)
    log.say(at(10, 5, 0), "postfix/smtpd", "7C1A2FD6313: client=unknown[%s]" % client, facility=2)
    log.say(at(10, 5, 1), "postfix/qmgr", "7C1A2FD6313: from=<a@khach.example>, size=5869, nrcpt=1 (queue active)", facility=2)
    log.write()


def mail_bait_taken_in():
    """A document with macros on the wire, and the mail server took it in. Miss: it took another one's mail in."""
    for kind, client in (("hit", "203.0.113.178"), ("miss", "203.0.113.179")):
        bait("mail_bait_taken_in.%s/wire.pcap" % kind)
        taken_in("mail_bait_taken_in.%s/mail.log" % kind, client)
    bait("mail_bait_sent.hit.pcap")
    taken_in("mail_taken_in.hit.log", "203.0.113.178")


def ssh_guessed_on_the_wire():
    """Guessed at by the log, and connections of that address. Miss: of another one."""
    for kind, address in (("hit", "203.0.113.180"), ("miss", "10.20.1.40")):
        log = Syslog("ssh_guessed_on_the_wire.%s/auth.log" % kind, "app-07", "iso")
        guessed(log, "203.0.113.180", "deploy")
        log.write()
        capture = Capture("ssh_guessed_on_the_wire.%s/wire.pcap" % kind)
        for number in range(3):
            capture.dialogue(at(9, 0, number * 16), address, "10.20.0.71", 22, [
                (False, b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"), (True, b"SSH-2.0-libssh_0.10.6\r\n")])
        capture.write()


def refused(path, moments):
    """A mailbox's password guessed at these moments, each time in a connection of its own."""
    capture = Capture(path)
    for number, moment in enumerate(moments):
        capture.dialogue(moment, "203.0.113.181", "10.20.0.25", 143, [
            (False, b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Dovecot ready.\r\n"), (True, b"a LOGIN hoa pw%d\r\n" % number),
            (False, b"a NO [AUTHENTICATIONFAILED] Authentication failed.\r\n"), (True, b"b LOGOUT\r\n"),
            (False, b"* BYE Logging out\r\nb OK Logout completed.\r\n")])
    capture.write()


def wire_failed():
    """As many refusals as it takes, in the time. Misses: one fewer."""
    for name, count, seconds in (("burst", 6, 8), ("for_minutes", 8, 70), ("for_half_hour", 10, 170), ("for_hours", 20, 660)):
        for kind, missing in (("hit", 0), ("miss", 1)):
            refused("wire_failed_%s.%s.pcap" % (name, kind), [at(9, 0, number * seconds) for number in range(count - missing)])
    refused("wire_failed_login.hit.pcap", [at(9)])


def make(answers):
    wire_failed()
    mail_bait_taken_in()
    ssh_guessed_on_the_wire()

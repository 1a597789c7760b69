"""Hits and misses of single rules, for measures that the day shows only together with others."""
from auth import Syslog
from common import Log, after, at
from services import mail


def accounts_at_once(kind, step):
    """Four mailboxes refused to one address, `step` seconds apart."""
    log = Syslog("service_accounts_at_once.%s.log" % kind, "mx-03", "iso")
    for number, user in enumerate(("an.nguyen", "binh.tran", "chi.le", "dung.pham")):
        mail(log, after(at(14, 20, 3), step * number), user, "203.0.113.161")
    log.write()


def half_hour(kind, step):
    """One mailbox refused ten times, `step` seconds apart."""
    log = Syslog("service_failed_for_half_hour.%s.log" % kind, "mx-03", "iso")
    for number in range(10):
        mail(log, after(at(15, 2, 5), step * number), "an.nguyen", "203.0.113.163")
    log.write()


def no_requests(name, kind, texts, step):
    """What is no HTTP, as Apache writes it down, `step` seconds apart."""
    log = Log("%s.%s.log" % (name, kind))
    for number, text in enumerate(texts):
        moment = after(at(15, 10, 0), step * number)
        log.add(moment, '203.0.113.164 - - [%s] "%s" 400 226 "-" "-"' % (moment.strftime("%d/%b/%Y:%H:%M:%S %z"), text))
    log.write()


def request(name, kind, target):
    """One request that is answered."""
    log = Log("%s.%s.log" % (name, kind))
    moment = at(15, 30, 0)
    log.add(moment, '203.0.113.165 - - [%s] "GET %s HTTP/1.1" 200 81920 "-" "-"' % (
        moment.strftime("%d/%b/%Y:%H:%M:%S %z"), target))
    log.write()


def make(answers):
    accounts_at_once("hit", 12)
    accounts_at_once("miss", 40)
    half_hour("hit", 180)
    half_hour("miss", 240)
    hello = "\\x16\\x03\\x01"
    others = ["\\x16\\x03\\x02\\x01", "\\x03", "\\x80F\\x01\\x03\\x01", "\\x05\\x01", "\\xffSMB"]
    no_requests("web_malformed_probes", "hit", [hello] + others, 2)
    no_requests("web_malformed_probes", "miss", [hello] * 24, 10)
    no_requests("web_malformed_request", "hit", [hello], 1)
    no_requests("web_malformed_request", "miss", ["GET /tai-lieu/x16 HTTP/1.1"], 1)
    request("web_dump_served", "hit", "/luu-tru/backup-2026.sql.gz")
    request("web_dump_served", "miss", "/tai-lieu/huong-dan.sql.html")

"""Hits and misses of single rules, for measures that the day shows only together with others."""
from auth import Syslog
from common import after, at
from services import mail


def accounts_at_once(kind, step):
    """Four mailboxes refused to one address, `step` seconds apart."""
    log = Syslog("service_accounts_at_once.%s.log" % kind, "mx-03", "iso")
    for number, user in enumerate(("an.nguyen", "binh.tran", "chi.le", "dung.pham")):
        mail(log, after(at(14, 20, 3), step * number), user, "203.0.113.161")
    log.write()


def make(answers):
    accounts_at_once("hit", 12)
    accounts_at_once("miss", 40)

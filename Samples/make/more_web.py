"""A further access log: what a scanner under a browser's name, a patient one, and single-purpose tools leave behind."""
from urllib.parse import quote

from attempts import ATTEMPTS
from common import at
from web_attacks import WORDS, burst
from web_ordinary import AGENTS, AccessLog

SECRETS = ["/.env", "/.git/config", "/wp-config.php.bak", "/backup.sql", "/.aws/credentials", "/phpinfo.php", "/.svn/entries"]


def tools(log, answers):
    first, last = burst(log, "203.0.113.181", at(1, 5, 0), [
        ("/tra-cuu?ma=%d" % number, 200) for number in range(5)], agent="sqlmap/1.8.3#stable (https://sqlmap.org)")
    answers.add(log.path, "web_attack_tool", "203.0.113.181", first, last)

    first, last = burst(log, "203.0.113.182", at(2, 10, 0), [
        ("/", 200, {"agent": "x' UNION SELECT NULL,version()-- -"}), ("/vi/trang-chu", 200, {"agent": "1' AND SLEEP(5)-- -"}),
        ("/", 200, {"referrer": "https://example.org/?q=1' OR 'a'='a", "agent": AGENTS[1]})])
    answers.add(log.path, "web_sql_injection_header", "203.0.113.182", first, last)

    first, last = burst(log, "203.0.113.183", at(3, 15, 0), [
        ("/images/c99.php", 404), ("/uploads/shell.php", 404), ("/wso.php", 404), ("/cmd.jsp?cmd=id", 404)], agent=AGENTS[2])
    answers.add(log.path, "web_shell_probe", "203.0.113.183", first, last)


def scans(log, answers):
    pages = ["/%s/%s" % (word, more) for word in WORDS[:16] for more in ("data", "nhat-ky", "tam", "2024", "thu", "ban-sao", "x", "y")]
    first, last = burst(log, "203.0.113.184", at(4, 0, 0), [(page, 404) for page in pages], step=(24, 32), agent=AGENTS[0])
    answers.add(log.path, "web_forced_browsing", "203.0.113.184", first, last)

    attacks = ["/tra-cuu?ma=" + quote(value) for value in ("1' OR 'a'='a", "1' UNION SELECT 1,2,3-- -", "1' AND SLEEP(5)-- -")]
    first, last = burst(log, "203.0.113.185", at(6, 0, 0), [(page, 404) for page in SECRETS] + [(attack, 200) for attack in attacks],
                        agent=AGENTS[0])
    answers.add(log.path, "web_probing_attack", "203.0.113.185", first, last)

    first, last = burst(log, "203.0.113.186", at(8, 0, 0), [("/vi/trang-chu", 200)] * 3 + [(attack, 200) for attack in attacks],
                        agent="Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:000003)")
    answers.add(log.path, "web_scanner_attack", "203.0.113.186", first, last)


def shapes(log, answers):
    """One address for each rule on the shape of a request."""
    for number, rule in enumerate(sorted(ATTEMPTS)):
        first, last = burst(log, "2001:db8:5::%x" % (number + 1), at(9 + number // 2, 30 * (number % 2), 5), ATTEMPTS[rule],
                            agent=AGENTS[number % 3])
        answers.add(log.path, rule, "2001:db8:5::%x" % (number + 1), first, last)
    first, last = burst(log, "2001:db8:6::1", at(20, 0, 0), [("/", 200)] * 3, agent="Mozilla/5.0 zgrab/0.x")
    answers.add(log.path, "web_mass_scanner", "2001:db8:6::1", first, last)


def make(answers):
    log = AccessLog("attacks/heritage-access.log", "apache", ("disan.example.org",))
    log.ordinary(120)
    tools(log, answers)
    scans(log, answers)
    shapes(log, answers)
    log.write()

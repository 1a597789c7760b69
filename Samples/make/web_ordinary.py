"""Access logs of ordinary days: citizens and officials on the portals, crawlers, monitoring, an office behind one
address, broken links, and words that look like attacks and are none."""
from urllib.parse import quote

from common import Log, after, at, generator

AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0",
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/132.0.230 Chrome/126.0.0.0 Safari/537.36",
]
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
COCCOC = "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)"
MONITOR = "Zabbix/6.0"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

# What people look for. Quotes, SQL's words in prose, signs of arithmetic: all ordinary.
SEARCHES = [
    "đăng ký khai sinh", "cấp lại căn cước công dân", "thủ tục 'một cửa' cấp huyện", '"giấy phép xây dựng" 2026',
    "lịch tiếp công dân tháng 3", "select language vietnamese or english", "european union select committee report",
    "hộ khẩu & tạm trú", "quyết định 12/2026/QĐ-UBND", "học bổng 'Union' or 'Erasmus' 2026", "giá đất <500 triệu", "đất > 100m2 and mặt tiền",
    "insert sim cards into phone", "drop off point for documents", "O'Brien and sons", "how to update table of fees",
    "where is the office; when does it open", "bảng giá đất 2025-2030 -- bản chính thức", "tuyển dụng viên chức 1=1 vị trí",
    "nghị định 168/2024/NĐ-CP", "script kịch bản tuyên truyền", "alert cảnh báo lũ quét", "phản ánh: đường hỏng | ngõ 12", "100% trực tuyến",
    "cha mẹ (đơn thân) & con", "xe 29A-123.45; phạt nguội", "mẫu đơn.doc .. mẫu số 2", "case when thủ tục thay đổi thì sao", "order by post",
]
PAGES = [
    "/", "/vi/trang-chu", "/vi/tin-tuc", "/vi/tin-tuc/2026/03/khai-mac-ky-hop-thu-23", "/vi/van-ban/quyet-dinh",
    "/vi/thu-tuc-hanh-chinh?linh-vuc=ho-tich&trang=2", "/dich-vu-cong/nop-ho-so?ma=1.004873", "/dich-vu-cong/tra-cuu",
    "/vi/lien-he", "/vi/so-do-cong", "/en/home", "/rss/tin-moi.xml", "/api/v1/thong-bao?gioi-han=5",
    "/api/v1/ho-so/trang-thai?ma=H43.12-260312-0041", "/vi/lich-cong-tac?tuan=11&nam=2026",
]
PATHS_UTF8 = ["/tin-tức/khai-mạc-lễ-hội", "/văn-bản/quyết-định-12.pdf", "/thư-viện/ảnh/đền-hùng.jpg", "/tải-về/mẫu-đơn-đăng-ký.docx"]
ASSETS = ["/css/main.css?v=3.2", "/js/app.js?v=3.2", "/images/logo-tinh.png", "/images/banner-tet.webp", "/fonts/roboto.woff2", "/favicon.ico"]


class AccessLog(Log):
    """`style`: "nginx" or "apache" combined, or "vhost" (virtual host and port before the address)."""

    def __init__(self, path, style="nginx", hosts=("congdichvu.example.org",)):
        super().__init__(path)
        self.style = style
        self.hosts = hosts
        self.random = generator(path)

    def hit(self, moment, address, target, status=200, size=None, method="GET", agent=None, referrer="-", user="-", host=None):
        if size is None:
            size = self.random.randrange(400, 60000) if status == 200 else self.random.randrange(150, 700)
        stamp = "%02d/%s/%d:%s +0700" % (moment.day, MONTHS[moment.month - 1], moment.year, moment.strftime("%H:%M:%S"))
        agent = AGENTS[0] if agent is None else agent
        if self.style == "nginx":
            agent, target, referrer = [text.replace('"', "\\x22") for text in (agent, target, referrer)]
        else:
            agent, target, referrer = [text.replace('"', '\\"') for text in (agent, target, referrer)]
        front = "%s:443 " % (host or self.hosts[0]) if self.style == "vhost" else ""
        self.add(moment, '%s%s - %s [%s] "%s %s HTTP/1.1" %d %d "%s" "%s"' % (
            front, address, user, stamp, method, target, status, size, referrer, agent))

    def visit(self, moment, address, agent):
        """One person's visit: a page, what it needs, a search or a form, another page."""
        pick = self.random
        host = pick.choice(self.hosts)
        home = "https://" + host + "/"
        page = pick.choice(PAGES)
        self.hit(moment, address, page, pick.choice([200, 200, 200, 304]), agent=agent, host=host, referrer=pick.choice(
            ["-", "https://www.google.com/", "https://coccoc.com/search?query=" + quote(pick.choice(SEARCHES))]))
        for asset in pick.sample(ASSETS, pick.randrange(0, 3)):
            self.hit(after(moment, 1), address, asset, pick.choice([200, 304]), agent=agent, referrer=home + page.lstrip("/"), host=host)
        kind = pick.random()
        if kind < 0.45:
            words = pick.choice(SEARCHES)
            coded = quote(words) if pick.random() < 0.6 else quote(words).replace("%20", "+")
            self.hit(after(moment, 9), address, "/tim-kiem?tu-khoa=%s&trang=%d" % (coded, pick.randrange(1, 4)),
                     agent=agent, referrer=home, host=host)
        elif kind < 0.6:
            path = pick.choice(PATHS_UTF8)
            self.hit(after(moment, 12), address, path if pick.random() < 0.3 else quote(path), agent=agent, host=host,
                     referrer=home + "../" * pick.randrange(0, 2))
        elif kind < 0.75:
            form = {"ho_ten": "Nguyễn Thị Hòa", "noi_dung": "Đề nghị cấp lại, vì tên bị sai: 'Hoà' -> 'Hòa'; xin cảm ơn!",
                    "so_cccd": "001185%06d" % pick.randrange(10**6), "ngay": "12/03/2026"}
            query = "&".join("%s=%s" % (key, quote(value)) for key, value in form.items())
            self.hit(after(moment, 30), address, "/dich-vu-cong/kiem-tra?" + query, agent=agent, referrer=home, host=host)
            self.hit(after(moment, 55), address, "/dich-vu-cong/nop-ho-so", 302, method="POST", agent=agent, referrer=home, host=host)
        elif kind < 0.85:
            self.hit(after(moment, 20), address, "/dang-nhap", pick.choice([302, 302, 302, 302, 200]), method="POST", agent=agent,
                     referrer=home + "dang-nhap?tiep=%2Fdich-vu-cong%2Fho-so", host=host)
            self.hit(after(moment, 22), address, "/dich-vu-cong/ho-so?_=%d" % pick.randrange(10**12), agent=agent, host=host)

    def ordinary(self, visits=420):
        pick = self.random
        for _ in range(visits):
            hour = pick.choice([0, 5, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 11, 13, 14, 14, 14, 15, 15, 16, 17, 19, 20, 21, 22, 23])
            moment = at(hour, pick.randrange(60), pick.randrange(60))
            self.visit(moment, "198.51.100.%d" % pick.randrange(1, 250), pick.choice(AGENTS))
        # An office of a hundred people logs in behind one address when the day begins.
        for _ in range(60):
            moment = at(7, 52 + pick.randrange(12) if pick.random() < 0.6 else pick.randrange(30, 60), pick.randrange(60))
            self.hit(moment, "198.51.100.250", "/dang-nhap", pick.choice([302] * 9 + [200]), method="POST",
                     agent=pick.choice(AGENTS), referrer="https://%s/dang-nhap" % self.hosts[0])
            self.visit(after(moment, 3), "198.51.100.250", pick.choice(AGENTS))
        # Crawlers follow old links; monitoring asks every five minutes; a page with broken pictures.
        for number in range(70):
            self.hit(at(3, number // 2, number * 7 % 60), "192.0.2.66", "/vi/tin-tuc/2019/%02d/bai-viet-%d" % (number % 12 + 1, 4000 + number),
                     pick.choice([404, 404, 410, 200]), agent=GOOGLEBOT)
        for number in range(25):
            self.hit(at(5, number * 2, 11), "192.0.2.67", "/vi/van-ban/cu/%d.htm" % (900 + number), 404, agent=COCCOC)
        for number in range(288):
            if number % 4 == 0:
                self.hit(at(0, number * 5, 2), "10.20.0.30", "/suc-khoe", size=15, agent=MONITOR)
        for number in range(44):
            self.hit(at(9, 20, number // 9), "198.51.100.91", "/images/le-hoi-2024/anh-%02d.jpg" % number, 404, agent=AGENTS[3],
                     referrer="https://%s/vi/tin-tuc/le-hoi-2024" % self.hosts[0])
        # The noise that every server hears: single knocks, each from another address.
        for target, status in (("/.env", 404), ("/wp-login.php", 404), ("/phpmyadmin/", 404), ("/robots.txt", 200),
                               ("/.well-known/security.txt", 404), ("/owa/", 404), ("/admin", 301), ("/backup.zip", 404)):
            self.hit(at(pick.randrange(24), pick.randrange(60), 5), "192.0.2.%d" % pick.randrange(70, 250), target, status, agent=AGENTS[2])


def make(answers):
    portal = AccessLog("ordinary/portal-access.log", "nginx")
    portal.ordinary()
    portal.write()
    agencies = AccessLog(
        "ordinary/agencies-access.log.gz", "vhost",
        ("sokhdt.example.org", "sogddt.example.org", "soyte.example.org", "motcua.example.org"))
    agencies.ordinary()
    agencies.write()

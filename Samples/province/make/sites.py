"""The pages of the portals: one main portal and 39 agencies', as files for the web server."""

import names

CSS = "".join(
    f".o{n}{{margin:{n}px;color:#8{n % 10}1010;font:{10 + n % 9}px/1.5 'Segoe UI',Roboto,sans-serif}}\n"
    for n in range(40)
)
JS = "".join(f"function f{n}(e){{return document.querySelectorAll('.o{n}').length+(e||0)}}\n" for n in range(30))
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    + "".join(f'<circle cx="32" cy="32" r="{n}" fill="#{n:02x}4455"/>' for n in range(30, 2, -2))
    + "</svg>"
)
ASSETS = ("/tai-nguyen/chung.css", "/tai-nguyen/chung.js", "/tai-nguyen/logo.svg", "/favicon.ico")
PLACES = ("/", "/gioi-thieu", "/tin-tuc", "/van-ban", "/lien-he", "/thu-tuc-hanh-chinh", "/so-do-trang")

UPLOAD = """<?php
// Bộ tải ảnh tin bài (cũ): không kiểm tra kiểu tệp.
if ($_SERVER['REQUEST_METHOD'] === 'POST' && isset($_FILES['anh'])) {
  $to = '/srv/www/soxaydung/tep-tin/' . basename($_FILES['anh']['name']);
  move_uploaded_file($_FILES['anh']['tmp_name'], $to);
  echo '<p>Đã tải lên: /tep-tin/' . htmlspecialchars(basename($to)) . '</p>';
} else { echo '<form method="post" enctype="multipart/form-data"><input type="file" name="anh"></form>'; }
"""
ADMIN = """<?php
$wrong = '';
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
  if (($_POST['tai_khoan'] ?? '') === 'bientap' && ($_POST['mat_khau'] ?? '') === 'Bientap@2026') {
    header('Set-Cookie: qt=1; Path=/'); header('Location: /quan-tri/bai-viet.php', true, 302); exit;
  }
  $wrong = '<p class="loi">Sai tài khoản hoặc mật khẩu</p>';
}
echo '<!doctype html><meta charset="utf-8"><title>Quản trị</title>' . $wrong .
  '<form method="post"><input name="tai_khoan"><input name="mat_khau" type="password"></form>';
"""
SEARCH = """<?php
$q = $_GET['q'] ?? '';
echo '<!doctype html><meta charset="utf-8"><title>Tìm kiếm</title><p>Kết quả cho: ' . htmlspecialchars($q) . '</p>';
"""


def page(name, title, body):
    menu = "".join(f'<li><a href="{p}">{p.strip("/") or "trang-chu"}</a></li>' for p in PLACES)
    links = '<link rel="stylesheet" href="/tai-nguyen/chung.css"><script src="/tai-nguyen/chung.js"></script>'
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title} | {name}</title>{links}</head>'
        f'<body><header><img src="/tai-nguyen/logo.svg" alt="logo"><h1>{name}</h1><ul>{menu}</ul></header>'
        f"<main><h2>{title}</h2>{body}</main><footer>Cơ quan chủ quản: UBND tỉnh Đông Hòa</footer></body></html>"
    )


def site(host, name):
    """path → content of one portal."""
    news = names.articles(host)
    items = "".join(f'<li><a href="/tin-tuc/{slug}">{title}</a></li>' for slug, title in news)
    made = {"/index.html": page(name, "Trang chủ", f"<ul>{items}</ul>")}
    for place in PLACES[1:]:
        made[place + ".html"] = page(
            name,
            place.strip("/"),
            f"<ul>{items}</ul>" if place == "/tin-tuc" else "<p>Nội dung đang được cập nhật theo quy định.</p>",
        )
    for slug, title in news:
        made[f"/tin-tuc/{slug}.html"] = page(
            name,
            title,
            f"<p>{title}. "
            + "Ủy ban nhân dân tỉnh yêu cầu các cơ quan, đơn vị, địa phương triển khai thực hiện nghiêm túc. " * 6
            + "</p>",
        )
    urls = "".join(f"<url><loc>http://{host}.{names.DOMAIN}/tin-tuc/{slug}</loc></url>" for slug, _ in news)
    made["/sitemap.xml"] = (
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    )
    made["/robots.txt"] = "User-agent: *\nDisallow: /quan-tri/\nDisallow: /tep-tin/\nCrawl-delay: 10\n"
    made["/tim-kiem.php"] = SEARCH
    made["/quan-tri/dang-nhap.php"] = ADMIN
    return made


def files():
    made = {}
    for host, name in [("cong", "Cổng thông tin điện tử tỉnh Đông Hòa")] + names.AGENCIES:
        for path, content in site(host, name).items():
            made[f"/srv/www/{host}{path}"] = content
    made["/srv/www/soxaydung/quan-tri/tai-len.php"] = UPLOAD
    made["/srv/www/soxaydung/tep-tin/.giu"] = ""
    for path, content in zip(ASSETS, (CSS, JS, LOGO, b"\0\0\1\0" + b"\0" * 60)):
        made["/srv/www/_chung" + path] = content
    return made

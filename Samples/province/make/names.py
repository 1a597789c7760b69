"""Invented persons, agencies, services: what a Vietnamese province writes on its pages and in its forms."""

import random
import unicodedata

FAMILIES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai Tô Trịnh Lương Cao "
    "Nông Vi Triệu Lò"
).split()
MIDDLES = "Văn Thị Hữu Đức Minh Ngọc Thanh Quốc Thu Hồng Xuân Kim Bảo Gia Khánh Diệu Anh Công Đình Thùy".split()
GIVEN = (
    "An Bình Châu Dũng Duyên Đạt Giang Hà Hạnh Hằng Hiếu Hòa Hùng Hương Khoa Lan Linh Long Mai Nam Nga Nghĩa "
    "Nhung Oanh Phong Phúc Phương Quân Quỳnh Sơn Tâm Thảo Thắng Thủy Toàn Trang Trí Tuấn Tùng Uyên Việt Vinh "
    "Yến"
).split()
STREETS = (
    "Trần Phú|Lê Lợi|Nguyễn Huệ|Hai Bà Trưng|Điện Biên Phủ|Hoàng Diệu|Phan Đình Phùng|Quang Trung|Lý Thường "
    "Kiệt|Ngô Quyền|30 Tháng 4|Cách Mạng Tháng Tám"
).split("|")
WARDS = "Tân An|Phú Lợi|Hòa Bình|Đông Sơn|Vĩnh Thạnh|Thống Nhất|Minh Khai|Xuân Hòa|Yên Thế|Cẩm Lệ".split("|")

AGENCIES = """
soyte|Sở Y tế
sogddt|Sở Giáo dục và Đào tạo
soxaydung|Sở Xây dựng
sotaichinh|Sở Tài chính
sonoivu|Sở Nội vụ
sotuphap|Sở Tư pháp
socongthuong|Sở Công Thương
sonongnghiep|Sở Nông nghiệp và Môi trường
sokhcn|Sở Khoa học và Công nghệ
sovhtt|Sở Văn hóa, Thể thao và Du lịch
sodantoc|Sở Dân tộc và Tôn giáo
songoaivu|Sở Ngoại vụ
thanhtra|Thanh tra tỉnh
vpubnd|Văn phòng Ủy ban nhân dân
congan|Công an tỉnh
bchqs|Bộ Chỉ huy Quân sự
banqlkcn|Ban Quản lý các khu công nghiệp
banqlda|Ban Quản lý dự án đầu tư xây dựng
trungtamxttm|Trung tâm Xúc tiến thương mại
bhxh|Bảo hiểm xã hội
khobac|Kho bạc Nhà nước
thue|Thuế tỉnh
thongke|Thống kê tỉnh
benhviendk|Bệnh viện Đa khoa
cdc|Trung tâm Kiểm soát bệnh tật
baotang|Bảo tàng tỉnh
thuvien|Thư viện tỉnh
truongcd|Trường Cao đẳng
tpdonghoa|Thành phố Đông Hòa
txvinhphu|Thị xã Vĩnh Phú
huyentanan|Huyện Tân An
huyenphuloc|Huyện Phú Lộc
huyendaknong|Huyện Đắk Mil
huyencumgar|Huyện Cư M'gar
huyenthanhson|Huyện Thạnh Sơn
huyenbinhlieu|Huyện Bình Liêu
huyenquehop|Huyện Quế Hợp
huyenyenthuy|Huyện Yên Thủy
huyenmelinh|Huyện Mê Linh
""".strip().split("\n")
AGENCIES = [tuple(line.split("|")) for line in AGENCIES]
DOMAIN = "donghoa.example"

ACTS = (
    "Cấp|Cấp lại|Cấp đổi|Gia hạn|Điều chỉnh|Thu hồi|Đăng ký|Xác nhận|Công nhận|Chấp thuận|Thẩm định|Chuyển đổi|"
    "Thông báo"
).split("|")
THINGS = (
    "giấy phép xây dựng nhà ở riêng lẻ|giấy khai sinh|giấy chứng nhận kết hôn|chứng chỉ hành nghề dược|giấy "
    "phép lái xe|giấy chứng nhận quyền sử dụng đất|thẻ bảo hiểm y tế|phiếu lý lịch tư pháp|giấy phép kinh doanh "
    "vận tải|giấy chứng nhận đủ điều kiện an toàn thực phẩm|hộ kinh doanh|chứng nhận nguồn gốc lâm sản|giấy phép "
    "khai thác nước dưới đất|thẻ hướng dẫn viên du lịch|hồ sơ người có công|trợ cấp xã hội|giấy phép lao động cho "
    "người nước ngoài|bằng tốt nghiệp|quyết định nghỉ hưu|giấy phép môi trường"
).split("|")
AREAS = ("đối với cá nhân|đối với tổ chức|cấp tỉnh|cấp xã|lần đầu|do bị mất|do thay đổi thông tin").split("|")
TOPICS = (
    "Hội nghị tổng kết công tác|Kế hoạch chuyển đổi số|Lịch tiếp công dân|Thông báo tuyển dụng viên chức|Lễ khởi "
    "công|Phòng chống dịch sốt xuất huyết|Cải cách hành chính|Công bố thủ tục|Giải ngân vốn đầu tư công|Tập huấn "
    "an toàn thông tin|Đại hội thi đua|Tuyên truyền pháp luật|Lễ hội truyền thống|Kết quả quan trắc nước"
).split("|")


def person(rng):
    return f"{rng.choice(FAMILIES)} {rng.choice(MIDDLES)} {rng.choice(GIVEN)}"


def plain(text):
    """Without marks and in small letters, words joined by hyphens, as slugs are."""
    text = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return "-".join("".join(c if c.isalnum() else " " for c in text).split())


def account(name):
    """nguyen van an → annv, as offices form log-in names."""
    words = plain(name).split("-")
    return words[-1] + "".join(w[0] for w in words[:-1])


def officials(rng, count):
    """(account, name, password), no account twice."""
    made = {}
    while len(made) < count:
        name = person(rng)
        user = account(name)
        if user not in made:
            made[user] = (user, name, f"{rng.choice(GIVEN)}@{rng.randrange(1000, 9999)}x{rng.randrange(100)}")
    return list(made.values())


def services(count=910):
    """The catalogue: (code, title), always the same."""
    every = [f"{a} {t} {s}" for s in AREAS for t in THINGS for a in ACTS]
    random.Random(910).shuffle(every)
    return [(f"1.{100000 + 37 * n}", every[n]) for n in range(count)]


def articles(host, count=12):
    """(slug, title) of an agency's news, always the same."""
    rng = random.Random(host)
    made = []
    for n in range(count):
        title = f"{rng.choice(TOPICS)} {rng.choice(('năm', 'quý I', 'tháng 3', 'đợt 2'))} {rng.randrange(2024, 2027)}"
        made.append((f"{plain(title)}-{rng.randrange(1000, 99999)}", title))
    return made


def address(rng):
    return f"{rng.randrange(1, 300)} đường {rng.choice(STREETS)}, phường {rng.choice(WARDS)}"

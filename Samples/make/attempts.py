"""Requests for each rule on web attacks by shape: what it is there for. (target, status, options)."""
from urllib.parse import quote


def coded(name, *values):
    return [("/tra-cuu?%s=%s" % (name, quote(value, safe="")), 200) for value in values]


ATTEMPTS = {
    "web_traversal_encoded": [
        ("/tai-ve?tep=%c0%ae%c0%ae%c0%af%c0%ae%c0%ae%c0%afthu-muc", 404), ("/tai-ve?tep=0x2e0x2e0x5c0x2e0x2e0x5cthu-muc", 404),
        ("/tai-ve?tep=%uff0e%uff0e/%uff0e%uff0e/thu-muc", 404)],
    "web_system_file": [
        ("/tai-ve?tep=/var/lib/dich-vu/khoa.conf", 200), ("/tai-ve?tep=/opt/tomcat/conf/server.xml", 404),
        ("/tai-ve?tep=" + quote("C:\\Program Files\\App\\dich-vu.xml", safe=""), 404)],
    "web_header_injection": [("/chuyen?den=x%0d%0aSet-Cookie:%20a=b", 302), ("/%0aSet-Cookie:crlf=1", 404)],
    "web_server_side_request": [
        ("/anh?nguon=http://169.254.169.254/latest/meta-data/", 200), ("/anh?nguon=gopher://127.0.0.1:6379/_INFO", 500),
        ("/anh?nguon=http://2130706433/", 200)],
    "web_open_redirect": [("/chuyen?den=https:///example.net/x", 302), ("/chuyen?den=//example.org@example.net/", 302),
                          ("/chuyen?den=/%5Cexample.net", 302)],
    "web_nosql_injection": [("/dang-nhap?ten[$ne]=&mat_khau[$ne]=", 200)] + coded("ten", '{"$gt":""}', "' || this.mat_khau.match(/.*/)//"),
    "web_ldap_injection": coded("ten", "*)(uid=*))(|(uid=*", "(&(uid=admin)(!(&(1=0)(matkhau=q))))"),
    "web_prototype_pollution": [("/api/v1/ho-so?__proto__[quyen]=1", 200), ("/api/v1/ho-so?constructor.prototype.quyen=1", 200)],
    "web_php_functions": coded("x", "$_SERVER['DOCUMENT_ROOT']", "show_source(tep)", '"system"(ls)'),
    "web_windows_commands": coded("x", "for %i in (*) do echo %i", 'if not "A%1" == "A" echo x', "net user khach Mat1 /add"),
    "web_shell_spellings": coded("x", "/???/??t /??c/??ss??", "{cat,/tmp/x}"),
    "web_injection_in_header": [
        ("/", 200, {"agent": "<script>alert(1)</script>"}), ("/", 200, {"agent": "x; cat /etc/passwd"}),
        ("/", 200, {"referrer": "https://example.net/<script>x</script>"})],
    "web_hidden_file_served": [("/.settings/khoa.json", 200)],
    "web_sql_shapes": coded("ma", "(case when 5514=9602 then 1 else null end)", "1,iif(6333=1227,1,1)", "elt(2567=9921,9921)"),
}

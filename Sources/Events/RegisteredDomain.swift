public import Primitives

/// Splits a host name into the domain that somebody registered and what stands before it.
///
/// Public suffixes are one label long, but for the two-label ones of this table: those in wide use, not the whole
/// Public Suffix List.
public enum RegisteredDomain {
    private static let suffixes: [StaticString] = [
        "gov.vn", "com.vn", "edu.vn", "org.vn", "net.vn", "info.vn", "name.vn", "pro.vn", "health.vn", "int.vn",
        "ac.vn", "biz.vn", "io.vn", "id.vn", "ai.vn", "co.uk", "org.uk", "ac.uk", "gov.uk", "ltd.uk", "me.uk", "net.uk",
        "plc.uk", "sch.uk", "nhs.uk", "police.uk", "com.au", "net.au", "org.au", "edu.au", "gov.au", "id.au", "co.nz",
        "net.nz", "org.nz", "govt.nz", "ac.nz", "co.jp", "or.jp", "ne.jp", "ac.jp", "go.jp", "ad.jp", "ed.jp", "lg.jp",
        "co.kr", "or.kr", "go.kr", "ac.kr", "ne.kr", "re.kr", "pe.kr", "com.cn", "net.cn", "org.cn", "gov.cn", "edu.cn",
        "ac.cn", "com.hk", "org.hk", "edu.hk", "gov.hk", "net.hk", "com.tw", "org.tw", "edu.tw", "gov.tw", "net.tw",
        "com.sg", "edu.sg", "gov.sg", "org.sg", "net.sg", "com.my", "gov.my", "edu.my", "org.my", "net.my", "co.th",
        "or.th", "ac.th", "go.th", "in.th", "net.th", "co.id", "or.id", "ac.id", "go.id", "web.id", "net.id", "sch.id",
        "com.ph", "gov.ph", "edu.ph", "org.ph", "com.kh", "gov.kh", "edu.kh", "com.la", "gov.la", "co.in", "net.in",
        "org.in", "gov.in", "ac.in", "edu.in", "nic.in", "firm.in", "gen.in", "com.pk", "gov.pk", "edu.pk", "com.bd",
        "gov.bd", "com.np", "gov.np", "com.br", "net.br", "org.br", "gov.br", "edu.br", "com.ar", "gob.ar", "edu.ar",
        "com.mx", "gob.mx", "org.mx", "edu.mx", "com.co", "gov.co", "edu.co", "com.pe", "gob.pe", "com.ve", "com.ec",
        "com.uy", "com.tr", "gov.tr", "edu.tr", "org.tr", "net.tr", "com.ua", "gov.ua", "edu.ua", "org.ua", "net.ua",
        "com.ru", "org.ru", "msk.ru", "com.pl", "net.pl", "org.pl", "gov.pl", "edu.pl", "co.il", "org.il", "gov.il",
        "ac.il", "com.sa", "gov.sa", "com.eg", "gov.eg", "com.ng", "gov.ng", "co.za", "org.za", "gov.za", "ac.za",
        "web.za", "co.ke", "or.ke", "go.ke", "com.gr", "com.pt", "com.es", "co.at", "or.at", "co.hu", "com.ro",
        "eu.com", "uk.com", "us.com", "co.com", "in-addr.arpa", "ip6.arpa",
    ]

    /// Offset at which the registered domain begins in `name`; nil where the name is itself a suffix, or no host name.
    public static func start(in name: Bytes) -> Int? {
        guard !name.isEmpty, name[name.count - 1] != ASCII.dot,
            let last = name.lastIndex(of: ASCII.dot), last > 0, last + 1 < name.count
        else { return nil }
        let second = name.lastIndex(of: ASCII.dot, before: last).map { $0 + 1 } ?? 0
        guard isSuffix(name.dropping(second)) else { return second }
        guard second > 1 else { return nil }
        return name.lastIndex(of: ASCII.dot, before: second - 1).map { $0 + 1 } ?? 0
    }

    private static func isSuffix(_ text: Bytes) -> Bool {
        for suffix in suffixes where text.equalsIgnoringCase(suffix) { return true }
        return false
    }
}

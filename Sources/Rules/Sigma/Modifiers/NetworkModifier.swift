internal import Primitives

extension Modifier {
    /// `cidr`: the field is an address inside this network (IPv4 or IPv6).
    static let network = Modifier("cidr") { item, site in
        try item.mapVariants { value in
            guard case .written(let text, .text) = value, let network = IPNetwork(text) else {
                var shown = "this value"
                if case .written(let text, _) = value { shown = "\"\(text)\"" }
                throw site.refuse(
                    "`cidr` needs a network, and \(shown) is none",
                    advice: "Write it like 192.0.2.0/24 or 2001:db8::/32, with `cidr` directly behind the field name.")
            }
            return .network(network)
        }
    }
}

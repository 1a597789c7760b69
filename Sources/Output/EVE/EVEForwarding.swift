internal import Events
internal import Primitives

extension ForwardedFor {
    private static let field = "http.request.headers.x_forwarded_for"

    /// The address that the alert's request was handed on for; nil where it names none. Ports and brackets are cut.
    func address(_ context: AlertContext) -> IPAddress? {
        guard context.application == .http,
            let list = context.transactionFields.first(where: { $0.name == ForwardedFor.field })?.value
        else { return nil }
        let parts = list.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard let chosen = takesLast ? parts.last : parts.first else { return nil }
        return IPAddress(chosen) ?? ForwardedFor.withoutPort(chosen).flatMap { IPAddress($0) }
    }

    /// `203.0.113.7:8080`, `[2001:db8::7]:8080`
    private static func withoutPort(_ text: String) -> String? {
        if text.hasPrefix("[") { return text.dropFirst().split(separator: "]", maxSplits: 1).first.map(String.init) }
        return text.split(separator: ":", maxSplits: 1).first.map(String.init)
    }
}

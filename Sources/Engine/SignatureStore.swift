internal import Events
internal import Matching
internal import Primitives
internal import Rules
internal import Synchronization

/// Signatures in the rule cache, for one run: looked for when the rule files are read, kept when they were compiled.
final class SignatureStore: Sendable {
    private let store: PlanStore
    /// Text of the threshold file, which changes what is compiled.
    private let thresholds: String
    private let found = Mutex<SignatureMatcher?>(nil)

    init(cache: RuleCache, thresholds: String) {
        store = PlanStore(cache: cache)
        self.thresholds = thresholds
    }

    private func key(_ files: ContentID) -> ContentID {
        var hasher = ContentHasher()
        hasher.add(files)
        hasher.add(thresholds)
        return hasher.finish()
    }

    func find(_ files: ContentID) -> RememberedSignatures? {
        guard let (signatures, matcher) = store.read(key(files), options: SignatureOptions()) else { return nil }
        found.withLock { $0 = matcher }
        return signatures
    }

    /// The matcher of the signatures that `find` found.
    var matcher: SignatureMatcher? { found.withLock { $0 } }

    /// Keeps what the rule files became.
    func keep(_ rules: RuleSet, _ matcher: SignatureMatcher) {
        guard let files = rules.signatureKey, !rules.areSignaturesRemembered else { return }
        var infos = rules.signatures.map(\.info)
        // Correlations decide anew in every run which signatures speak for themselves.
        for index in infos.indices { infos[index].generates = true }
        store.write(
            key(files),
            RememberedSignatures(
                infos: infos, diagnostics: rules.signatureDiagnostics, refusedCount: rules.signatureRefusals),
            matcher)
    }
}

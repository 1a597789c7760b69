package import Rules

/// All signatures, ready to be tried on captures. Made once, shared; a session belongs to one capture.
package final class SignatureMatcher: Sendable {
    let plan: SignaturePlan
    let tables: PlanTables
    package let options: SignatureOptions
    /// Signatures that turned out not to compile (a bad pcre); the others work.
    package let refused: [Diagnostic]

    /// Throws only where a search database cannot be built at all.
    package init(signatures: [Signature], options: SignatureOptions = SignatureOptions()) throws {
        var compiler = SignatureCompiler()
        try compiler.compile(signatures)
        plan = compiler.plan
        tables = PlanTables(compiler.plan)
        refused = compiler.refused
        self.options = options
    }

    /// Of a plan that was compiled before: everything in it was found to compile.
    init(plan: SignaturePlan, options: SignatureOptions) {
        self.plan = plan
        tables = PlanTables(plan)
        refused = []
        self.options = options
    }

    var hasApplicationScope: Bool { plan.hasApplicationScope }

    /// Signatures that are tried.
    package var signatureCount: Int { plan.signatures.count }

    package func makeSession() -> SignatureSession { SignatureSession(self) }
}

internal import Primitives
package import Rules

/// All signatures, ready to be tried on captures. Made once, shared; a session belongs to one capture.
package final class SignatureMatcher: Sendable {
    let plan: SignaturePlan
    let tables: PlanTables
    package let options: SignatureOptions
    /// Signatures that turned out not to compile (a bad pcre); the others work.
    package let refused: [Diagnostic]

    package init(signatures: [Signature], options: SignatureOptions = SignatureOptions()) {
        var compiler = SignatureCompiler()
        compiler.compile(signatures)
        plan = compiler.plan.settled
        tables = PlanTables(compiler.plan)
        refused = compiler.refused
        self.options = options
    }

    /// Of a plan that was compiled before: everything in it was found to compile, and nobody will write it again.
    init(plan: SignaturePlan, options: SignatureOptions) {
        self.plan = plan.settled.withoutTables
        tables = PlanTables(plan)
        refused = []
        self.options = options
    }

    /// Frames that some signature looks into: a bit for each number of `FrameKind`.
    package var frames: UInt64 {
        plan.transforms.reduce(0) { mask, list in
            guard case .plain(.frame(let number))? = list.first else { return mask }
            return mask | 1 << UInt64(number)
        }
    }

    var hasApplicationScope: Bool { plan.hasApplicationScope }

    /// Signatures that are tried.
    package var signatureCount: Int { tables.signatures.count }

    package func makeSession() -> SignatureSession { SignatureSession(self) }
}

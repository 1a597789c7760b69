public import Events

/// An anomaly rule: a detector with its settings. Files in `Signatures/anomaly/*.yml` have Sigma's head and a
/// `detector:` block.
public struct AnomalyRule: Sendable {
    public var info: RuleInfo
    /// Name in the registry of detectors, such as "port_scan" or "request_rate".
    public var detector: String
    /// Sigma log source the watched events must have; all nil: any.
    public var category: String?
    public var product: String?
    public var service: String?
    /// Numbers and words of the `detector:` block, checked by the detector itself when it is made.
    public var settings: [String: String]

    public init(
        info: RuleInfo, detector: String, category: String? = nil, product: String? = nil, service: String? = nil,
        settings: [String: String]
    ) {
        self.info = info
        self.detector = detector
        self.category = category
        self.product = product
        self.service = service
        self.settings = settings
    }
}

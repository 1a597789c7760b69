/// A named set of values that signatures look up or change (`dataset`, `datarep`). Its values are what was loaded: what
/// signatures add belongs to the capture at hand. Source: Suricata User Guide, "Datasets".
package final class Dataset: Sendable {
    package enum Kind: String, Sendable {
        case string
        case md5
        case sha256
        case ipv4
        case ip
    }

    package let name: String
    package let kind: Kind
    /// Value to reputation (0 where none is given).
    package let values: [[UInt8]: UInt16]

    package init(name: String, kind: Kind, values: [[UInt8]: UInt16]) {
        self.name = name
        self.kind = kind
        self.values = values
    }
}

/// What a signature asks of a dataset with the buffer at hand.
package struct DatasetStep: Sendable {
    package enum Verb: Sendable {
        case isSet
        case isNotSet
        case set
        case unset
        case reputation(NumberTest)
    }
    package var dataset: Dataset
    package var verb: Verb
}

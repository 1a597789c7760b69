internal import Events
internal import Output
internal import Primitives

/// The EVE lines of one capture batch: its alerts, in packet order.
package enum EVEStream {
    /// EVE record types that can be written.
    package static let types = ["alert"]

    static func encode(_ detections: [Detection]) -> [UInt8] {
        var writer = JSONWriter()
        for detection in detections where detection.alert != nil { EVEAlert.encode(detection, into: &writer) }
        return writer.bytes.array
    }
}

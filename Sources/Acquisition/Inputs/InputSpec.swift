/// One input as the user named it, with the labels that `--sensor` and `--asset` gave it.
package struct InputSpec: Sendable, Equatable {
    /// A file's path; "-" is standard input.
    package var path: String
    /// Bytes of the decompressed stream to read (`PATH@START-END`): the records that begin in it. Nil: all.
    package var range: Range<Int64>?
    /// Where the data entered; part of the input's identity.
    package var sensor: String?
    /// Whose log it is.
    package var asset: String?

    package init(path: String, range: Range<Int64>? = nil, sensor: String? = nil, asset: String? = nil) {
        self.path = path
        self.range = range
        self.sensor = sensor
        self.asset = asset
    }
}

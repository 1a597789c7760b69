internal import Events
internal import Primitives
internal import Rules

/// The logic of one detector over the slots of keys. `KeyedJudge` does the rest: it adds up what was drained apart,
/// feeds slots in order of time, lets anomalies that go on grow, and bounds the memory.
protocol SlotModel: SendableMetatype {
    associatedtype State

    /// Settings are checked when it is made. Throws `AnomalyError`.
    init(_ rule: AnomalyRule) throws

    var spec: WatchSpec { get }
    /// Slots without a finding after which an anomaly is over.
    var gapSlots: Int64 { get }
    /// Fewer events of a key within `sieveNanoseconds` can never be an anomaly; 0: every event matters.
    var leastEvents: Int { get }
    var sieveNanoseconds: Int64 { get }
    /// A value that observations have which can change anything; nil: all can.
    static var neededValue: String? { get }
    /// Days that a baseline keeps; 0: the detector has none.
    var baselineDays: Int { get }
    /// Event time for which a key, from its first record, only teaches.
    var learningNanoseconds: Int64 { get }
    /// Where addresses are, for a detector that asks.
    var places: Places { get set }
    /// What the reset of a baseline leaves.
    func emptyState() -> State

    /// Whether `prepare` does anything, and `finish`.
    static var prepares: Bool { get }
    static var finishes: Bool { get }
    /// Sees all cells of a slot before any of them is judged: for what is told from the company of keys.
    mutating func prepare(_ cells: [(key: String, cell: SlotCell)], slot: Int64)
    /// Judges a slot that is over, and learns from it.
    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding?
    /// No record will come any more: what the silence of a key means at `time`, when the last record of any key was.
    mutating func finish(_ state: inout State, key: String, at time: Timestamp) -> AnomalyFinding?
    /// Of memory, about.
    func bytes(_ state: State) -> Int
    /// The same for what it knows of all keys together, which it bounds itself.
    var sharedBytes: Int { get }

    func history(_ state: State) -> KeyHistory?
    func state(_ history: KeyHistory) -> State?
}

extension SlotModel {
    var gapSlots: Int64 { 1 }
    var leastEvents: Int { 0 }
    var sieveNanoseconds: Int64 { spec.slotNanoseconds }
    static var neededValue: String? { nil }
    var baselineDays: Int { 0 }
    var learningNanoseconds: Int64 { 0 }
    var sharedBytes: Int { 0 }
    var places: Places {
        get { Places() }
        set {}
    }
    static var prepares: Bool { false }
    static var finishes: Bool { false }
    mutating func prepare(_ cells: [(key: String, cell: SlotCell)], slot: Int64) {}
    mutating func finish(_ state: inout State, key: String, at time: Timestamp) -> AnomalyFinding? { nil }
    func history(_ state: State) -> KeyHistory? { nil }
    func state(_ history: KeyHistory) -> State? { nil }
}

/// A detector with a baseline: all that it knows of a key is its history.
protocol BaselineModel: SlotModel where State == KeyHistory {}

extension BaselineModel {
    func emptyState() -> KeyHistory { KeyHistory() }
    func history(_ state: KeyHistory) -> KeyHistory? { state }
    func state(_ history: KeyHistory) -> KeyHistory? { history }
    func bytes(_ state: KeyHistory) -> Int { state.bytes }
}

/// What was learned of one key, day by day.
struct KeyHistory {
    var since = Timestamp.none
    var last = Timestamp.none
    /// Oldest first; the last one may be under way.
    var days: [BaselineDay] = []
    /// The record before the last gap; not kept between runs.
    var lastRecord: SlotRecord?

    /// Records of the days: what the days behind a horizon had is not counted again with the records after it.
    var count: Int64 { days.reduce(0) { $0 + $1.records } }

    /// Whether the key has only been seen for so long, that is, still teaches, at `time`.
    func isLearning(at time: Timestamp, _ learningNanoseconds: Int64) -> Bool {
        since.isNone || time < since.adding(nanoseconds: learningNanoseconds)
    }

    /// The sheet of `day`, made if need be with `numbers` zeros; sheets older than `keeping` days go.
    mutating func withDay(_ day: Int64, numbers: Int, keeping: Int, _ body: (inout BaselineDay) -> Void) {
        if days.last?.day != day {
            days.append(BaselineDay(day: day, numbers: [Int64](repeating: 0, count: numbers)))
        }
        if let first = days.first, first.day <= day - Int64(keeping) {
            days.removeAll { $0.day <= day - Int64(keeping) }
        }
        let place = days.count - 1
        if days[place].numbers.count < numbers {
            days[place].numbers += [Int64](repeating: 0, count: numbers - days[place].numbers.count)
        }
        body(&days[place])
    }

    mutating func note(_ record: SlotRecord) {
        if since.isNone { since = record.first }
        last = max(last, record.last)
        let day = BaselineDay.day(of: record.first)
        if days.last?.day != day { days.append(BaselineDay(day: day)) }
        days[days.count - 1].records += Int64(record.count)
    }

    var bytes: Int {
        64 + days.reduce(0) { $0 + 80 + $1.numbers.count * 8 + $1.words.count * 64 }
    }
}

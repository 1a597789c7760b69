internal import Rules

/// What flowint commands compare and compute.
enum FlowintArithmetic {
    static func holds(_ value: UInt32, _ verb: FlowintCommand.Verb, _ operand: UInt32) -> Bool {
        switch verb {
        case .less: value < operand
        case .greater: value > operand
        case .lessOrEqual: value <= operand
        case .greaterOrEqual: value >= operand
        case .equal: value == operand
        case .notEqual: value != operand
        case .set, .add, .subtract, .isSet, .isNotSet, .notSet: true
        }
    }

    static func changed(_ value: UInt32, _ verb: FlowintCommand.Verb, _ operand: UInt32) -> UInt32 {
        switch verb {
        case .set: operand
        case .add: value &+ operand
        case .subtract: value &- operand
        default: value
        }
    }
}

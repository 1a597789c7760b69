import Matching
import Primitives
import Rules

/// Scores one request and answers what was found.
func findings(
    target: String = "", referrer: String = "", agent: String = "", cookie: String = "", body: String = "",
    leastScore: Int = 5, judges: [AttackJudge] = AttackJudge.allCases
) -> [ValueFinding] {
    var scorer = WebAttackScorer(judges: judges, leastScore: leastScore)
    return target.withBytes { target in
        referrer.withBytes { referrer in
            agent.withBytes { agent in
                cookie.withBytes { cookie in
                    body.withBytes { body in
                        let request = WebRequest(
                            target: target, referrer: referrer, agent: agent, cookie: cookie, body: body)
                        guard WebAttackScorer.isWorthReading(request) else { return [] }
                        scorer.score(request)
                        return scorer.findings
                    }
                }
            }
        }
    }
}

/// As browsers encode a value of a form (application/x-www-form-urlencoded).
func encoded(_ value: String) -> String {
    var text = ""
    for byte in value.utf8 {
        if ASCII.isAlphanumeric(byte) || byte == ASCII.minus || byte == ASCII.dot || byte == ASCII.underscore {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else if byte == ASCII.space {
            text += "+"
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            text += "%" + (digits.count == 1 ? "0" : "") + digits
        }
    }
    return text
}

extension ValueFinding {
    func score(_ judge: AttackJudge) -> Int { scores[Int(judge.rawValue)] }
}

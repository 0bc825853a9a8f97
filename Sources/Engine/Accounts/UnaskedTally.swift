import Logging
import Storage
import Wording

/// Counts the strategies of each batch that could not be asked at all, such as those whose worker died, so that their
/// user is told once and not with every candle.
struct UnaskedTally: Sendable {
    enum Verdict: Sendable, Hashable {
        case nothing
        /// So many of a batch were not asked, the first one for this reason.
        case begins(Int, Message)
        /// All of a batch were asked again.
        case over
    }

    private struct Problem {
        var count = 0
        var first: Message
    }

    /// Of batches that are not over: as many as an executor has at work.
    private var problems: [Int: Problem] = [:]
    private var isTold = false

    mutating func failed(_ batch: Int, _ problem: Message) {
        problems[batch, default: Problem(first: problem)].count += 1
    }

    /// All answers of a batch have come.
    mutating func ended(_ batch: Int) -> Verdict {
        guard let problem = problems.removeValue(forKey: batch) else {
            defer { isTold = false }
            return isTold ? .over : .nothing
        }
        defer { isTold = true }
        return isTold ? .nothing : .begins(problem.count, problem.first)
    }
}

extension AccountLoop {
    /// After a batch: tells the user when strategies could not be asked, once until all can be again.
    func tellUnasked(_ batch: Int) {
        switch unasked.ended(batch) {
        case .nothing: return
        case .over: logger.notice("all strategies can be asked again")
        case .begins(let count, let problem):
            alert(
                Alert(
                    .error, "strategies_not_asked",
                    Message(
                        "broker \(account.name): \(count) strategies could not be asked: \(problem.english). Their "
                            + "orders and stops stay as they are; they are asked again with the next candle",
                        fr: "broker \(account.name) : \(count) stratégies n'ont pu être interrogées : "
                            + "\(problem.french). Leurs ordres et stops restent en place ; elles le seront de nouveau "
                            + "à la prochaine bougie")))
        }
    }
}
